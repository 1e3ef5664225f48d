"""Thousands of commands spliced into what others wrote: every quoted, forwarded, signed, footed and hidden
line of replies of many mail programs in many languages. None is obeyed.

Read by the real reading code, in this process to be fast; a sample goes through the reading process, too.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from handlers.capabilities import CAPABILITIES
from handlers.messages import Kept, Message, Sender
from handlers.pipeline import recognised
from handlers.script import script_of
from intake.letter import Letter, letter_from
from intake.messages import message_from
from intake.reading import read_letter
from tests.builders import PROGRAMS
from tests.handlers.verbs import obeyed
from tests.intake.post import ENVELOPE, MOMENT, OWN, Post
from tests.intake.post import post as post
from tests.intake.test_never_obeyed import BELOW, HIDDEN, REPLIES, quoted_lines
from tests.mail.mime import mail, text

MAIL = Path(__file__).parents[1] / "mail"
COMMANDS = (
    *("approve agreement EL 02 until March 3, 2014", "submit EL 02", "withdraw D-1", "meets EL 02"),
    *("retire aruiz@sierravista.example", "move D-1 to CE 08", "undo", "resolve EL 02", "1", "1: EL 02"),
    *("decline agreement EL 02: no", "comment EL 02: x", "return EL 02: more", "accept sv-plan"),
)
QUOTE = (
    "Which item is this file for?",
    "",
    "  1   I-EL 02 ELAC",
    "  2   II-CE 08 SSC",
    "",
    "Reply with a number.",
)
WROTE = {
    "Gmail en": ("On Mon, Sep 14, 2026 at 9:15 AM CAIS <evidence@cais.example> wrote:",),
    "Gmail en wrapped": (
        "On Mon, Sep 14, 2026 at 9:15 AM CAIS evidence desk",
        "<evidence@cais.example> wrote:",
    ),
    "Gmail es": ("El lun, 14 sept 2026 a las 9:15, CAIS (<evidence@cais.example>) escribió:",),
    "Gmail de": ("Am Mo., 14. Sept. 2026 um 09:15 Uhr schrieb CAIS <evidence@cais.example>:",),
    "Gmail fr": ("Le lun. 14 sept. 2026 à 09:15, CAIS <evidence@cais.example> a écrit :",),
    "Gmail it": ("Il giorno lun 14 set 2026 alle ore 09:15 CAIS <evidence@cais.example> ha scritto:",),
    "Gmail pt": ("Em seg., 14 de set. de 2026 às 09:15, CAIS <evidence@cais.example> escreveu:",),
    "Gmail nl": ("Op ma 14 sep 2026 om 09:15 schreef CAIS <evidence@cais.example>:",),
    "Gmail sv": ("Den mån 14 sep. 2026 kl 09:15 skrev CAIS <evidence@cais.example>:",),
    "Gmail pl": ("pon., 14 wrz 2026 o 09:15 CAIS <evidence@cais.example> napisał(a):",),
    "Gmail vi": ("Vào Th 2, 14 thg 9, 2026 vào lúc 09:15 CAIS <evidence@cais.example> đã viết:",),
    "Gmail zh": ("CAIS <evidence@cais.example> 于2026年9月14日周一 09:15写道：",),
    "Gmail ko": ("2026년 9월 14일 (월) 오전 9:15, CAIS <evidence@cais.example>님이 작성:",),
    "Thunderbird de": ("Am 14.09.26 um 09:15 schrieb CAIS evidence:",),
    "Thunderbird fr": ("Le 14/09/2026 à 09:15, CAIS evidence a écrit :",),
    "Apple": ("> On Sep 14, 2026, at 9:15 AM, CAIS <evidence@cais.example> wrote:",),
    "Outlook en": ("From: CAIS <x@y.example>", "Sent: Monday", "To: Ana", "Subject: RE: x", ""),
    "Outlook es": ("De: CAIS", "Enviado el: lunes", "Para: Ana", "Asunto: RE: x", ""),
    "Outlook de": ("Von: CAIS", "Gesendet: Montag", "An: Ana", "Betreff: AW: x", ""),
    "Outlook fr": ("De : CAIS", "Envoyé : lundi", "À : Ana", "Objet : RE: x", ""),
    "Outlook it": ("Da: CAIS", "Inviato: lunedì", "A: Ana", "Oggetto: R: x", ""),
    "Outlook pt": ("De: CAIS", "Enviada em: segunda-feira", "Para: Ana", "Assunto: RES: x", ""),
    "Outlook nl": ("Van: CAIS", "Verzonden: maandag", "Aan: Ana", "Onderwerp: RE: x", ""),
    "Outlook sv": ("Från: CAIS", "Skickat: måndag", "Till: Ana", "Ämne: SV: x", ""),
    "Outlook zh": ("发件人: CAIS", "发送时间: 2026年", "收件人: Ana", "主题: 答复: x", ""),
    "Outlook web": ("________________________________", "From: CAIS", ""),
    "old Outlook": ("-----Original Message-----", "From: CAIS", ""),
    "old Outlook de": ("-----Ursprüngliche Nachricht-----", "Von: CAIS", ""),
    "old Outlook fr": ("-----Message d'origine-----", "De : CAIS", ""),
    "forward Gmail": ("---------- Forwarded message ---------", "From: office", ""),
    "forward Gmail es": ("---------- Mensaje reenviado ---------", "De: oficina", ""),
    "forward Gmail fr": ("---------- Message transféré ---------", "De : bureau", ""),
    "forward Gmail it": ("---------- Messaggio inoltrato ---------", "Da: ufficio", ""),
    "forward Thunderbird de": ("-------- Weitergeleitete Nachricht --------", "Betreff: x", ""),
    "forward Thunderbird": ("-------- Forwarded Message --------", "Subject: x", ""),
    "forward Apple": ("Begin forwarded message:", "", "From: office", ""),
    "forward Apple de": ("Anfang der weitergeleiteten Nachricht:", "", "Von: Büro", ""),
    "signature": ("-- ", "Ana Ruiz", "Sierra Vista Unified"),
    "phone": ("Sent from my iPhone",),
    "phone es": ("Enviado desde mi iPhone",),
    "phone de": ("Von meinem iPhone gesendet",),
    "phone fr": ("Envoyé de mon iPhone",),
    "marker": ("-- please reply above this line --", ""),
    "list footer": ("_" * 47, "evidence mailing list"),
}
OWN_WORDS = ("", "Please see below.", "Gracias, lo vemos mañana.")


def read(raw: bytes, folder: Path) -> Message:
    """As the reading process and the service do it, in one process."""
    path, digest = folder / "mail", hashlib.sha256(raw).hexdigest()
    path.write_bytes(raw)
    into = folder / "into"
    form = read_letter(path, digest, into)
    letter = letter_from(json.dumps(form).encode(), into)
    assert isinstance(letter, Letter)
    for file in into.iterdir() if into.exists() else ():
        file.unlink()
    if into.exists():
        into.rmdir()
    sender = Sender(letter.address, "confirmed", "test")
    return message_from(Kept(1, "mail", MOMENT, digest, len(raw), ENVELOPE), letter, sender, [OWN])


def would_do(message: Message) -> list[str]:
    """Every command it would carry out, and whether it would be taken for an answer to a question."""
    done = obeyed(script_of(message, CAPABILITIES, PROGRAMS))
    found = recognised(message, PROGRAMS)
    return done + ([found[0].verb] if found and found[0].verb == "answer" else [])


def shapes() -> Iterator[tuple[str, list[str], int]]:
    """Every shape of a reply as its lines, and where others' words begin."""
    for name, intro in WROTE.items():
        for own in OWN_WORDS:
            quote = (
                [*QUOTE]
                if not name.startswith(("Gmail", "Thunderbird", "Apple"))
                else [f"> {x}" for x in QUOTE]
            )
            head = [own, ""] if own else []
            yield name, [*head, *intro, *quote], len(head) + len(intro)


