"""Absent people's machines and gates that ask, by the first words of their subjects; and people who use such words."""

import pytest

from handlers.messages import Message
from intake.auto_subjects import said_by_subject
from tests.intake.post import Post
from tests.intake.post import post as post

ABSENT = [
    "Out of Office: Receipt R-12",
    "Out of the office Re: Receipt R-12",
    "Automatic reply: out of office until Monday",
    "OOO - Re: Receipt",
    "Abwesenheitsnotiz: Receipt R-12",
    "Abwesend: Receipt R-12",
    "Absence du bureau : Receipt R-12",
    "Fuera de la oficina: Receipt R-12",
    "Fora do escritório: Receipt",
    "Fuori sede: Receipt",
    "Assente: Receipt",
    "Afwezigheidsbericht: Receipt",
    "Frånvaro: Receipt",
    "Fraværsbesked: Receipt",
    "Poissa toimistosta: Receipt",
    "Poza biurem: Receipt",
    "Nepřítomnost: Receipt",
    "Házon kívül: Receipt",
    "În afara biroului: Receipt",
    "Нет на месте: Receipt",
    "Εκτός γραφείου: Receipt",
    "خارج المكتب: Receipt",
    "不在通知: Receipt",
    "外出中：Receipt",
    "부재 중: Receipt",
    "Wala sa opisina: Receipt",
]
AUTOMATIC = [
    "Automatic reply: Receipt R-12",
    "Auto-Reply: Receipt",
    "Autoreply: Receipt",
    "Automatische Antwort: Receipt",
    "Réponse automatique : Receipt",
    "Réponse automatique\xa0: Receipt",
    "Respuesta automática: Receipt",
    "Resposta automática: Receipt",
    "Risposta automatica: Receipt",
    "Automatisch antwoord: Receipt",
    "Autosvar: Receipt",
    "Automatiskt svar: Receipt",
    "Automatisk svar: Receipt",
    "Automaattinen vastaus: Receipt",
    "Automatyczna odpowiedź: Receipt",
    "Automatická odpověď: Receipt",
    "Automatikus válasz: Receipt",
    "Răspuns automat: Receipt",
    "Otomatik yanıt: Receipt",
    "Αυτόματη απάντηση: Receipt",
    "Автоматический ответ: Receipt",
    "Автоматична відповідь: Receipt",
    "الرد التلقائي: Receipt",
    "תשובה אוטומטית: Receipt",
    "自動応答: Receipt",
    "自动答复: Receipt",
    "자동 회신: Receipt",
    "Trả lời tự động: Receipt",
    "ตอบกลับอัตโนมัติ: Receipt",
    "Awtomatikong tugon: Receipt",
]
CHALLENGES = [
    "Your email requires verification verify#abc123def",
    "Please confirm your message",
    "Re: Receipt R-12 (Verification Required)",
    "[your mail] verify#9f8e7d6c5b",
    "Bitte bestätigen Sie Ihre Nachricht",
]
PEOPLE = [
    "Re: Automatic reply: EL 02",
    "FW: Out of office",
    "Automatic replies policy, EL 02",
    "Out of office procedures for EL 02",
    "Absent students, CE 08",
    "Absence: attendance report",
    "Away games roster",
    "Vacation schedule of the aides, EL 02",
    "Leave records",
    "Auto shop inventory CTE 5",
    "Read: EL 02 roster",
    "Deliverables for EL 02",
    "Returned for more: EL 02",
    "Verification of enrollment EL 02",
    "EL 02 automatic reply: see attached",
    "status",
    "",
]
SENDER = "aruiz@sierravista.example"


@pytest.mark.parametrize("subject", ABSENT)
def test_who_is_away_says_so(subject: str) -> None:
    assert said_by_subject(subject) == "out of office"


@pytest.mark.parametrize("subject", AUTOMATIC)
def test_an_automatic_reply_says_so(subject: str) -> None:
    assert said_by_subject(subject) == "auto-reply"


@pytest.mark.parametrize("subject", CHALLENGES)
def test_a_gate_that_asks_who_wrote_says_so(subject: str) -> None:
    assert said_by_subject(subject) == "challenge"


@pytest.mark.parametrize("subject", PEOPLE)
def test_people_use_such_words_otherwise(subject: str) -> None:
    assert said_by_subject(subject) is None


async def automatic(post: Post, subject: str, body: str, more: str = "") -> str | None:
    mail = f"From: Ana <{SENDER}>\nTo: evidence@cais.example\nSubject: {subject}\nMessage-ID: <a@b.example>\n{more}\n{body}\n"
    found: Message = await post.message(mail.replace("\n", "\r\n").encode())
    return found.automatic


async def test_the_subject_alone_is_enough(post: Post) -> None:
    assert await automatic(post, "Out of office: Receipt R-12", "I am back on Monday.") == "out of office"


async def test_a_header_tells_it_less_exactly(post: Post) -> None:
    signed = "Auto-Submitted: auto-replied\n"
    assert await automatic(post, "Out of office: Receipt R-12", "Monday.", signed) == "out of office"
    assert await automatic(post, "EL 02", "Monday.", signed) == "auto-submitted"


async def test_who_sends_a_document_is_a_person_whatever_the_subject(post: Post) -> None:
    body = '--b\n\nsee attached\n--b\nContent-Type: application/pdf; name="roster.pdf"\nContent-Disposition: attachment\n\n%PDF-1.4 x\n--b--\n'
    boundary = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n'
    assert await automatic(post, "Out of office: EL 02", body, boundary) is None


async def test_a_gate_must_say_how_to_answer_it(post: Post) -> None:
    asks = "Click https://gate.example/ok to have your mail delivered."
    assert await automatic(post, "Confirmation required", asks) == "challenge"
    assert await automatic(post, "Confirmation required", "Did you get EL 02?") is None
