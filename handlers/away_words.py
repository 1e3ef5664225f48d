"""Until when somebody is away, as their mail program's answer says it in seventeen languages. Pure.

A day is sure only if the words leave one: what may be day or month first, or several days, is no day. What is
said of coming back is the day after the last.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

LONGEST = 3000
MOST_DAYS = 366
_NEAR = 60
_MONTHS = (
    "january jan enero ene janeiro janvier janv januar jänner gennaio gen januari tammikuu tammi ocak "
    "stycznia styczeń января январь",
    "february feb febrero fevereiro fev février févr fév februar febbraio februari helmikuu helmi şubat "
    "lutego luty февраля pebrero",
    "march mar marzo março mars märz maart mrt maaliskuu maalis mart marca marzec марта marso",
    "april apr abril abr avril avr aprile huhtikuu huhti nisan kwietnia kwiecień апреля",
    "may mayo maio mai maggio mag mei maj toukokuu touko mayıs maja мая",
    "june jun junio junho juin juni giugno giu kesäkuu kesä haziran czerwca czerwiec июня hunyo",
    "july jul julio julho juillet juil juli luglio lug heinäkuu heinä temmuz lipca lipiec июля hulyo",
    "august aug agosto ago août augustus augusti elokuu elo ağustos sierpnia sierpień августа",
    "september sep sept septiembre setembro set septembre settembre syyskuu syys eylül września "
    "wrzesień сентября setyembre",
    "october oct octubre outubro out octobre oktober okt ottobre ott lokakuu loka ekim października "
    "październik октября oktubre",
    "november nov noviembre novembro novembre marraskuu marras kasım listopada listopad ноября nobyembre",
    "december dec diciembre dic dezembro dez décembre déc dezember dicembre desember des joulukuu joulu "
    "aralık aralik grudnia grudzień декабря disyembre",
)
_MONTH_OF = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
_NAMES = "|".join(sorted(map(re.escape, _MONTH_OF), key=len, reverse=True))
_MONTH = rf"(?P<name>{_NAMES})(?:ta|n|'?[ae]|'?d[ae])?(?![^\W\d_])\.?"
_YEAR = r"(?:,? (?:de |del )?(?P<year>20\d\d)(?!\d))?"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<year>20\d\d)\s?年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日",
        r"(?<!\d)(?P<year>20\d\d)년 ?(?P<month>\d{1,2})월 ?(?P<day>\d{1,2})일",
        r"(?<!\d)(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]",
        r"(?<![\d.])(?P<year>20\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
        r"(?:ngày )?(?<!\d)(?P<day>\d{1,2}) tháng (?P<month>\d{1,2})(?: năm (?P<year>20\d\d))?",
        rf"(?<!\d)(?:ika-?)?(?P<day>\d{{1,2}})(?:st|nd|rd|th|º|er|\.|:e)? (?:of |de |ng )?{_MONTH}{_YEAR}",
        rf"(?<![^\W\d_]){_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:\d| ?[ap]m){_YEAR}",
        r"(?<![\d.])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.(?:\s?(?P<year>20\d\d|\d\d)(?!\d))?",
        r"(?<![\d.])(?P<day>\d{1,2})\.(?P<month>\d{1,2})(?:\.(?P<year>20\d\d))?(?![\d.])",
        r"(?<![\d/-])(?P<one>\d{1,2})[/-](?P<two>\d{1,2})(?:[/-](?P<year>20\d\d|\d\d))?(?![\d/])",
    )
)
# Before or behind a date: the last day, or the first day back. The longest that stands nearest counts.
_LAST = (
    r"\b(?:until|till?|thru|through|up to|to|ending|ends|hasta|al|até|ao|a|jusqu['’ ]?au|jusqu['’]à|au|bis"
    r"(?: (?:zum|einschließlich|einschl\.|inkl\.|inklusive|und mit))*|fino al|tot(?: en met)?|t/m"
    r"|t\.o\.m\.?|till och med|"
    r"til(?: og med)?|t\.o\.m|do|до|по|đến(?: hết)?|hanggang(?: sa)?)|至|到|～|[-–—]"
)
_LAST_BEHIND = r"まで|까지|asti|saakka|'?[ea]? ?kadar|tarihine kadar"
_BACK = (
    r"\b(?:back(?: in (?:the )?office| at work)?(?: on)?|return(?:ing|s)?(?: to (?:the )?(?:office"
    r"|work))?(?: on)?|"
    r"resume|available(?: again)?(?: from| on| as of)?|"
    r"(?:regreso|regresar[éeáa]|vuelvo|volver[éeáa]|estaré de (?:vuelta|regreso))(?: (?:a la oficina"
    r"|al trabajo))?(?: el)?|"
    r"(?:retorno|volto|regresso|retornarei|voltarei)(?: (?:no|ao trabalho|em))*(?: dia)?|"
    r"(?:de retour|serai de retour|retour)(?: au bureau)?(?: (?:le|à partir du))?|"
    r"(?:ab|ab dem|wieder ab(?: dem)?|zurück (?:am|ab)|wieder (?:da|erreichbar|im büro|im haus) (?:am"
    r"|ab)(?: dem)?)|"
    r"(?:rientro|rientrerò|torno|tornerò|sarò di ritorno|di nuovo in ufficio)(?: in ufficio)?(?: (?:il"
    r"|dal))?|"
    r"(?:terug|weer aanwezig|weer bereikbaar)(?: op| vanaf)?|(?:tillbaka|åter|tilbake|tilbage"
    r"|tilbage igen)(?: den)?|"
    r"palaan(?: töihin)?|wracam|powrót|вернусь|возвращаюсь|trở lại(?: làm việc)?(?: vào)?"
    r"|babalik(?: ako)?(?: sa)?|"
    r"(?:wieder (?:da|erreichbar) ab))"
)
_BACK_BEHIND = (
    r"(?:に)?(?:戻り|復帰|出社|出勤)|(?:に)?から出社|(?:에 )?(?:복귀|돌아)|(?:起)?"
    r"(?:返回|回来|回來|上班|恢复)|"
    r"(?: ?(?:günü|tarihinde))?'?(?:de|da|te|ta)? (?:döne\w*|ofiste)|palaan|wieder (?:da|im büro"
    r"|im haus|erreichbar|für sie)"
)
_FIRST = (
    r"\b(?:from|since|starting|beginning|desde|del|de|du|vom|von|dal|van|från|fra|od|с|từ|mula|a partir del?)"
    r"(?: (?:el|le|den|dem|il|de|ngày|\w+day|\w+tag))?,?\s*$"
)
_BETWEEN = (
    r"(?: ?(?:the|el|le|den|dem|il|la|de|dia|ngày|день|on|and including|including|end of(?: the)?(?: day)?|"
    r"einschließlich|zum|[^\W\d_]{2,12}(?:day|tag|dag)|(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa"
    r"|so)\.?|"
    r"lunes|martes|miércoles|jueves|viernes|sábado|domingo|lundi|mardi|mercredi|jeudi|vendredi|"
    r"lunedì|martedì|mercoledì|giovedì|venerdì|segunda|terça|quarta|quinta|sexta(?:-feira)?|"
    r"[,.:(]))*\s*$"
)
_IS_LAST, _IS_BACK = (re.compile(f"(?:{words}){_BETWEEN}") for words in (_LAST, _BACK))
_IS_FIRST = re.compile(_FIRST)
_ENDS_LAST, _ENDS_BACK = (
    re.compile(rf"(?:\s?\([^)]*\)|'?(?:ta|n))?\s?(?:{words})") for words in (_LAST_BEHIND, _BACK_BEHIND)
)
_AWAY = re.compile(
    r"out of (?:the )?office|\baway\b|vacation|on leave|annual leave|\booo\b|not in the office|fuera de"
    r"|ausente|ausencia"
    r"|vacaciones|férias|ausência|absen[ct]|congés?|abwesen|urlaub|nicht im (?:büro|haus)|außer haus"
    r"|ferie|assen[zt]"
    r"|fuori ufficio|afwezig|vakantie|semester|frånvar|ferie|fravær|lomalla|poissa|izinde|ofis dışı"
    r"|urlop|nieobecn"
    r"|отпуск|отсутств|нет на|nghỉ phép|vắng mặt|wala sa opisina|bakasyon|休暇|不在|休假|不在办公室|휴가|부재"
)
_ENGLISH = re.compile(r"\b(?:the|until|will|through|i am|i'm)\b")


@dataclass(frozen=True)
class Away:
    """Whether the words say that somebody is away, and the last day of it, if that is sure. `over`: that day
    has passed."""

    away: bool
    last: date | None = None
    over: bool = False


def read_away(subject: str, text: str, today: date) -> Away:
    """What an automatic answer says of its owner's absence; numbers with slashes are month first in
    English, elsewhere only where one reading is left."""
    said = " ".join(f"{subject}. {text[:LONGEST]}".lower().replace("’", "'").split())
    last, back = set[date](), set[date]()
    for start, end, day in _days(said, today):
        kind = _kind(said, start, end)
        (last if kind == "last" else back).update([day] if day and kind else [])
        if day is None and kind:
            return Away(True)
    days = {day - timedelta(days=1) for day in back} or last
    away = bool(days) or _AWAY.search(said) is not None
    if len(days) != 1:
        return Away(away)
    (only,) = days
    return (
        Away(True, None, True)
        if only < today
        else Away(True, only if (only - today).days <= MOST_DAYS else None)
    )


def _days(said: str, today: date) -> Iterator[tuple[int, int, date | None]]:
    """Every date that stands in the words, once; None where it may be two days."""
    taken: list[tuple[int, int]] = []
    for found in chain.from_iterable(pattern.finditer(said) for pattern in _DATES):
        start, end = found.span()
        if any(start < there and here < end for here, there in taken):
            continue
        taken.append((start, end))
        readings = {day for day in (_day(*one, found, today) for one in _orders(found)) if day is not None}
        if readings:
            yield start, end, readings.pop() if len(readings) == 1 else None


def _orders(found: re.Match[str]) -> Sequence[tuple[int, int]]:
    """The months and days that a date may mean."""
    said = found.groupdict()
    if "one" in said:
        one, two = int(said["one"]), int(said["two"])
        return [(one, two)] if one <= 12 and _ENGLISH.search(found.string) else [(one, two), (two, one)]
    return [(_MONTH_OF[said["name"]] if said.get("name") else int(said["month"]), int(said["day"]))]


def _day(month: int, day: int, found: re.Match[str], today: date) -> date | None:
    year = found.groupdict().get("year")
    try:
        if year:
            return date(int(year) if len(year) == 4 else 2000 + int(year), month, day)
        this = date(today.year, month, day)
        return this if (today - this).days < MOST_DAYS // 2 else date(today.year + 1, month, day)
    except ValueError:
        return None


def _kind(said: str, start: int, end: int) -> str:
    """Whether a date is the last day of an absence, the first day after it, or neither."""
    before, behind = said[max(0, start - _NEAR) : start], said[end : end + 20]
    if _ENDS_BACK.match(behind):
        return "back"
    if _ENDS_LAST.match(behind):
        return "last"
    if _IS_BACK.search(before):
        return "back"
    if _IS_FIRST.search(before):
        return ""
    return "last" if _IS_LAST.search(before) else ""
