"""An identity provider that gives access tokens for a service account's signed word, over HTTPS."""

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.servers.certificates import Certificate

ACCOUNT = "bot@cais.iam.gserviceaccount.com"


class Issuer:
    """Gives `token`, or says no where there is none; `asked` are the mailboxes it was asked about. Use it in a
    `with`; `account` is the file that its service account has."""

    def __init__(self, certificate: Certificate, folder: Path) -> None:
        self.token = ""
        self.asked: list[str] = []
        self._key = generate_private_key(65537, 2048)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                status, said = outer._answer(form["assertion"][0])
                answer = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"https://localhost:{self._server.server_address[1]}/token"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.path, certificate.key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.account = folder / "account.json"
        self.account.write_text(json.dumps(self._facts()))

    def _facts(self) -> dict[str, str]:
        key = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        facts = {"type": "service_account", "client_email": ACCOUNT, "token_uri": self.url}
        return facts | {"private_key": key}

    def _answer(self, assertion: str) -> tuple[int, dict[str, object]]:
        said = jwt.decode(assertion, self._key.public_key(), algorithms=["RS256"], audience=self.url)
        self.asked.append(said["sub"])
        if not self.token or said["iss"] != ACCOUNT:
            return 401, {"error": "unauthorized_client"}
        return 200, {"access_token": self.token, "expires_in": 3599}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
