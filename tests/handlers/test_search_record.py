"""Search: every word, whatever the case, on both databases, and nothing from beyond reach."""

import pytest

from handlers.search_record import holds
from tests.builders import ANA, Desk, a_file
from tests.handlers.record import GUS, HELEN, PRIYA

LUIS = "lortega@cde.example"


async def found(desk: Desk, words: str, sender: str = ANA) -> list[str]:
    told = await desk.send(text=f"search {words}", sender=sender)
    assert told["reply"] == "record_searched", told
    return [f"{one['kind']} {one['name']}" for one in told["fields"]["hits"]]


@pytest.mark.both_databases
async def test_items_findings_documents_and_comments_are_found(desk: Desk) -> None:
    await desk.send(subject="EL 02", files=(a_file("Élection 100%_b.pdf", b"roster"),))
    await desk.send(text="comment EL 14: the Zebra list is on page 4")
    assert await found(desk, "elac ELECTION record") == ["item sv-fpm/I-EL 02"]
    assert await found(desk, "zebra LIST") == ["comment sv-fpm/IV-EL 14"]
    assert await found(desk, "éLECTION") == await found(desk, "ÉLECTION") == ["document D-1"]
    assert await found(desk, "D-1") == ["document D-1"]
    assert await found(desk, "100%_b") == ["document D-1"]
    assert await found(desk, "100_%b") == []
    assert await found(desk, "zebra nowhere") == []
    # the state sees no draft, and another LEA nothing at all
    assert await found(desk, "élection", LUIS) == []
    assert await found(desk, "zebra", LUIS) == ["comment sv-fpm/IV-EL 14"]
    for stranger in (PRIYA, GUS):
        assert await found(desk, "zebra", stranger) == await found(desk, "élection", stranger) == []


@pytest.mark.both_databases
async def test_twenty_hits_and_no_more(desk: Desk) -> None:
    told = await desk.send(text="search for el", sender=HELEN)
    assert (len(told["fields"]["hits"]), told["fields"]["more"]) == (20, True)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "words",
    [
        "'; drop table person; --",
        "%%",
        "__",
        "\\\\",
        '"x" OR 1=1',
        "\u0130\u00df",
        "(((",
        "a" * 400,
        "é" * 50,
    ],
)
async def test_any_text_is_searched(desk: Desk, words: str) -> None:
    assert await found(desk, words) == []


@pytest.mark.parametrize("words", ["", "x", "? !"])
async def test_too_little_is_taught(desk: Desk, words: str) -> None:
    told = await desk.send(text=f"search {words}")
    assert told["reason"] == "not_said_right"


def test_words_are_folded_the_same_everywhere() -> None:
    assert holds(("ÉCOLE Straße",), ("école", "STRASSE"))
    assert not holds(("ecole",), ("école",))
