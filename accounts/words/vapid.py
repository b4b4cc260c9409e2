"""The key by which push services know us (RFC 8292)."""

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode


@lru_cache(maxsize=4)
def key_of(setting: str) -> Vapid02:
    """WEB_PUSH_KEY as PEM (also with \\n written out) or base64url; ValueError for what is no key of P-256."""
    if "BEGIN" not in setting:
        return Vapid02.from_string(setting)
    key = load_pem_private_key(setting.replace("\\n", "\n").encode(), password=None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise ValueError("not a key of P-256")
    return Vapid02(key)


def public_key(setting: str) -> str:
    """What browsers ask for when somebody subscribes: the point, uncompressed, as base64url."""
    point = key_of(setting).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return str(b64urlencode(point))
