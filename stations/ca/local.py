"""An authority in a folder of this machine: one root of ECDSA P-256, made when it is first asked for.

`manage.py show_station_root` prints the root for the proxy that checks stations' certificates.
"""

import os
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings

KEY, ROOT = "authority.pem", "root.pem"
ROOT_LASTS = timedelta(days=20 * 365)
LEAF_LASTS = timedelta(days=2 * 365)
# A station whose clock is behind must not take its own certificate for one of the future.
BACKDATED = timedelta(days=1)


class LocalAuthority:
    """Key and root certificate in one file, the root alone beside it, in a folder that only its owner can read."""

    def __init__(self) -> None:
        self._folder = Path(settings.LOCAL_CA_FOLDER)
        self._file = self._folder / KEY
        if not self._file.exists():
            self._make()
        content = self._file.read_bytes()
        key = serialization.load_pem_private_key(content, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{self._file} holds no key of an elliptic curve")
        self._key = key
        self._root = x509.load_pem_x509_certificate(content)
        if not (self._folder / ROOT).exists():
            self._place(ROOT, _pem(self._root).encode())

    def sign(self, csr: x509.CertificateSigningRequest, *, subject: x509.Name, at: datetime) -> str:
        """A certificate for TLS clients, for the key of the request; nothing else of the request is taken over."""
        builder = _begin(subject=subject, issuer=self._root.subject, at=at, lasts=LEAF_LASTS).public_key(
            csr.public_key()
        )
        extensions: list[tuple[x509.ExtensionType, bool]] = [
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (_usage(digital_signature=True), True),
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False),
            (x509.SubjectKeyIdentifier.from_public_key(csr.public_key()), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), False),
        ]
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        return _pem(builder.sign(self._key, hashes.SHA256()))

    def root(self) -> str:
        """The root certificate."""
        return _pem(self._root)

    def _make(self) -> None:
        """Make key and root; of two processes that do so at once the first wins."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        root = _make_root(key)
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self._place(KEY, secret + _pem(root).encode())

    def _place(self, name: str, content: bytes) -> None:
        """Write a file whole or not at all; one that is there stays as it is."""
        new = self._folder / f"{uuid.uuid4().hex}.new"
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(new, self._folder / name)
        except FileExistsError:
            return
        finally:
            new.unlink()


def _make_root(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, settings.OCPP_OPERATOR_NAME),
            x509.NameAttribute(NameOID.COMMON_NAME, "Charging stations root"),
        ]
    )
    builder = _begin(subject=name, issuer=name, at=datetime.now(UTC), lasts=ROOT_LASTS).public_key(key.public_key())
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(key_cert_sign=True), critical=True)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return builder.add_extension(identifier, critical=False).sign(key, hashes.SHA256())


def _begin(*, subject: x509.Name, issuer: x509.Name, at: datetime, lasts: timedelta) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(at - BACKDATED).not_valid_after(at + lasts)


def _usage(*, digital_signature: bool = False, key_cert_sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=key_cert_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")
