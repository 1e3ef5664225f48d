"""The sentences of bounces that have no fields to read: of mail servers, and in the languages they speak.

Pure. They are asked only of mail that bears a machine's signs, never of a person's.
"""

import re

LONGEST = 2000  # the diagnosis stands first, and thousands of words cost time
_FAILED = (
    # English, by server: Postfix, qmail, Exim, sendmail, Exchange, Gmail, Yahoo, Lotus, Zimbra, gateways
    r"undeliver(?:able|ed)",
    r"(?:could|can|was|were) ?not (?:be )?deliver(?:ed)?\b(?! yet)",
    r"wasn'?t (?:able to )?(?:be )?deliver(?:ed)?\b",
    r"couldn'?t be delivered|can'?t be delivered",
    r"unable to (?:deliver|send|relay)|failed to deliver|not able to deliver",
    r"deliver(?:y|ies) (?:has |have )?(?:permanently )?failed|delivery (?:status notification \(?)?fail",
    r"delivery to the following (?:recipients?|address(?:es)?)(?: or groups?)? (?:has )?failed",
    r"following (?:recipients?|address(?:es)?)(?: or distribution lists?)? (?:has |have |"
    r"had )?(?:permanent )?(?:fatal errors|failed|cannot)",
    r"returned mail|returning message to sender|mail returned|returned to sender",
    r"failure notice|non[- ]?delivery|delivery (?:error|failure|report:? fail)|"
    r"mail (?:delivery )?fail(?:ed|ure)",
    r"permanent(?:ly)? (?:fatal )?(?:error|failure|failed)|this is a permanent error",
    r"(?:user|recipient|mailbox|address|account)(?: name)?(?: <?\S{1,100}>?)? (?:is |was )?"
    r"(?:unknown|not found|unavailable|rejected|disabled|over quota|full|inactive|invalid)\b",
    r"(?:unknown|no such|invalid|bad) (?:user|recipient|mailbox|address|account|destination)",
    r"(?:does not|doesn'?t|did not) (?:exist|have an? (?:\S{1,40} )?(?:account|mailbox))",
    r"not listed in (?:public )?(?:name & address book|domino directory|directory)",
    r"(?:mail ?box|inbox|quota) (?:is )?(?:full|exceeded|size limit)|over (?:its )?(?:disk )?quota|"
    r"quota exceeded",
    r"address (?:couldn'?t be|could not be|was not|wasn'?t|not) found|"
    r"recipient(?:'s)? address (?:was )?rejected",
    r"host (?:or domain name )?not found|domain (?:does not exist|not found)|name service error",
    r"i'?m afraid i wasn'?t able to deliver|i have given up|giving up on it|sorry it didn'?t work out",
    r"retry (?:timeout|time ?limit) exceeded|message expired|has been in (?:the|our) queue too long",
    r"(?:blocked|rejected) (?:by|because)|message (?:was )?(?:rejected|refused|blocked)|"
    r"relay(?:ing)? denied",
    # German
    r"unzustellbar|konnte(?:n)? nicht (?:zugestellt|ausgeliefert|übermittelt)|nicht zustellbar|"
    r"zustellung fehlgeschlagen",
    r"zustellfehler|fehlgeschlagene zustellung|unbekannter (?:empfänger|benutzer)|"
    r"empfänger (?:ist )?unbekannt",
    # French
    r"non (?:remis|délivré|distribu)|n['’]a pas pu être (?:remis|délivré|distribué|envoyé)|"
    r"échec de (?:la )?(?:remise|distribution|livraison)",
    r"(?:retourné|renvoyé) à l['’]expéditeur|destinataire inconnu|remise impossible",
    # Spanish
    r"no se (?:pudo|ha podido|puede) entregar|no entregad[oa]|no (?:pudo|ha podido) ser entregad[oa]|"
    r"error (?:de|en la) entrega",
    r"devuelto al remitente|correo devuelto|usuario desconocido|destinatario desconocido|"
    r"entrega fallida|buz[oó]n lleno",
    # Portuguese
    r"n[ãa]o (?:p[ôo]de ser|foi poss[ií]vel) entreg(?:ue|ar)|falha na entrega|n[ãa]o entregue|"
    r"devolvida? ao remetente",
    # Italian
    r"non (?:è stato possibile|è stato|può essere|recapitabil\w+|consegnat\w+)(?: (?:recapitat|"
    r"consegna)\w+)?|mancato recapito|mancata consegna",
    # Dutch, Swedish, Danish and Norwegian, Finnish
    r"(?:niet|kon niet worden) (?:bezorgd|afgeleverd|besteld)|onbestelbaar|kan niet worden bezorgd",
    r"(?:kunde|kan) inte levereras|gick inte att leverera|olevererbar|oleverer(?:at|ad)",
    r"(?:kunne|kan) ikke leveres|ikke levert|uleveret|kan ikke leveres|leveringsfejl|mislykket levering",
    r"ei voitu toimittaa|toimitus epäonnistui|perille toimittamaton",
    # Polish, Czech, Hungarian, Romanian, Turkish
    r"nie (?:można|udało się|mogła zostać) (?:dostarcz|doręcz)\w*|niedostarczon\w+|niedoręczon\w+|"
    r"zwrot do nadawcy",
    r"nedoručiteln\w+|nepodařilo se doručit|nelze doručit|nebyla doručena",
    r"kézbesíthetetlen|nem (?:sikerült kézbesíteni|kézbesíthető)|sikertelen kézbesítés",
    r"nu a putut fi (?:livrat|trimis)|nelivrat|eșec la livrare",
    r"teslim edilem\w+|iletilem\w+|gönderilem\w+",
    # Russian, Ukrainian, Greek, Arabic, Hebrew
    r"не (?:удалось|может быть|было|доставлен)\w*(?: доставить| доставлено)?|недоставлен\w+|"
    r"невозможно доставить",
    r"не вдалося (?:доставити|надіслати)|неможливо доставити",
    r"δεν (?:ήταν δυνατή η παράδοση|παραδόθηκε|μπόρεσε να παραδοθεί)|αποτυχία παράδοσης",
    r"(?:تعذر|لم يتم|فشل) (?:تسليم|التسليم|توصيل)|לא (?:ניתן היה למסור|נמסר)|כישלון מסירה",
    # Japanese, Chinese, Korean, Vietnamese, Thai, Filipino, Indonesian
    r"配信(?:でき|不能|に失敗|不可)|送信(?:できま|に失敗)|配達(?:でき|不能)|宛先不明",
    r"(?:无法|無法|未能|不能)(?:送达|投递|傳遞|传递|传送|遞送)|退信|投递失败|傳遞失敗",
    r"배달(?:되지|하지|할 수 없|실패)|전송 (?:실패|할 수 없)|반송",
    r"không (?:thể gửi|gửi được|thể chuyển)|gửi thất bại|ส่งไม่(?:ได้|สำเร็จ)|ไม่สามารถส่ง",
    r"hindi naihatid|tidak (?:dapat|terkirim)(?: dikirim)?",
)
_DELAYED = (
    r"delivery (?:to the following recipients? )?(?:has been |is )?(?:temporarily )?delayed|"
    r"delayed mail|message delayed",
    r"delivery status notification \(?delay|delay(?:ed)? (?:notification|delivery)|"
    r"warning: (?:could not|message|mail)",
    r"still (?:trying|being retried|undelivered after)|will (?:keep trying|be retried|retry|"
    r"continue to try)|not yet been delivered",
    r"this is a warning message only|you do not need to resend|no action is required on your part|"
    r"not (?:be|been) delivered yet",
    r"verzögert|noch nicht zugestellt|retardé|pas encore (?:été )?(?:remis|délivré)|retrasad[oa]|"
    r"aún no se ha (?:podido )?entregad[oa]?",
    r"demora na entrega|ritardat\w+|vertraagd|försenad|forsinket|opóźnion\w+|zpožděn\w+|задержан\w+|"
    r"配信が遅れ|延迟|延遲|지연",
)
_SAYS_FAILED = re.compile("|".join(_FAILED), re.I)
_SAYS_DELAYED = re.compile("|".join(_DELAYED), re.I)
_GAVE_UP = re.compile(
    r"(?:given|giving) up|permanent|final|(?:5\.\d{1,3}\.\d{1,3})|returned to sender|too long", re.I
)


def says_failed(words: str) -> bool:
    """Whether a machine says that a mail did not arrive and will not."""
    return _SAYS_FAILED.search(_one_line(words)) is not None


def says_delayed(words: str) -> bool:
    """Whether it says that the mail waits. Who has given up may tell of the delays before."""
    said = _one_line(words)
    return _SAYS_DELAYED.search(said) is not None and _GAVE_UP.search(said) is None


def _one_line(words: str) -> str:
    return " ".join(words[:LONGEST].split()).replace("’", "'")
