"""What belongs to Slack only: the app's manifest, and the service beside a Slack that runs here."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from commands import settings, stop, told

if TYPE_CHECKING:
    from bot.fake_client import FakeClient
    from parts import Parts, Settings

FAKE_PORT = 8081
BY = "cais run --with-fake-slack"


def slack_manifest(
    url: Annotated[
        str | None,
        typer.Option(help="Where Slack shall call us, https://…; default: through a socket that we open."),
    ] = None,
) -> None:
    """Print the manifest that the Slack app is made from, with exactly the rights that are used."""
    from bot.slack_manifest import as_yaml, manifest

    if url is not None and not url.startswith("https://"):
        stop("--url: Slack calls https:// addresses only", 2)
    print(as_yaml(manifest(url)), end="")


def run_beside_fake_slack(only: Collection[str], ready: Callable[["Parts"], None]) -> None:
    """The service as an app of a Slack that runs in the same process; for sample stores."""
    if "slack" not in only:
        stop("--with-fake-slack: slack is not among the parts", 2)
    asyncio.run(told(_run_beside(settings(), only, ready)))


async def _run_beside(given: "Settings", only: Collection[str], ready: Callable[["Parts"], None]) -> None:
    from bot.fake_client import FakeClient
    from bot.fake_slack import FakeSlack
    from parts import put_together
    from service import run

    if given.bot.slack_bot_token is not None:
        stop("--with-fake-slack: a Slack app is set up already (CAIS_SLACK_BOT_TOKEN)", 2)
    slack = FakeSlack()
    client = FakeClient(slack)
    try:
        await slack.start(FAKE_PORT, client.routes())
    except OSError:
        await slack.start(0, client.routes())
    try:
        async with put_together(_as_its_app(given, slack.url)) as parts:
            if not parts.sample:
                stop("--with-fake-slack: only a sample store may have one")
            await _let_people_in(parts, client)
            await run(parts, only, lambda: _say(parts, slack.url, ready))
    finally:
        slack.socket.cut()
        await slack.stop()


def _as_its_app(given: "Settings", url: str) -> "Settings":
    from pydantic import SecretStr

    from bot.fake_slack import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET

    secrets = {"slack_signing_secret": SIGNING_SECRET, "slack_bot_token": BOT_TOKEN}
    own = {name: SecretStr(one) for name, one in (secrets | {"slack_app_token": APP_TOKEN}).items()}
    return replace(given, bot=given.bot.model_copy(update={**own, "slack_api": f"{url}/api/"}))


async def _let_people_in(parts: "Parts", client: "FakeClient") -> None:
    """Everybody of the sample has an account that speaks for them; the history says by whose word."""
    from bot.fake_client import Account
    from bot.fake_slack import TEAM
    from store.chats import ChatAccount
    from store.export import one_list
    from store.unit_of_work import Actor

    now = parts.clock.now()
    for person in await one_list(parts.store.database, "people"):
        if person["retired_at"] or not person["addresses"]:
            continue
        user = "U0" + "".join(filter(str.isalnum, person["addresses"][0].partition("@")[0])).upper()
        client.people.append(Account(user, person["name"], _about(person["roles"])))
        async with parts.store.begin() as uow:
            uow.act_as(Actor(BY, "terminal", now))
            known = await uow.person_at(person["addresses"][0])
            account = f"slack:{TEAM}/{user}"
            if known is not None and await uow.person_of_account(account) is None:
                uow.add(ChatAccount(account=account, person_id=known.id, linked_at=now))
    client.people.append(Account("U0STRANGER", "Somebody new", "not linked yet"))


def _about(roles: list[dict[str, str | None]]) -> str:
    """A role in words, and where."""
    from templates.values import role as role_word

    said = [(str(one["role"]), one["lea"] or one["review"] or one["program"] or "") for one in roles[:1]]
    return "".join(f"{role_word(role)}, {where}" for role, where in said)


def _say(parts: "Parts", url: str, ready: Callable[["Parts"], None]) -> None:
    ready(parts)
    print(f"  Slack:        open {url} in a browser, and be anybody of the sample", flush=True)
