"""Reading certificates, requests for them and signatures, as the security whitepaper writes them (W 4, L01)."""

import base64
import binascii
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID

ALGORITHMS: dict[str, hashes.HashAlgorithm] = {
    "SHA256": hashes.SHA256(),
    "SHA384": hashes.SHA384(),
    "SHA512": hashes.SHA512(),
}
# W 2.6: what a key has at least.
SMALLEST_RSA, SMALLEST_CURVE = 2048, 224
LONGEST = 20_000


class HashData(NamedTuple):
    """How the whitepaper names a certificate (CertificateHashDataType)."""

    algorithm: str
    issuer_name_hash: str
    issuer_key_hash: str
    serial_number: str


def lines(text: str) -> str:
    """The text with LF between its lines and at its end, as stations want their PEM."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n"


def read_chain(text: str) -> list[x509.Certificate]:
    """The certificates of a PEM text; raises ValueError where there is none or one of them is broken."""
    if len(text) > LONGEST:
        raise ValueError("it is too long")
    return x509.load_pem_x509_certificates(text.encode("ascii", "replace"))


def read_request(text: str) -> x509.CertificateSigningRequest:
    """A request whose own signature holds and whose key is strong enough; raises ValueError."""
    if len(text) > LONGEST:
        raise ValueError("it is too long")
    request = x509.load_pem_x509_csr(text.encode("ascii", "replace"))
    try:
        is_strong, is_whole = _is_strong(request.public_key()), request.is_signature_valid
    except UnsupportedAlgorithm as error:
        raise ValueError(str(error)) from error
    if not is_strong:
        raise ValueError("its key is neither RSA of 2048 bits nor an elliptic curve of 224")
    if not is_whole:
        raise ValueError("it is not signed by its own key")
    return request


def common_name(name: x509.Name) -> str:
    """The first CN, empty without one."""
    return next((str(found.value) for found in name.get_attributes_for_oid(NameOID.COMMON_NAME)), "")


def is_root(certificate: x509.Certificate) -> bool:
    """Whether others can be signed by it, or it is signed by itself."""
    if certificate.subject == certificate.issuer:
        return True
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def hash_data(certificate: x509.Certificate, *, issuer: x509.Certificate, algorithm: str = "SHA256") -> HashData:
    """The hashes by which stations name a certificate: of its issuer's name and key as OCSP takes them (W 4)."""
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, ALGORITHMS[algorithm]).build()
    return HashData(
        algorithm, request.issuer_name_hash.hex(), request.issuer_key_hash.hex(), f"{certificate.serial_number:x}"
    )


def signature_holds(certificate: x509.Certificate, *, signature: str, sha256: str) -> bool:
    """Whether a base64 signature is that of the certificate's key over a file of that SHA-256 (W L01.FR.11)."""
    key, digest, algorithm = certificate.public_key(), bytes.fromhex(sha256), Prehashed(hashes.SHA256())
    try:
        signed = base64.b64decode("".join(signature.split()), validate=True)
        match key:
            case rsa.RSAPublicKey():
                key.verify(signed, digest, padding.PKCS1v15(), algorithm)
            case ec.EllipticCurvePublicKey():
                key.verify(signed, digest, ec.ECDSA(algorithm))
            case _:
                return False
    except (InvalidSignature, binascii.Error):
        return False
    return True


def is_base64(text: str) -> bool:
    """Whether it is base64 without anything else in it."""
    try:
        return bool(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return False


def _is_strong(key: object) -> bool:
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= SMALLEST_RSA
    return isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= SMALLEST_CURVE
