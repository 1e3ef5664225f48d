"""What a mail says of its files: address, subject, text, names and map, and where they disagree."""

from collections.abc import Callable, Sequence

import pytest

from handlers.messages import Message, ReturnAddress, Sender
from handlers.wishes import answered_wishes, wishes_of
from tests.builders import NOW, PROGRAMS, a_file
from tests.handlers.test_codes import slowdown

ONE = ("roster.pdf",)
TWO = ("roster.pdf", "minutes.pdf")


def said(
    subject: str = "", text: str = "", names: Sequence[str] = ONE, hints: Sequence[str] = ()
) -> list[tuple[str, str | None]]:
    """For every file its codes and the doubt, as `EL 02+CE 08`."""
    files = tuple(a_file(name, f"{number}".encode(), number) for number, name in enumerate(names, 1))
    message = Message(
        1, "mail", NOW, Sender("a@b.example", "authenticated", "test"), ReturnAddress("mail", "a@b.example"),
        subject, text, tuple(hints), files,
    )  # fmt: skip
    return [
        ("+".join(str(mention.code) for mention in wish.mentions), wish.doubt)
        for wish in wishes_of(message, PROGRAMS)
    ]


SURE = [
    # one source
    ({"subject": "EL 02"}, "EL 02"),
    ({"subject": "Re: Fwd: el 2"}, "EL 02"),
    ({"subject": "El 2"}, "EL 02"),
    ({"subject": "Evidence for el 2"}, "EL 02"),
    ({"subject": "EL 02 - minutes to follow"}, "EL 02"),
    ({"hints": ["EL-02"]}, "EL 02"),
    ({"text": "EL 02 roster attached."}, "EL 02"),
    ({"text": "ce 7 minutes attached"}, "CE 07"),
    ({"names": ["EL 02 roster.pdf"]}, "EL 02"),
    ({"names": ["el 2 roster.pdf"]}, "EL 02"),
    ({"names": ["2013-14_I-EL02_Lincoln.pdf"]}, "EL 02"),
    # several that agree
    ({"subject": "EL 02", "text": "I-EL 2 attached", "hints": ["el2"], "names": ["EL-02.pdf"]}, "EL 02"),
    ({"subject": "EL 02", "text": "Attached is our roster.\n\nAna"}, "EL 02"),
    # one file for several items
    ({"subject": "EL 02, CE 08"}, "EL 02+CE 08"),
    ({"subject": "EL 02/CE 08"}, "EL 02+CE 08"),
    ({"text": "EL 02 (ELAC) and CE 08 (SPSA)"}, "EL 02+CE 08"),
    ({"text": "EL 02\nCE 08\nEL 14"}, "EL 02+CE 08+EL 14"),
    ({"text": "EL 02 p. 4-9, CE 08 p. 10"}, "EL 02+CE 08"),
    # the rest of the text is ordinary
    ({"subject": "EL 02", "text": "EL 02 roster attached. Minutes will follow next week."}, "EL 02"),
    ({"text": "Here is the EL 02 roster. The EL 02 minutes will follow tomorrow."}, "EL 02"),
    ({"subject": "EL 02", "text": "Please call me 2 times. Adjunto lo firmado el 2 de mayo."}, "EL 02"),
    ({"text": "Could you please file this under EL 02?"}, "EL 02"),
    ({"text": "EL 02 attached, did you get the last one?"}, "EL 02"),
    ({"text": "Here is EL 02. The EL 02 roster has two pages."}, "EL 02"),
    # a name narrows what the mail says
    ({"subject": "EL 02, CE 08", "names": ["CE 08.pdf"]}, "CE 08"),
    ({"subject": "CE 08", "hints": ["EL-02"], "names": ["EL 02.pdf"]}, "EL 02"),
    # a map beats everything
    ({"subject": "CE 08", "names": ["CE 08.pdf"], "text": "1: EL 02"}, "EL 02"),
    ({"text": "1: el 2 and ce 8"}, "EL 02+CE 08"),
]  # fmt: skip

