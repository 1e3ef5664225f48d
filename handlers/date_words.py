"""The words of dates → a few plain ones: `El 18 de diciembre` and `December 18th,` both lose their dress.

What comes out is for the rules of `date_fixed` and `date_relative`: lower case, no accents, no articles,
months and weekdays of three letters, numbers as digits, English connecting words. Pure.
"""

import re
import unicodedata
from dataclasses import dataclass

from handlers.grammar import plain

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Said:
    """A phrase without its dress. `hedged`: about, maybe, a question. `business`: close of business."""

    phrase: str
    hedged: bool = False
    business: bool = False


def undressed(text: str) -> Said:
    """The phrase that the rules read, and what was taken off it that matters."""
    said = _words(_letters(text))
    hedged = _HEDGE.search(said) is not None
    said = _ASIDE.sub(" ", _HEDGE.sub(" ", said))
    business = _BUSINESS.search(said) is not None
    said = _spaced(_BUSINESS.sub(" ", said))
    return Said(_TRAILING.sub("", _LEADING.sub("", said)), hedged, business)


def _letters(text: str) -> str:
    """Lower case without accents; dots, commas and hyphens only where they are part of a number."""
    parts = unicodedata.normalize("NFD", plain(text).casefold())
    said = "".join(letter for letter in parts if not unicodedata.combining(letter))
    for pattern, instead in _MARKS:
        said = pattern.sub(instead, said)
    return _spaced(said)


def _words(said: str) -> str:
    for pattern, instead in _PHRASES:
        said = pattern.sub(instead, said)
    said = _COMPOUND.sub(lambda found: _WORD[found[1]][0] + _WORD[found[2]], said)
    said = " ".join(_WORD.get(word, word) for word in said.split())
    said = _HUNDRED.sub(lambda found: str(int(found[1]) * 100 + int(found[2] or 0)), said)
    said = _TWICE.sub(r"\1", _GLUED.sub(r"\1 \2", _GLUED_BEFORE.sub(r"\1 \2", said)))
    return _spaced(_ARTICLE.sub(" ", _ONE.sub("1", said)))


def _spaced(said: str) -> str:
    return " ".join(said.split())


def _table(lines: str) -> dict[str, str]:
    """`dec: december diciembre` → both of these words become `dec`."""
    pairs = (line.split(":") for line in lines.strip().splitlines())
    return {word: name.strip() for name, words in pairs for word in words.split()}


