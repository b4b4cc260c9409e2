"""The authority in a folder of this machine."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.core.management import CommandError, call_command

from stations import ca, pem
from stations.ca.local import LocalAuthority
from stations.tests.papers import RSA_KEY, Key, name, request_of
from stations.tests.world import NOON


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """An authority that nobody has asked yet."""
    settings.LOCAL_CA_FOLDER = str(tmp_path / "authority")
    return tmp_path / "authority"


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_makes_a_key_that_only_its_owner_reads_and_keeps_it(folder: Path) -> None:
    root = ca.authority().root()

    assert LocalAuthority().root() == root
    assert (mode_of(folder), mode_of(folder / "authority.pem")) == (0o700, 0o600)
    assert (folder / "root.pem").read_text() == root
    assert "PRIVATE" not in root
    assert sorted(path.name for path in folder.iterdir()) == ["authority.pem", "root.pem"]


def test_it_writes_its_root_again_where_that_was_lost(folder: Path) -> None:
    root = LocalAuthority().root()
    (folder / "root.pem").unlink()

    LocalAuthority()

    assert (folder / "root.pem").read_text() == root


def test_it_shows_its_root_to_whoever_sets_up_the_proxy(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("show_station_root")

    assert capsys.readouterr().out == LocalAuthority().root()


def test_it_says_in_a_sentence_why_it_shows_none(settings: Any) -> None:
    settings.CERTIFICATE_AUTHORITY = "stations.tests.test_certificates.Away"

    with pytest.raises(CommandError, match="no root"):
        call_command("show_station_root")


def test_it_is_one_authority_however_many_make_it_at_once(folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        roots = list(pool.map(lambda _: LocalAuthority().root(), range(8)))

    assert len(set(roots)) == 1
    assert (folder / "root.pem").read_text() == roots[0]


@pytest.mark.parametrize("key", [RSA_KEY, ec.generate_private_key(ec.SECP384R1())], ids=["rsa", "p384"])
def test_it_signs_for_tls_clients_and_for_nothing_else(folder: Path, key: Key) -> None:
    request = pem.read_request(request_of("whoever", key))
    text = LocalAuthority().sign(request, subject=name("SN-1"), at=NOON)

    [certificate] = pem.read_chain(text)
    [root] = pem.read_chain(LocalAuthority().root())
    certificate.verify_directly_issued_by(root)
    assert certificate.public_key() == key.public_key()
    assert pem.common_name(certificate.subject) == "SN-1"
    assert "\r" not in text
    extensions = certificate.extensions
    assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert list(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert not extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    assert certificate.not_valid_before_utc < NOON < certificate.not_valid_after_utc - timedelta(days=700)


def test_it_names_a_root_that_may_sign_certificates_only(folder: Path) -> None:
    [root] = pem.read_chain(LocalAuthority().root())

    constraints = root.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (constraints.critical, constraints.value.ca, constraints.value.path_length) == (True, True, 0)
    assert root.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    root.verify_directly_issued_by(root)


def test_it_is_chosen_by_a_setting(settings: Any) -> None:
    settings.CERTIFICATE_AUTHORITY = "stations.tests.test_local_authority.Elsewhere"

    assert ca.authority().root() == "from elsewhere"


class Elsewhere:
    """An authority of somebody else's."""

    def root(self) -> str:
        """Its root."""
        return "from elsewhere"
