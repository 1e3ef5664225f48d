"""The HTTP door: health for operators, public keys of receipts. Nothing about people or files leaves here."""

from collections.abc import Awaitable, Callable

from aiohttp import web

Health = Callable[[], Awaitable[dict[str, object]]]
LARGEST_BODY = 1024 * 1024
LINGER_SECONDS = 1.0  # so long we look on while somebody sends what we have refused


def application(health: Health, receipt_keys: str = "") -> web.Application:
    """`GET /healthz` answers 200 while mail can be taken and answered, else 503; its `status` is `ok`,
    `degraded` (a person must mend something: 200, since a restart would not help) or `failing`.
    `GET /receipt-key` gives the public keys that receipts are signed with, as the file `receipt.pub`."""

    async def healthz(_request: web.Request) -> web.Response:
        state = await health()
        return web.json_response(state, status=503 if state["status"] == "failing" else 200)

    async def front(_request: web.Request) -> web.Response:
        return web.Response(text="CAIS intake service. People write mail; operators read /healthz.\n")

    async def receipt_key(_request: web.Request) -> web.Response:
        return web.Response(text=receipt_keys)

    app = web.Application(client_max_size=LARGEST_BODY)
    app.add_routes([web.get("/healthz", healthz), web.get("/receipt-key", receipt_key), web.get("/", front)])
    return app


async def serve(app: web.Application, listen: str) -> web.AppRunner:
    """Listen at `host:port`; close with `await runner.cleanup()`. Raises OSError."""
    host, _, port = listen.rpartition(":")
    runner = web.AppRunner(app, access_log=None, lingering_time=LINGER_SECONDS)
    await runner.setup()
    await web.TCPSite(runner, host.strip("[]") or None, int(port)).start()
    return runner
