"""Out-of-office answers in seventeen languages: the last day, or that it is not sure."""

from datetime import date

import pytest

from handlers.away_words import Away, read_away

TODAY = date(2013, 12, 2)
DEC5 = date(2013, 12, 5)
UNTIL = {
    "English": "I am out of the office until 5 December and will reply when I return.",
    "English, American": "I will be out of the office until Thursday, December 5, 2013.",
    "English, a range": "I am away from December 2 through December 5.",
    "English, back": "Thank you for your mail. I'll be back on Dec 6.",
    "English, returning": "I am on vacation, returning to the office on Friday, December 6th. Limited access to mail.",
    "English, both": "Out of office until December 5th. I will return on December 6th.",
    "English, numbers": "I am out of the office until 12/5/2013.",
    "Spanish": "Estaré fuera de la oficina hasta el 5 de diciembre.",
    "Spanish, a range": "Estoy de vacaciones del 2 al 5 de diciembre de 2013.",
    "Spanish, back": "Estoy ausente. Regreso el viernes 6 de diciembre.",
    "Portuguese": "Estou de férias até 5 de dezembro.",
    "Portuguese, back": "Estou ausente do escritório. Volto no dia 6 de dezembro.",
    "French": "Je suis absent du bureau jusqu'au 5 décembre inclus.",
    "French, back": "Je suis en congés, de retour le 6 décembre.",
    "German": "Ich bin bis einschließlich 5.12. nicht im Büro.",
    "German, in words": "Ich bin bis zum 5. Dezember im Urlaub.",
    "German, back": "Ich bin nicht im Haus. Ab dem 6.12.2013 bin ich wieder erreichbar.",
    "Italian": "Sono fuori ufficio fino al 5 dicembre.",
    "Italian, back": "Sono in ferie, rientro il 6 dicembre.",
    "Dutch": "Ik ben afwezig tot en met 5 december.",
    "Dutch, back": "Ik ben met vakantie en op 6 december weer aanwezig, terug op 6 december.",
    "Swedish": "Jag har semester till och med 5 december.",
    "Swedish, back": "Jag är åter den 6 december.",
    "Norwegian": "Jeg er på ferie til og med 5. desember.",
    "Danish": "Jeg holder ferie til og med 5. december.",
    "Finnish": "Olen lomalla 5. joulukuuta asti.",
    "Polish": "Jestem na urlopie do 5 grudnia.",
    "Turkish": "5 Aralık'a kadar izinde olacağım.",
    "Russian": "Я в отпуске до 5 декабря.",
    "Vietnamese": "Tôi nghỉ phép đến ngày 5 tháng 12 năm 2013.",
    "Tagalog": "Wala sa opisina hanggang ika-5 ng Disyembre.",
    "Japanese": "12月5日まで休暇をいただいております。",
    "Japanese, back": "休暇中です。2013年12月6日に戻ります。",
    "Korean": "12월 5일까지 휴가입니다.",
    "Korean, back": "휴가 중이며 12월 6일에 복귀합니다.",
    "Chinese": "我正在休假，至12月5日。",
    "Chinese, back": "我不在办公室，12月6日返回。",
}
NOT_SURE = {
    "no day": "I am out of the office with limited access to mail.",
    "two days": "Out of office until December 5 or until December 9, depending on the weather.",
    "day or month first": "Fuera de la oficina hasta el 5/12",
    "a telephone number": "I am away. Call 916-555-0100 for help.",
    "far off": "On leave until December 5, 2016.",
    "a first day only": "I am on leave from December 5.",
}


@pytest.mark.parametrize("name", UNTIL)
def test_the_last_day_is_read(name: str) -> None:
    assert read_away("Automatic reply", UNTIL[name], TODAY) == Away(True, DEC5)


@pytest.mark.parametrize("name", NOT_SURE)
def test_what_is_not_sure_has_no_day(name: str) -> None:
    assert read_away("Automatic reply", NOT_SURE[name], TODAY) == Away(True)


def test_what_is_over_says_so() -> None:
    assert read_away("", "Out of office until November 25, 2013", TODAY) == Away(True, None, True)


def test_the_next_year_is_meant_at_the_end_of_one() -> None:
    assert read_away("", "Back on January 3.", date(2013, 12, 23)).last == date(2014, 1, 2)


@pytest.mark.parametrize(
    "text", ["Thank you for your mail, we received it.", "Your ticket 4711 was opened on December 2.", ""]
)
def test_other_machines_say_nothing_of_an_absence(text: str) -> None:
    assert not read_away("Re: 3 deadlines", text, TODAY).away