_MONTH = "|".join(MONTHS)
_UNIT = r"(?:(?:calendar|business|working|work|school|instructional) )?(?:day|week|month|year|weekday)s?"
_MARKS = tuple(
    (re.compile(pattern, re.ASCII), instead)
    for pattern, instead in (
        (r"(?<=[ ,])'([0-9]{2})(?![0-9a-z'])", r" 20\1"),
        (r"([0-9]{1,2})[-/]([a-z]{3,10})[-/](?=[0-9]{4}\b)", r"\1 \2 "),
        (r"\b([a-z]{3,10})[-/]([0-9]{1,2})[-/](?=[0-9]{4}\b)", r"\1 \2 "),
        (r"(?<=[0-9])-([a-z]{3,10})-([0-9]{2})(?![0-9])", r" \1 20\2"),
        (r"['\"“”«»*_`]", ""),
        (r"\b([0-9]{1,2})([a-z]{3})([0-9]{4})\b", r"\1 \2 \3"),
        (r"[(),;\[\]]|!+$", " "),
        (r"\b([a-z])\.([a-z])\.(?:([a-z])\b\.?)?", r"\1\2\3"),
        (r"(?<=[a-z])[.:]|[.:]\s*$|(?<=[0-9])\.(?=\s)", " "),
        (r"(?<=[a-z])-|-(?=[a-z])", " "),
        (r"(?<=\S)\?", " ?"),
    )
)
_PHRASES = tuple(
    (re.compile(rf"\b(?:{pattern})\b", re.ASCII), instead)
    for pattern, instead in (
        (r"pasado manana", "day after tomorrow"),
        (r"a mas tardar|no mas tarde del?", "no later than"),
        (r"antes del?", "before"),
        (r"despues del?|tras", "after"),
        (r"a partir de|contados desde|desde", "from"),
        (r"(?:a )?mediados de|a medio", "mid"),
        (r"(?:a )?(?:principios|comienzos|inicios) de", "early"),
        (r"(?:a |al )?(?:fin|final|fines|finales) del?", "end of"),
        (r"(?:que viene|proxim[oa])", "next"),
        (r"(?:lo antes|tan pronto como sea) posible|cuanto antes", "asap"),
        (r"(?:el )?dia(?= [0-9])", ""),
        (r"dentro de|en", "in"),
        (r"(dias?) habiles", "business days"),
        (r"(dias?) (?:naturales|calendario|corridos)", "calendar days"),
        (r"(dias?) (?:escolares|lectivos)", "school days"),
        (r"a ?prox(?:imadamente)?", "about"),
        (r"as soon as possible", "asap"),
        (r"an? hundred|cien(?:to)?", "1 hundred"),
        (r"tonight|this (?:morning|afternoon|evening)", "today"),
        (r"dia de accion de gracias|accion de gracias", "thanksgiving"),
        (r"(?:dia de )?navidad", "christmas"),
        (r"(?:middle|midpoint) of", "mid"),
        (r"(?:beginning|start) of", "early"),
        (r"(?:the )?notif?ication of findings?|notice of findings?", "nof"),
        (r"(semana|mes|ano|lunes|martes|miercoles|jueves|viernes|sabado|domingo) next", r"next \1"),
    )
)
_WORD = _table("""
jan: january enero ene
feb: february febrero febr
mar: march marzo
apr: april abril abr
may: mayo
jun: june junio
jul: july julio
aug: august agosto
sep: september sept septiembre setiembre
oct: october octubre
nov: november noviembre novbre
dec: december diciembre dic
mon: monday lunes
tue: tuesday tues martes
wed: wednesday weds miercoles
thu: thursday thurs thur jueves
fri: friday viernes
sat: saturday sabado
sun: sunday domingo
day: dia dy
days: dias dys
week: semana wk
weeks: semanas wks
month: mes mo mth
months: meses mos mths
year: ano yr
years: anos yrs
tomorrow: manana tmrw tomorow tommorow tommorrow
today: hoy
now: ahora
this: este esta current
next: proximo proxima
the: el la los las
by: para
until: hasta till til
of: de del
and: y
or: o
spring: primavera
summer: verano
fall: otono autumn
winter: invierno
soon: pronto
last: ultimo ultima final
within: w/in
1st: first primer primero primera
2nd: second segundo segunda
3rd: third tercer tercero tercera
4th: fourth cuarto
5th: fifth
6th: sixth
7th: seventh
8th: eighth
9th: ninth
10th: tenth
11th: eleventh
12th: twelfth
13th: thirteenth
14th: fourteenth
15th: fifteenth
16th: sixteenth
17th: seventeenth
18th: eighteenth
19th: nineteenth
20th: twentieth
30th: thirtieth
1: one un una uno
2: two dos
3: three tres
4: four cuatro
5: five cinco
6: six seis
7: seven siete
8: eight ocho
9: nine nueve
10: ten diez
11: eleven
12: twelve doce
13: thirteen trece
14: fourteen catorce
15: fifteen quince
16: sixteen dieciseis
17: seventeen diecisiete
18: eighteen dieciocho
19: nineteen diecinueve
20: twenty veinte
25: veinticinco
30: thirty treinta
40: forty fourty cuarenta
50: fifty cincuenta
60: sixty sesenta
70: seventy setenta
80: eighty ochenta
90: ninety noventa
""")
# The full names that a misspelt word may have been.
NAMES = {
    word: name for word, name in _WORD.items() if len(word) > 4 and name in (*MONTHS, *WEEKDAYS, "tomorrow")
}
_TENS = "|".join(word for word, name in _WORD.items() if name.endswith("0"))
_ONES = "|".join(word for word, name in _WORD.items() if re.fullmatch("[1-9](?:st|nd|rd|th)?", name))
_COMPOUND = re.compile(rf"\b({_TENS}) (?:y )?({_ONES})\b", re.ASCII)
_HUNDRED = re.compile(r"\b([1-9]) hundred(?: (?:and )?([0-9]{1,2}))?\b(?! hundred)", re.ASCII)
_GLUED = re.compile(rf"\b({_MONTH})([0-9]{{1,2}})(?=\b|st\b|nd\b|rd\b|th\b)", re.ASCII)
_GLUED_BEFORE = re.compile(rf"\b([0-9]{{1,2}})({_MONTH}|days?|weeks?|wks?|months?)\b", re.ASCII)
_TWICE = re.compile(rf"\b([0-9]{{1,4}}) \1(?= {_UNIT}\b)", re.ASCII)
_ONE = re.compile(rf"\b(?:a|an)\b(?= {_UNIT}\b)", re.ASCII)
# "The 45 days" are those that everybody knows of; "45 days" begin now.
_ARTICLE = re.compile(rf"\bthe\b(?! [0-9]{{1,4}} {_UNIT}\b)|\ban?\b(?= [0-9])", re.ASCII)
_HEDGE = re.compile(
    r"\b(?:on or about|around|about|approximately|approx|roughly|maybe|perhaps|probably|possibly|hopefully|"
    r"likely|tentatively|circa|or so|ish|if possible|alrededor of|quizas|tal vez|sometime|some time)\b|[~?]"
    r"|(?<=[0-9a-z])ish\b",
    re.ASCII,
)
_ASIDE = re.compile(
    r"\b(?:at |by |a the )?(?:[0-9]{1,2}(?::[0-9]{2})? ?[ap]m|(?<![0-9/-])[0-9]{1,2}:[0-9]{2}|noon)\b"
    r"(?: (?:pacific(?: time)?|pst|pdt|pt))?|\b(?:in )?(?:morning|afternoon|evening)\b|\b1st thing\b"
    r"|(?<=[a-z]) at [0-9]{1,2}$",
    re.ASCII,
)
_BUSINESS = re.compile(
    r"\b(?:by )?(?:cob|eob|eod|close of business(?: day)?|end of (?:business day|business|day|work day))\b"
    r"(?: (?:on|of)\b)?",
    re.ASCII,
)
_LEADING = re.compile(
    r"^(?:(?:please|thanks|thank you|no later than|not later than|not after|on or before|before or on|"
    r"at latest|latest|up to|until|by|through|thru|extend(?:ed)?|for|on|due(?! date)|to)\b ?:? ?){1,5}",
    re.ASCII,
)
_TRAILING = re.compile(
    r"(?: (?:at latest|latest|please|pls|thanks|thank you|thx|por favor|gracias|or (?:earlier|sooner|before)|"
    r"no later than)){1,3}$",
    re.ASCII,
)
