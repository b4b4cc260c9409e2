"""Certificates that the suite makes for itself: an authority, servers, stations, and how stations name them."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

HOST = "localhost"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def new_key(kind: str = "EC") -> Key:
    """A key as small as W A00.FR.314 allows, or larger: RSA of 2048 bits, or P-256."""
    if kind == "RSA":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def named(name: str, organization: str = "DrivePower") -> x509.Name:
    """O and CN."""
    said = ((NameOID.ORGANIZATION_NAME, organization), (NameOID.COMMON_NAME, name))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in said])


@dataclass(frozen=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: Key

    @property
    def pem(self) -> str:
        """The certificate in PEM."""
        return self.certificate.public_bytes(Encoding.PEM).decode()

    def written(self, folder: Path) -> Path:
        """One file with both, as TLS libraries read them."""
        path = folder / f"{self.certificate.serial_number:x}.pem"
        path.write_bytes(self.pem.encode() + private_pem(self.key))
        return path


def private_pem(key: Key) -> bytes:
    """A private key in PEM."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class Authority:
    """A root that the suite trusts."""

    def __init__(self, name: str) -> None:
        self.key = new_key()
        self.root = self._signed(named(name), self.key, named(name), is_root=True)

    def issue(self, name: str, *, kind: str = "EC", organization: str = "DrivePower") -> Pair:
        """A certificate for a server or a station of that CN."""
        key = new_key(kind)
        return Pair(self._signed(named(name, organization), key, self.root.subject), key)

    def _signed(self, subject: x509.Name, key: Key, issuer: x509.Name, *, is_root: bool = False) -> x509.Certificate:
        at = datetime.now(UTC)
        builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(at - timedelta(days=1)).not_valid_after(at + timedelta(days=30))
        builder = builder.add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        return builder.sign(self.key, hashes.SHA256())


def request_of(key: Key, name: str) -> str:
    """A certificate signing request in PEM."""
    builder = x509.CertificateSigningRequestBuilder(named(name))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def hash_data(root: x509.Certificate, algorithm: str) -> dict[str, str]:
    """How a station names a root that it holds (W 4: as OCSP does, RFC 6960 4.1.1), in SHA256, SHA384 or SHA512."""
    key = root.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    digest = getattr(hashlib, algorithm.lower())
    return {
        "hashAlgorithm": algorithm,
        "issuerNameHash": digest(root.issuer.public_bytes()).hexdigest(),
        "issuerKeyHash": digest(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).hexdigest(),
        "serialNumber": f"{root.serial_number:x}",
    }
