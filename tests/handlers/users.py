"""Who is who in the sample for tests of user management, and what the record says of them."""

import asyncio
from dataclasses import replace
from typing import Any

from handlers.inbox import work_entries
from handlers.receipt_text import fields_of, receipts_in
from tests.builders import ANA, DANA, Desk
from tests.handlers.record import GUS, HELEN, MARIA, PEI, PRIYA, RENEE

TOM, LUKE = "tokafor@sierravista.example", "lbrandt@coastrange.example"
LUIS, SAM = "lortega@cde.example", "sbright@cde.example"
OMAR, BETH = "ohaddad@cde.example", "blindgren@cde.example"
CARL = "cbaker@sierravista.example"
STRANGER = "who@elsewhere.example"
NEW = "jlee@sierravista.example"
SIERRA, COAST = "Sierra Vista Unified", "Coast Range Unified"
NOWHERE = "Nowhere Range Unified"

# Every role that manages no users, and somebody who has it.
NO_MANAGERS = {
    "lea_user": ANA,
    "lea_submitter": TOM,
    "school_user": PEI,
    "user of two LEAs": DANA,
    "program_monitor": HELEN,
    "rtl": LUIS,
}
MANAGERS = {"lea_coordinator": MARIA, "lea_admin": CARL, "program_contact": RENEE}
OTHERS = {"another LEA's coordinator": PRIYA, "a charter's coordinator": GUS}


async def with_an_admin(desk: Desk, address: str = CARL, lea: str = SIERRA) -> None:
    """A second person who manages the LEA's users, as an administrator."""
    said = f"add user Carl Baker <{address}> as admin for {lea}"
    answer = await desk.send(sender=RENEE, text=said)
    assert answer["state"] == "done", answer["fields"]


async def roles_of(desk: Desk, address: str) -> list[str]:
    """What somebody is now: `lea_user sierra-vista`, in the order that it began."""
    async with desk.store.look() as uow:
        person = await uow.person_at(address)
        assert person is not None
        held = sorted(person.roles, key=lambda role: role.id)
        return [
            " ".join(filter(None, (one.role, one.lea_id, one.school_cds, one.review_id, one.program_id)))
            for one in held
        ]


async def both_at_once(desk: Desk) -> None:
    """Two workers answer the two messages that wait, each its own."""
    workers = [replace(desk.worker, name=name) for name in ("one", "two")]
    claimed = [(worker, await desk.store.inbox.claim(worker.name, 1)) for worker in workers]
    assert [len(entries) for _, entries in claimed] == [1, 1]
    await asyncio.gather(*(work_entries(worker, entries) for worker, entries in claimed))


async def is_known(desk: Desk, address: str) -> bool:
    async with desk.store.look() as uow:
        return await uow.person_at(address) is not None


async def people(desk: Desk) -> list[dict[str, Any]]:
    """Everybody as the export shows them: equal before and after what changes nothing."""
    return (await desk.export())["people"]


async def told(desk: Desk, template: str) -> list[str]:
    return sorted(row.to for row in await desk.outgoing() if row.template == template)


def outcome(answer: dict[str, Any]) -> tuple[str, str]:
    return answer["state"], answer["reason"]


def facts(answer: dict[str, Any]) -> dict[str, Any]:
    """What a refusal says, beside its receipt."""
    found: dict[str, Any] = answer["fields"]["facts"]
    return found


def sealed(signed: list[str]) -> list[tuple[str, str]]:
    """What a receipt says was done: between when the message came and where the history stood."""
    fields = [field for found in receipts_in("\n".join(signed)) for field in fields_of(found.words)]
    labels = [label for label, _ in fields]
    return fields[labels.index("UTC") + 1 : labels.index("History")] if fields else []


def renamed(answer: dict[str, Any], name: str, to: str) -> dict[str, Any]:
    """The whole reply with one name replaced and without what every message has of its own."""

    def change(value: Any) -> Any:
        if isinstance(value, dict):
            kept = {key: one for key, one in value.items() if key not in ("receipt", "received_at")}
            return {key: change(sealed(one) if key == "signed" else one) for key, one in kept.items()}
        if isinstance(value, list | tuple):
            return [change(one) for one in value]
        return value.replace(name, to) if isinstance(value, str) else value

    whole = change(answer["fields"])
    assert isinstance(whole, dict)
    return {"reply": answer["reply"], "state": answer["state"], "reason": answer["reason"], **whole}
