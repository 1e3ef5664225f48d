"""The page of a chat that runs beside the service, as whoever sits before it uses it."""

import json
import re
from dataclasses import dataclass
from typing import Any, Self

import requests

from tests.servers import wait_until
from tests.walks.running import Service

Json = dict[str, Any]


@dataclass(frozen=True)
class Browser:
    """`where` is the conversation that one looks at, unless another is named."""

    url: str
    where: str

    @classmethod
    def at(cls, service: Service, chat: str, where: str) -> Self:
        """At the page that the service names for this chat."""
        told = rf"{chat}: +open (http://\S+) in a browser"
        found = wait_until(lambda: re.search(told, service.daemon.output()), 20, lambda: "the page")
        assert found is not None
        return cls(found[1], where)

    def seen(self, user: str, where: str = "") -> Json:
        given = {"user": user, "where": where or self.where}
        seen: Json = requests.get(f"{self.url}/seen", given, timeout=20).json()
        return seen

    def does(self, user: str, what: str, file: bytes = b"", **more: str) -> Json:
        files = {"files": ("roster.pdf", file)} if file else None
        given = {"user": user, "what": what, "where": self.where, **more}
        answer = requests.post(f"{self.url}/does", given, files=files, timeout=20)
        answer.raise_for_status()
        said: Json = answer.json()
        return said

    def until(self, user: str, words: str, what: str = "messages", where: str = "") -> str:
        """What somebody sees, once the words are there."""
        return str(
            wait_until(
                lambda: shown if words in (shown := json.dumps(self.seen(user, where)[what])) else None,
                20,
                lambda: f"{words!r} in {self.seen(user, where)[what]}",
            )
        )

    def from_elsewhere(self, user: str) -> int:
        """The status that a page of another origin gets."""
        head = {"Origin": "http://evil.example"}
        return requests.post(
            f"{self.url}/does", {"user": user, "what": "say"}, headers=head, timeout=20
        ).status_code
