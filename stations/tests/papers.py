"""Keys, requests and certificates as stations and manufacturers make them."""

import base64
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from stations.tests.world import NOON

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
RSA_KEY = rsa.generate_private_key(65537, 2048)


def name(common_name: str) -> x509.Name:
    """A subject with a CN and no more; without one where it is empty."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)] if common_name else [])


def request_of(common_name: str = "SN-1", key: Key | None = None) -> str:
    """A request for a certificate in PEM."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    csr = x509.CertificateSigningRequestBuilder().subject_name(name(common_name)).sign(key, hashes.SHA256())
    return csr.public_bytes(serialization.Encoding.PEM).decode()


def self_signed(common_name: str = "Manufacturer root", key: Key | None = None, *, issuer: str = "") -> str:
    """A root in PEM; with another issuer's name it says that it is none."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder().subject_name(name(common_name)).issuer_name(name(issuer or common_name))
    builder = builder.public_key(key.public_key()).serial_number(0xC0FFEE)
    builder = builder.not_valid_before(NOON).not_valid_after(NOON + timedelta(days=3650))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def signature_of(content: bytes, key: Key) -> str:
    """A signature over a file, as the manufacturer makes it (W L01)."""
    if isinstance(key, rsa.RSAPrivateKey):
        signed = key.sign(content, padding.PKCS1v15(), hashes.SHA256())
    else:
        signed = key.sign(content, ec.ECDSA(hashes.SHA256()))
    return base64.b64encode(signed).decode()
