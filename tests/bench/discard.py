"""The baseline: stock aiosmtpd that accepts and throws away. `python -m tests.bench.discard PORT`."""

import asyncio
import sys

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 64 * 1024 * 1024


class Discard:
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return "250 OK"


async def serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Discard(), data_size_limit=LARGEST, loop=loop), "127.0.0.1", port
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
