"""What real mail programs write and real servers sign is never denied, and all of it is read."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.intake.believing import Believing, believing, publish
from tests.intake.real_forms import (
    DISTRICT,
    IDS,
    LIST,
    ORGANISATION,
    RECEIVERS,
    TWO_MILTERS,
    real_forms,
    stamped,
)
from tests.intake.real_forms import RealForm as Form
from tests.servers.dns import Dns

STRANGER = "198.51.100.66"


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> list[Form]:
    return real_forms(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def dns() -> Iterator[Dns]:
    with Dns() as running:
        for domain in (ORGANISATION, DISTRICT, LIST):
            publish(running, domain)
        yield running


@pytest.fixture
async def exchanger(tmp_path: Path, dns: Dns) -> AsyncIterator[Believing]:
    async with believing(tmp_path / "mx", mx=True, dns=dns.where) as made:
        yield made


@pytest.fixture
async def behind(tmp_path: Path) -> AsyncIterator[Believing]:
    async with believing(tmp_path / "behind", authserv_id=IDS) as made:
        yield made


async def _denied(us: Believing, form: Form, raw: bytes, peer: str) -> list[str]:
    """Empty where the sender is authenticated and the mail became a message (an unreadable one fails)."""
    message = await us.message(raw, peer=peer, mail_from=form.address)
    said = message.sender
    good = (said.address, said.trust) == (form.address, "authenticated")
    return [] if good else [f"{form.about}: {said.trust} {said.basis} {said.address}"]


async def test_more_than_500_aligned_forms_of_twelve_programs_are_all_authenticated(
    forms: list[Form], exchanger: Believing
) -> None:
    denied = [line for form in forms for line in await _denied(exchanger, form, form.raw, STRANGER)]
    assert denied == []
    assert len({form.raw for form in forms}) == len(forms) >= 500
    programs = Counter(form.about.split(", ")[0] for form in forms)
    assert len(programs) == 12
    assert min(programs.values()) >= 40
    assert sum(form.about.endswith("Perl") for form in forms) >= 60


async def test_the_same_forms_with_the_stamp_of_any_receiver_are_authenticated(
    forms: list[Form], behind: Believing
) -> None:
    names = list(RECEIVERS)
    pairs = [(form, names[number % len(names)]) for number, form in enumerate(forms)]
    denied = [
        f"{receiver}: {line}"
        for form, receiver in pairs
        for line in await _denied(behind, form, stamped(form.raw, receiver, form.address), "127.0.0.1")
    ]
    assert denied == []
    assert min(Counter(receiver for _, receiver in pairs).values()) >= 80


async def test_of_two_milters_headers_only_the_topmost_counts_so_the_mail_is_accepted_and_no_more(
    forms: list[Form], behind: Believing
) -> None:
    form = forms[0]
    found = await behind.ask(stamped(form.raw, TWO_MILTERS, form.address), peer="127.0.0.1")
    assert (found.trust, found.basis) == ("accepted", "stamped-spf")


async def test_where_the_setting_says_so_both_milters_headers_are_read(
    forms: list[Form], tmp_path: Path
) -> None:
    async with believing(tmp_path / "several", authserv_id="mx.cais.example:several") as us:
        some = forms[::40]
        denied = [
            line
            for form in some
            for line in await _denied(us, form, stamped(form.raw, TWO_MILTERS, form.address), "127.0.0.1")
        ]
    assert denied == []
    assert len(some) >= 15