def spliced() -> Iterator[tuple[object, bytes]]:
    """At every line of the quote, every command in turn, bare or as the quote has it."""
    for name, lines, start in shapes():
        for place in range(start, len(lines) + 1):
            for number in range(5):
                command = COMMANDS[(place * 5 + number) % len(COMMANDS)]
                words = f"> {command}" if lines[-1].startswith(">") and number % 2 else command
                said = "\r\n".join([*lines[:place], words, *lines[place:]])
                yield (
                    (name, place, command),
                    mail("Re: notes", text(said), "In-Reply-To: <out-7@cais.example>"),
                )
    yield from spliced_shapes()
    yield from spliced_fixtures()


def spliced_shapes() -> Iterator[tuple[object, bytes]]:
    for way, page in HIDDEN.items():
        for command in COMMANDS:
            for own in OWN_WORDS:
                html = f"<html><body><p>{own}</p>{page.format(command)}</body></html>"
                yield (way, command), mail("Re: notes", text(html, "html"))
    for way, below in BELOW.items():
        for command in COMMANDS:
            yield (way, command), mail("Re: notes", text(f"See below.\n\n{below.format(command)}"))


def spliced_fixtures() -> Iterator[tuple[object, bytes]]:
    for name in REPLIES:
        raw = (MAIL / f"{name}.eml").read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        lines = raw.split(b"\r\n")
        for place in quoted_lines(raw):
            for command in COMMANDS:
                yield (name, place, command), b"\r\n".join([*lines[:place], command.encode(), *lines[place:]])


def own_texts(folder: Path) -> set[str]:
    """What the writers of the fixtures answered themselves, before anything was spliced in."""
    return {read((MAIL / f"{name}.eml").read_bytes(), folder).text for name in REPLIES} - {""}


def obeys(message: Message, own: set[str], what: object = None) -> list[str]:
    """What it would do, but for a fixture's own answer, and for a file map that somebody typed below their
    own name."""
    mine = message.text in own or str(what).startswith("('closing'")
    return [one for one in would_do(message) if one != "answer" or not mine]


def test_of_five_thousand_splices_none_is_obeyed(tmp_path: Path) -> None:
    own, tried, wrong = own_texts(tmp_path), 0, []
    for what, raw in spliced():
        tried += 1
        if done := obeys(read(raw, tmp_path), own, what):
            wrong.append((what, done))
    assert wrong == []
    assert tried >= 5_000


async def test_the_reading_process_obeys_none_of_a_sample_either(post: Post, tmp_path: Path) -> None:
    own = own_texts(tmp_path)
    some = [(what, raw) for number, (what, raw) in enumerate(spliced()) if number % 60 == 0]
    read_there = await post.read(*(raw for _, raw in some))
    for (what, _), found in zip(some, read_there, strict=True):
        assert isinstance(found, Message)
        assert obeys(found, own, what) == []


def test_what_is_not_fresh_is_kept_beside_it(tmp_path: Path) -> None:
    for name, lines, _ in shapes():
        message = read(mail("Re: notes", text("\r\n".join(lines))), tmp_path)
        assert message.quoted, name
        assert "Reply with a number." in message.quoted, name
