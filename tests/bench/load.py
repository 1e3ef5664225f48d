"""The load generator: `python -m tests.bench.load` takes an order on stdin and prints what was answered.

A process of its own on raw sockets, so that it costs as little as may be. Everybody gets the same talk:
each line is said after the answer to the one before, no pipelining. It only ever connects to 127.0.0.1.
"""

import json
import re
import select
import socket
import sys
import time
from collections.abc import Generator, Sequence

from tests.bench.letters import MAILBOX, Maker
from tests.bench.order import PATIENCE, Order, WrongAnswer

KEPT = re.compile(rb"kept as (\d+)")
HELLO = memoryview(b"EHLO load.example\r\n")
TO = memoryview(f"RCPT TO:<{MAILBOX}>\r\n".encode())
DATA = memoryview(b"DATA\r\n")
QUIT = memoryview(b"QUIT\r\n")

# What must be answered to what is said; sent back in comes the answer.
Talk = Generator[tuple[bytes, Sequence[memoryview]], bytes, None]


class Load:
    """Keeps so many connections talking until the order is fulfilled."""

    def __init__(self, order: Order) -> None:
        self.sent: list[tuple[float, float, int]] = []
        self._order = order
        self._maker = Maker(order.letters)
        self._begun = 0
        self._until = time.monotonic() + order.seconds
        self._poll = select.epoll()
        self._connections: dict[int, Connection] = {}

    def run(self) -> None:
        for _ in range(self._order.connections):
            self._connect()
        while self._connections:
            if time.monotonic() > self._until + PATIENCE:
                raise WrongAnswer(f"no answer within {PATIENCE:g} s")
            for number, _ in self._poll.poll(1):
                self._go_on(number)

    def _go_on(self, number: int) -> None:
        connection = self._connections[number]
        connection.go_on()
        if connection.ended:
            del self._connections[number]
            connection.close()
            self._connect()
        elif connection.is_stuck != connection.was_stuck:
            connection.was_stuck = connection.is_stuck
            self._poll.modify(number, select.EPOLLOUT if connection.is_stuck else select.EPOLLIN)

    def _connect(self) -> None:
        if self._may_begin():
            connection = Connection(self._order.port, self._talk())
            self._connections[connection.number] = connection
            self._poll.register(connection.number, select.EPOLLIN)

    def _may_begin(self) -> bool:
        """Whether one more mail is wanted; asking counts it."""
        wanted = self._begun < self._order.most and time.monotonic() < self._until
        self._begun += wanted
        return wanted

    def _talk(self) -> Talk:
        """One connection from its beginning: `each` mails, one after the other."""
        began = time.monotonic()
        yield b"220", ()
        yield b"250", (HELLO,)
        for left in reversed(range(self._order.each)):
            sender, mail = self._maker.next()
            yield b"250", (memoryview(f"MAIL FROM:<{sender}>\r\n".encode()),)
            yield b"250", (TO,)
            yield b"354", (DATA,)
            heard = yield b"250", mail
            kept = KEPT.search(heard)
            self.sent.append((began, time.monotonic(), int(kept[1]) if kept else 0))
            if not left or not self._may_begin():
                break
            began = time.monotonic()
        yield b"221", (QUIT,)


class Connection:
    """A socket and the talk on it. `is_stuck` while the other side does not take what we say."""

    def __init__(self, port: int, talk: Talk) -> None:
        self.ended = self.is_stuck = self.was_stuck = False
        self._talk = talk
        self._wanted, _ = next(talk)
        self._heard = b""
        self._saying: list[memoryview] = []
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setblocking(False)
        self.number = self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def go_on(self) -> None:
        """Say or hear as much as is possible now. Raises WrongAnswer."""
        if self._saying:
            self._say()
            return
        new = self._socket.recv(65536)
        if not new:
            raise WrongAnswer("the server hung up")
        self._heard += new
        if self._is_whole():
            self._answer()

    def _is_whole(self) -> bool:
        """The last line of an answer has a space after its code, the others a hyphen."""
        last = self._heard.rfind(b"\n", 0, -1) + 1
        return self._heard.endswith(b"\n") and self._heard[last + 3 : last + 4] != b"-"

    def _answer(self) -> None:
        heard, self._heard = self._heard, b""
        if not heard.startswith(self._wanted):
            raise WrongAnswer(heard.decode(errors="replace").strip())
        try:
            self._wanted, saying = self._talk.send(heard)
        except StopIteration:
            self.ended = True
        else:
            self._saying = list(saying)
            self._say()

    def _say(self) -> None:
        try:
            while self._saying:
                done = self._socket.sendmsg(self._saying[:8])
                while self._saying and done >= len(self._saying[0]):
                    done -= len(self._saying.pop(0))
                if done:
                    self._saying[0] = self._saying[0][done:]
        except BlockingIOError:
            pass
        self.is_stuck = bool(self._saying)


def main() -> None:
    order = Order.from_json(sys.stdin.read())
    load = Load(order)
    load.run()
    json.dump({"sent": load.sent, "cpu": time.process_time()}, sys.stdout)


if __name__ == "__main__":
    main()
