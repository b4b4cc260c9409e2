"""An outside identity provider on this machine: it has keys, serves them over HTTP, and signs what tests say."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from django.test import Client
from jwt.algorithms import RSAAlgorithm

ISSUER, AUDIENCE = "https://identity.example", "drivepower-app"
# Made once: keys are slow to make.
KEYS = [generate_private_key(65537, 2048) for _ in range(2)]
WEAK_KEY = generate_private_key(65537, 1024)  # noqa: S505  # which nobody should take


def ask(token: str) -> Any:
    """Who is asking, with that token."""
    return Client().get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})


def public(key: RSAPrivateKey, kid: str, **fields: Any) -> dict[str, Any]:
    """A key as a provider publishes it."""
    return {**json.loads(RSAAlgorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig", "alg": "RS256", **fields}


class IdentityHouse:
    """What it serves, and how often it was asked."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked = 0
        self.status = 200
        self.keys = [public(KEYS[0], "one")]
        self.body: bytes | None = None

    def sign(self, key: RSAPrivateKey = KEYS[0], kid: Any = "one", **changes: Any) -> str:
        """A token with good claims, of which some are changed, and those that are None left out."""
        now = int(time.time())
        good = {"iss": ISSUER, "aud": AUDIENCE, "sub": "u-1", "iat": now - 5, "exp": now + 300, **changes}
        claims = {name: value for name, value in good.items() if value is not None}
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": kid} if kid is not None else None)


@contextmanager
def open_house() -> Iterator[IdentityHouse]:
    """The provider, on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            house.asked += 1
            body = house.body if house.body is not None else json.dumps({"keys": house.keys}).encode()
            self.send_response(house.status)
            if house.status == 302:
                self.send_header("Location", house.address)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    house = IdentityHouse(f"http://127.0.0.1:{server.server_port}/keys")
    thread = Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield house
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
