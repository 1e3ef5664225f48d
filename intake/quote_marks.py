"""How mail programs mark what their user did not write: in English, Spanish, German, French, Italian,
Portuguese, Dutch, Swedish, Danish, Norwegian, Polish, Vietnamese, Chinese and Korean. Pure.

The words that people of California's LEAs may meet; a mark counts as one only as a whole line.
"""

import re

# The line above a quote: `On … wrote:`. It may be wrapped, so it is tried on up to three lines joined.
WROTE = re.compile(
    r"(?:on|am|le|el|il|em|op|den|dnia|w dniu|vào|at|\d{4}年|\d{4}[-/.]\d|\d{1,2}[-/.]\d)[ \d].{4,300}?"
    r"(?:wrote|writes|schrieb(?: .{1,120})?|a écrit|escribió|ha scritto|escreveu|schreef .{1,120}"
    r"|skrev(?: .{1,120})?"
    r"|napisał(?:\(a\)|a)?(?: .{1,120})?|đã viết|写道|寫道|님이 작성) ?[:：]"
    r"|.{4,300}(?:napisał\(a\)|写道|寫道|님이 작성) ?[:：]",
    re.IGNORECASE,
)
SENT_FROM = re.compile(
    r"(?:Sent from (?:my |Outlook|Yahoo Mail|Mail for )|Get Outlook for "
    r"|Enviado (?:desde mi |do meu |desde Outlook)"
    r"|(?:Gesendet von|Von) meine[mr] |Gesendet mit der |Envoyé (?:de mon |depuis )"
    r"|Inviato (?:da |dal mio )|Verzonden vanaf |Skickat från m|Sendt fra m|Wysłane z "
    r"|Được gửi từ |从我的|发自我的"
    r"|나의 iPhone에서)"
)
DIVIDER = re.compile(
    r"_{20,}|-{5} ?(?:Original Message|Mensaje original|Ursprüngliche Nachricht|Message d'origine"
    r"|Message original|Messaggio originale|Mensagem original|Oorspronkelijk bericht|Ursprungligt meddelande"
    r"|Original Appointment|邮件原件|原始邮件) ?-{5}",
    re.IGNORECASE,
)
# The block above a quote in Outlook: a sender, then at least two more of its lines.
BLOCK_FROM = re.compile(
    r"\*?(?:From|Von|De|Fra|Da|Van|Från|Od|Từ|发件人|寄件者|보낸 사람) ?[:：]\*? ?\S", re.IGNORECASE
)
BLOCK_LINE = re.compile(
    r"\*?(?:Sent|Date|To|Cc|Subject|Gesendet|Datum|An|Betreff|Enviado(?: el)?|Fecha|Para|Asunto"
    r"|Envoyé(?: le)?|À|Objet|Inviato|Data|A|Oggetto|Enviada(?: em)?|Assunto|Verzonden|Aan|Onderwerp"
    r"|Skickat|Till|Ämne|Sendt|Dato|Til|Emne|Wysłano|Do|DW|Temat|Đã gửi|Tới|Chủ đề"
    r"|发送时间|日期|收件人|抄送|主题|寄件日期|收件者|主旨|보낸 날짜|받는 사람|제목)\*? ?[:：]",
    re.IGNORECASE,
)
BLOCK_LENGTH = 6
