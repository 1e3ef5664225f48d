"""Between a client and a server: cuts the line, says BYE, answers NO, or is slow, where a test wants it."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from typing import Self

Change = Callable[[bytes], bytes]


class FaultProxy:
    """Listens on `.port` and hands on to `target`. Every fault concerns the connection that is next opened.

    `cut_after` bytes of the server's the line is cut, once (None: never); `passed` is how many bytes the
    server has said in all on the last connection. `change` may change each piece of the server's bytes.
    `slow` seconds are between the pieces. `answer` may say something to the client in the server's place,
    which then never hears what was asked; of all others it says nothing.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.cut_after: int | None = None
        self.bye = False
        self.change: Change | None = None
        self.answer: Change | None = None
        self.slow = 0.0
        self.refuse = False
        self.passed = 0
        self.cuts = 0
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def hang_up(self) -> None:
        """Cut all lines that are open."""
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            if self.refuse:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self.target))
            self.passed = 0
            limit, self.cut_after = self.cut_after, None
            self._open = [client, server]
            self._start(self._up, client, server)
            self._start(self._down, server, client, limit)

    def _start(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := client.recv(65536):
                if said := self.answer(piece) if self.answer else b"":
                    client.sendall(said)
                else:
                    server.sendall(piece)
        _close(client, server)

    def _down(self, server: socket.socket, client: socket.socket, limit: int | None) -> None:
        said = 0
        with contextlib.suppress(OSError):
            while piece := server.recv(65536):
                if self.slow:
                    time.sleep(self.slow)
                if self.change:
                    piece = self.change(piece)
                if limit is not None and said + len(piece) > limit:
                    client.sendall(piece[: limit - said] + (b"\r\n* BYE tired\r\n" if self.bye else b""))
                    self.cuts += 1
                    break
                client.sendall(piece)
                said += len(piece)
                self.passed = said
        _close(client, server)

    def __enter__(self) -> Self:
        self._start(self._listen)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()
        for thread in self._threads:
            thread.join(5)


def _close(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
