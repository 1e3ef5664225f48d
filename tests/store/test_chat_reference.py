"""How an account is reached: the newest word counts, and only for what it speaks of."""

from datetime import timedelta

from store import Store
from store.chat_reference import UNINSTALLED, ChatReference
from tests.builders import NOW

ANA = "teams:T/ANA"


async def note(store: Store, minutes: int, url: str, user: str = "29:a", **more: str) -> ChatReference:
    async with store.begin() as uow:
        await uow.note_reference(ANA, url, user, NOW + timedelta(minutes=minutes), **more)
    async with store.look() as uow:
        known = await uow.chat_reference(ANA)
    assert known is not None
    return known


async def test_a_channel_tells_where_the_service_is_and_nothing_of_their_chat(store: Store) -> None:
    await note(store, 0, "https://old/", conversation="a:1", trouble=UNINSTALLED)
    known = await note(store, 1, "https://new/")
    assert (known.service_url, known.conversation, known.trouble) == ("https://new/", "a:1", UNINSTALLED)


async def test_a_new_address_or_user_alone_is_news(store: Store) -> None:
    await note(store, 0, "https://old/", conversation="a:1")
    assert (await note(store, 1, "https://new/", conversation="a:1")).service_url == "https://new/"
    assert (await note(store, 2, "https://new/", "29:b", conversation="a:1")).user == "29:b"
    assert (await note(store, 3, "https://new/", "29:b", conversation="a:2")).conversation == "a:2"


async def test_what_is_as_it_was_is_written_once_an_hour(store: Store) -> None:
    await note(store, 0, "https://x/", conversation="a:1")
    assert (await note(store, 59, "https://x/", conversation="a:1")).seen_at == NOW
    known = await note(store, 61, "https://x/", conversation="a:1")
    assert known.seen_at == NOW + timedelta(minutes=61)


async def test_trouble_began_when_it_was_first_seen(store: Store) -> None:
    await note(store, 0, "https://x/", conversation="a:1", trouble=UNINSTALLED)
    known = await note(store, 90, "https://x/", conversation="a:1", trouble=UNINSTALLED)
    assert (known.since, known.seen_at) == (NOW, NOW + timedelta(minutes=90))
    known = await note(store, 91, "https://x/", conversation="a:1")
    assert (known.trouble, known.since) == (None, None)
