"""Client certificates as a TLS proxy hands them on."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def escaped_certificate(*names: str, organisation: str = "DrivePower", valid: tuple[int, int] = (-1, 1)) -> str:
    """URL-encoded PEM with these CNs, valid from and until so many days from now; nginx's $ssl_client_escaped_cert."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)]
    subject += [x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names]
    since, until = (datetime.now(UTC) + timedelta(days=days) for days in valid)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(subject))
        .issuer_name(x509.Name(subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .sign(key, hashes.SHA256())
    )
    return quote(made.public_bytes(serialization.Encoding.PEM).decode())
