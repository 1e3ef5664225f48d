"""What a subject's first words say of who wrote the mail: an absent person's machine, or a gate that asks.

Pure. Mail programs put these words first, in the language of their owner; a person who answers such a mail
has `Re:` before them, and one who writes about them does not end them with a colon.
"""

import re

_ABSENT = (
    r"out[ -]of[ -](?:the )?office(?: auto-?(?:matic )?repl(?:y|ies))?|i am out of (?:the )?office|"
    r"on vacation"
    r"|away from (?:my|the) (?:office|desk|mail)|vacation (?:reply|response|notice|message)|on leave|ooo",
    r"abwesen(?:d|heit(?:snotiz|sassistent|sbenachrichtigung|smeldung)?)|außer haus|nicht im büro|urlaub",
    r"absen(?:ce|te?) (?:du bureau|prolongée)|message d'absence|en congés?",
    r"fuera de (?:la )?oficina|ausente|ausencia(?: de la oficina)?|de vacaciones|fora do escritório|"
    r"ausência",
    r"fuori (?:ufficio|sede)|assenza dall'ufficio|assente|afwezig(?:heid(?:sbericht)?)?|niet aanwezig|"
    r"buiten kantoor",
    r"frånvaro(?:meddelande)?|frånvarande|ikke til stede|fravær(?:sbesked|ende)?|poissa(?: toimistosta)?",
    r"poza biurem|nieobecn\w+|mimo kancelář|nepřítomnost|házon kívül|în afara biroului|ofis dışı\w*",
    r"нет на (?:месте|работе)|вне офиса|поза офісом|εκτός γραφείου|خارج المكتب|מחוץ למשרד",
    r"不在(?:通知|のお知らせ)?|外出(?:中)?|休假|부재 ?중(?: 알림)?|ngoài văn phòng|ไม่อยู่ที่สำนักงาน|"
    r"wala sa opisina|di luar kantor",
)
_AUTOMATIC = (
    r"auto(?:mated|matic|matische?s?)?[ -]?(?:repl(?:y|ies)|response|responder)|\[?auto[- ]?reply\]?",
    r"automatische antwort|réponse automatique|respuesta automática|resposta automática|"
    r"risposta automatica",
    r"automatisch antwoord|autosvar|automatiskt svar|automatisk svar|automaattinen vastaus|sjálfvirkt svar",
    r"automatyczna odpowiedź|autoodpowiedź|automatická odpověď|automatikus válasz|răspuns automat",
    r"otomatik yanıt|αυτόματη απάντηση|автоматический ответ|автоответ|автоматична відповідь|"
    r"автоматичен отговор",
    r"automātiskā atbilde|automatinis atsakymas|automaatvastus|samodejni odgovor|automatski odgovor|"
    r"аутоматски одговор",
    r"الرد التلقائي|رد تلقائي|תשובה אוטומטית|自動(?:応答|返信|回覆|回复)|自动(?:答复|回复)|자동 (?:회신|"
    r"응답)",
    r"(?:thư )?trả lời tự động|ตอบกลับอัตโนมัติ|awtomatikong (?:tugon|sagot)|balasan otomatis|"
    r"ավտոմատ պատասխան|پاسخ خودکار",
)
_CHALLENGE = re.compile(
    r"(?:re: .{0,200}\()?(?:verification required|your (?:e-?mail|"
    r"message) (?:to .{0,80})?requires? verification\b"
    r"|please confirm (?:your (?:e-?mail|message)|that you)|confirmation required|"
    r"action required to deliver your"
    r"|delivery pending|sender (?:verification|confirmation|address verification)|suspect e-?mail|verify#"
    r"|message (?:held|delayed) (?:pending|until) (?:confirmation|verification|you)|"
    r"confirmez votre (?:message|envoi)"
    r"|(?:bitte )?bestätigen sie ihre (?:e-?mail|nachricht)|confirme su (?:mensaje|correo)"
    r"|.{0,100}\bverify#[a-z0-9-]{6,})",
    re.I,
)
_BOUNCE = re.compile(
    r"undeliver(?:able|ed)\b|delivery status notification|mail delivery (?:failed|failure|subsystem)|"
    r"failure notice"
    r"|returned mail|non remis\b|unzustellbar|no se puede entregar|delivery (?:failure|has failed)|"
    r"mail system error"
    r"|warning: (?:could not|message)|nondeliverable|message status - undeliverable|delivery notification",
    re.I,
)
_END = r"\s*(?:[:：!.;–—-]|\(|$|re\b|aw\b|fw\b)"
_IS_ABSENT = re.compile(rf"(?:{'|'.join(_ABSENT)}){_END}", re.I)
_IS_AUTOMATIC = re.compile(rf"(?:{'|'.join(_AUTOMATIC)})(?:{_END})", re.I)
# What stands behind `Automatic reply:` is the subject that was answered; an absence is said before or in it.
_SAYS_ABSENT = re.compile("|".join(_ABSENT), re.I)


def said_by_subject(subject: str) -> str | None:
    """`out of office`, `auto-reply`, `challenge`, `bounce`, or None."""
    said = " ".join(subject[:500].split()).replace("’", "'").replace("\xa0", " ")
    if _IS_ABSENT.match(said):
        return "out of office"
    if found := _IS_AUTOMATIC.match(said):
        return "out of office" if _SAYS_ABSENT.match(said[found.end() :].lstrip(" :")) else "auto-reply"
    if _CHALLENGE.match(said):
        return "challenge"
    return "bounce" if _BOUNCE.match(said) else None