ASKED = [
    ({"subject": "Our roster"}, "", "no-code"),
    ({"subject": "CE 08", "hints": ["EL-02"]}, "EL 02+CE 08", "sources-differ"),
    ({"subject": "CE 08", "text": "EL 02 attached"}, "CE 08+EL 02", "sources-differ"),
    ({"hints": ["CE-08"], "text": "EL 02 attached"}, "CE 08+EL 02", "sources-differ"),
    ({"subject": "CE 08", "names": ["EL 02.pdf"]}, "CE 08+EL 02", "sources-differ"),
    ({"text": "CE 08 attached", "names": ["EL 02.pdf"]}, "CE 08+EL 02", "sources-differ"),
    ({"subject": "EL 02 and CE 08", "text": "EL 02 attached, CE 08 will follow tomorrow"}, "EL 02+CE 08", "sources-differ"),
    ({"subject": "EL 02", "text": "This is not EL 02."}, "EL 02", "sources-differ"),
    # taken back, put off, unsure
    ({"text": "This is not for EL 02"}, "EL 02", "prose"),
    ({"text": "Please do not file it under EL 02"}, "EL 02", "prose"),
    ({"text": "This isn’t EL 02"}, "EL 02", "prose"),
    ({"text": "I think EL 02"}, "EL 02", "prose"),
    ({"text": "maybe EL 02"}, "EL 02", "prose"),
    ({"text": "EL 02?"}, "EL 02", "prose"),
    ({"text": "Does this go under EL 02?"}, "EL 02", "prose"),
    ({"text": "EL 02 or CE 08"}, "EL 02+CE 08", "prose"),
    ({"text": "EL 02 instead of CE 08"}, "EL 02+CE 08", "prose"),
    ({"text": "CE 08 will follow tomorrow."}, "CE 08", "prose"),
    ({"text": "We'll send CE 08 next week"}, "CE 08", "prose"),
    ({"text": "I sent you EL 02 last week"}, "EL 02", "prose"),
    ({"text": "No es EL 02"}, "EL 02", "prose"),
    ({"text": "Quizás EL 02"}, "EL 02", "prose"),
    ({"text": "Here is the roster for EL 02. It also supports EL 14."}, "EL 02+EL 14", "prose"),
    ({"subject": "EL 02", "text": "EL 02 will follow tomorrow"}, "EL 02", "sources-differ"),
    ({"subject": "CE 08 will follow tomorrow"}, "CE 08", "prose"),
    ({"text": "This is CE 7, please ignore"}, "CE 07", "prose"),
    ({"subject": "not EL 02"}, "EL 02", "prose"),
    ({"subject": "EL 02?"}, "EL 02", "prose"),
    ({"names": ["not EL 02.pdf"]}, "EL 02", "prose"),
    ({"subject": "EL 02 or EL 14"}, "EL 02+EL 14", "prose"),
    ({"subject": "EL 02 vs EL 14"}, "EL 02+EL 14", "prose"),
    ({"text": "this is not EL 02", "names": ["EL 02.pdf"]}, "EL 02", "prose"),
    # written so that it may be something else
    ({"subject": "junta el 14"}, "EL 14", "word"),
    ({"names": ["acta el 14.pdf"]}, "EL 14", "word"),
    ({"subject": "El 2 roster"}, "EL 02", "word"),
    ({"text": "el 2"}, "EL 02", "word"),
    ({"text": "Here are EL 2 files"}, "EL 02", "word"),
    ({"subject": "EL 2.1"}, "EL 02", "supporting"),
    ({"names": ["EL 02.1.pdf"]}, "EL 02", "supporting"),
    ({"subject": "EL 02 (a)"}, "EL 02", "supporting"),
    ({"subject": "EL 02 and 14"}, "EL 02", "list"),
    ({"text": "EL 02 and\n14 are attached"}, "EL 02", "list"),
    ({"text": "1: EL 02 and 14"}, "EL 02", "list"),
    # maps that do not fit
    ({"text": "1: EL 02\n1: CE 08"}, "EL 02+CE 08", "sources-differ"),
    ({"text": "1: EL 02?"}, "EL 02", "prose"),
    ({"text": "1: not EL 02"}, "EL 02", "prose"),
    ({"subject": "EL 02", "text": "plan.pdf: CE 08"}, "EL 02", "sources-differ"),
    ({"subject": "EL 02", "text": "2: CE 08"}, "EL 02", "sources-differ"),
    ({"text": "plan.pdf: CE 08"}, "", "no-code"),
]  # fmt: skip


@pytest.mark.parametrize(("mail", "meant"), SURE, ids=[str(mail) for mail, _ in SURE])
def test_what_is_said_plainly_is_sure(mail: dict[str, Sequence[str]], meant: str) -> None:
    assert said(**mail) == [(meant, None)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("mail", "meant", "why"), ASKED, ids=[str(mail) for mail, _, _ in ASKED])
def test_what_is_not_plain_is_asked(mail: dict[str, Sequence[str]], meant: str, why: str) -> None:
    assert said(**mail) == [(meant, why)]  # type: ignore[arg-type]


