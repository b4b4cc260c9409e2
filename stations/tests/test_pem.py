"""Certificates, requests and signatures are read as strangers write them."""

import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from stations import pem
from stations.tests.papers import RSA_KEY, Key, name, request_of, self_signed, signature_of

EC_KEY = ec.generate_private_key(ec.SECP256R1())
SHA256 = hashlib.sha256(b"firmware").hexdigest()


@pytest.mark.parametrize("key", [RSA_KEY, EC_KEY], ids=["rsa", "ec"])
def test_it_takes_a_signature_of_the_right_key_over_the_right_file(key: Key) -> None:
    [certificate] = pem.read_chain(self_signed(key=key))
    signature = signature_of(b"firmware", key)

    assert pem.signature_holds(certificate, signature=signature, sha256=SHA256)
    assert pem.signature_holds(certificate, signature=f"{signature[:40]}\n{signature[40:]}\n", sha256=SHA256)
    assert not pem.signature_holds(certificate, signature=signature_of(b"other", key), sha256=SHA256)
    assert not pem.signature_holds(certificate, signature="A" * 40, sha256=SHA256)
    assert not pem.signature_holds(certificate, signature="no base64", sha256=SHA256)


def test_it_takes_no_signature_of_another_key() -> None:
    [certificate] = pem.read_chain(self_signed(key=EC_KEY))

    for key in (RSA_KEY, ec.generate_private_key(ec.SECP256R1())):
        assert not pem.signature_holds(certificate, signature=signature_of(b"firmware", key), sha256=SHA256)


@pytest.mark.parametrize("algorithm", ["SHA256", "SHA384", "SHA512"])
def test_it_names_a_certificate_by_hashes(algorithm: str) -> None:
    [root] = pem.read_chain(self_signed(key=EC_KEY))
    point = EC_KEY.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)

    named = pem.hash_data(root, issuer=root, algorithm=algorithm)

    digest = getattr(hashlib, algorithm.lower())
    assert named == pem.HashData(
        algorithm, digest(root.issuer.public_bytes()).hexdigest(), digest(point).hexdigest(), "c0ffee"
    )


@pytest.mark.parametrize(
    "text",
    ["", "no PEM", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n", "ж", "x" * 30_000],
    ids=["empty", "words", "broken", "letters", "long"],
)
def test_it_reads_no_request_where_there_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"it|PEM|malformed|pars|section"):
        pem.read_request(text)
    with pytest.raises(ValueError, match=r"it|PEM|malformed|pars|section"):
        pem.read_chain(text)


def test_it_wants_strong_keys() -> None:
    weak: list[Key] = [rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP192R1())]  # noqa: S505  # meant
    for key in weak:
        with pytest.raises(ValueError, match="neither RSA"):
            pem.read_request(request_of(key=key))
    builder = x509.CertificateSigningRequestBuilder().subject_name(name("x"))
    odd = builder.sign(ed25519.Ed25519PrivateKey.generate(), None).public_bytes(serialization.Encoding.PEM)
    with pytest.raises(ValueError, match="neither RSA"):
        pem.read_request(odd.decode())


def test_it_wants_a_request_to_be_signed_by_its_own_key() -> None:
    whole = x509.load_pem_x509_csr(request_of(key=EC_KEY).encode()).public_bytes(serialization.Encoding.DER)
    broken = x509.load_der_x509_csr(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(ValueError, match="own key"):
        pem.read_request(broken.public_bytes(serialization.Encoding.PEM).decode())


def test_it_ends_lines_in_lf() -> None:
    root = self_signed()

    assert pem.lines(root.replace("\n", "\r\n") + "\r\n") == root


def test_it_knows_base64() -> None:
    assert [pem.is_base64(text) for text in ("QUJD", "QUJ", "ж", "", "QU JD")] == [True, False, False, False, False]
