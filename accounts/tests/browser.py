"""A browser as a push service and we know it: its keys, and how it opens what was sealed for it."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from drivepower.core.tests.loopback import Heard

SECRET = b"0123456789abcdef"


def written(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A public key as 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@dataclass
class Browser:
    """Who has subscribed."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def keys(self) -> dict[str, str]:
        """As PushSubscription.toJSON() gives them."""
        return {"p256dh": written(point(self.key)), "auth": written(SECRET)}

    def opened(self, heard: Heard) -> dict[str, Any]:
        """What a push service was given for it."""
        assert heard.headers["content-encoding"] == "aes128gcm"
        said = http_ece.decrypt(heard.body, private_key=self.key, auth_secret=SECRET, version="aes128gcm")
        told: dict[str, Any] = json.loads(said)
        return told


def house_key() -> tuple[ec.EllipticCurvePrivateKey, str, str]:
    """A key for web push: itself, as PEM, as base64url."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return key, pem, written(key.private_numbers().private_value.to_bytes(32, "big"))


def signed_by(heard: Heard, *, audience: str) -> tuple[str, dict[str, Any]]:
    """Who signed a request to a push service (RFC 8292) as base64url, and the claims; raises for a bad signature."""
    scheme, _, said = heard.headers["authorization"].partition(" ")
    assert scheme == "vapid"
    parts = dict(part.strip().split("=", 1) for part in said.split(","))
    raw = base64.urlsafe_b64decode(parts["k"] + "=" * (-len(parts["k"]) % 4))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    claims: dict[str, Any] = jwt.decode(parts["t"], key, algorithms=["ES256"], audience=audience)
    return parts["k"], claims