BOTH = "several-files-several-items"
SEVERAL = [
    ({"subject": "EL 02"}, [("EL 02", None), ("EL 02", None)]),
    ({"subject": "EL 02, CE 08"}, [("EL 02+CE 08", BOTH), ("EL 02+CE 08", BOTH)]),
    ({"text": "EL 02 and CE 08 attached"}, [("EL 02+CE 08", BOTH), ("EL 02+CE 08", BOTH)]),
    ({"text": "1. EL 02\n2. CE 08"}, [("EL 02+CE 08", "prose"), ("EL 02+CE 08", "prose")]),
    ({"text": "1: EL 02\n2: CE 08"}, [("EL 02", None), ("CE 08", None)]),
    ({"text": "both: EL 02, CE 08"}, [("EL 02+CE 08", None), ("EL 02+CE 08", None)]),
    ({"text": "rest: CE 08\n1: EL 02"}, [("EL 02", None), ("CE 08", None)]),
    ({"text": "1: EL 02"}, [("EL 02", None), ("", "no-code")]),
    ({"text": "1: EL 02\n2: the budget", "subject": "EL 02"}, [("EL 02", None), ("", "no-code")]),
    ({"text": "1: EL 02\n3: CE 08", "subject": "EL 14"}, [("EL 02", None), ("EL 14", "sources-differ")]),
    ({"text": "1: CE 08", "subject": "EL 02"}, [("CE 08", None), ("EL 02", None)]),
    ({"text": "1: CE 08", "subject": "EL 02, EL 14"}, [("CE 08", None), ("EL 02+EL 14", BOTH)]),
    ({"names": ["EL 02.pdf", "CE 08.pdf"]}, [("EL 02", None), ("CE 08", None)]),
    ({"names": ["EL 02.pdf", "x.pdf"]}, [("EL 02", None), ("", "no-code")]),
    ({"names": ["EL 02.pdf", "x.pdf"], "subject": "EL 02, CE 08"}, [("EL 02", None), ("EL 02+CE 08", BOTH)]),
    (
        {"names": ["EL 02.pdf", "CE 08.pdf"], "text": "EL 02 is the roster. CE 08 is the plan."},
        [("EL 02", None), ("CE 08", None)],
    ),
]


@pytest.mark.parametrize(("mail", "meant"), SEVERAL, ids=[str(mail) for mail, _ in SEVERAL])
def test_several_files_go_where_each_is_said_to_go(
    mail: dict[str, Sequence[str]], meant: list[tuple[str, str | None]]
) -> None:
    assert said(**({"names": TWO} | mail)) == meant  # type: ignore[arg-type]


ANSWERS = [
    ("EL 02", [("EL 02", None), ("EL 02", None)]),
    ("el 2 please", [("EL 02", None), ("EL 02", None)]),
    ("EL 02 instead", [("EL 02", None), ("EL 02", None)]),
    ("1: EL 02, 3: CE 08", [("EL 02", None), ("CE 08", None)]),
    ("1. EL 02\n3. CE 08", [("EL 02", None), ("CE 08", None)]),
    ("roster.pdf: EL 02; rest: CE 08", [("EL 02", None), ("CE 08", None)]),
    ("3: CE 08", [("", "no-code"), ("CE 08", None)]),
    ("EL 02 and CE 08", [("EL 02+CE 08", BOTH), ("EL 02+CE 08", BOTH)]),
    ("Not EL 02", [("EL 02", "prose"), ("EL 02", "prose")]),
    ("EL 02?", [("EL 02", "prose"), ("EL 02", "prose")]),
    ("I guess EL 02", [("EL 02", "prose"), ("EL 02", "prose")]),
    ("1: EL 02?", [("EL 02", "prose"), ("", "no-code")]),
]


@pytest.mark.parametrize(("text", "meant"), ANSWERS)
def test_an_answer_is_read_with_the_numbers_that_we_gave(
    text: str, meant: list[tuple[str, str | None]]
) -> None:
    """We asked about files 1 and 3 of a mail; file 2 was filed already."""
    files = [a_file("roster.pdf", b"1", 1), a_file("minutes.pdf", b"3", 3)]
    wishes = answered_wishes(files, text, PROGRAMS)
    assert [("+".join(str(one.code) for one in wish.mentions), wish.doubt) for wish in wishes] == meant


HOSTILE: list[Callable[[int], str]] = [
    lambda n: "EL 2 p" + " " * n + "x EL 3",
    lambda n: "EL 2 p" + "1" * n + "x EL 3",
    lambda n: "EL 2 x " * (n // 7),
    lambda n: "not " * (n // 4) + "EL 2",
    lambda n: "EL 2 " + "will " * (n // 5),
    lambda n: "EL 2" + "(" * n,
    lambda n: "sent " * (n // 5) + "EL 2 " + "sent " * 5,
    lambda n: "1: EL 2 maybe\n" * (n // 14),
    lambda n: "re:" * (n // 3) + "el 2",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_time_for_wishes_grows_with_the_text(hostile: Callable[[int], str]) -> None:
    assert slowdown(lambda text: said(text, text, [f"{text[:100]}.pdf"] * 4), hostile) < 12
