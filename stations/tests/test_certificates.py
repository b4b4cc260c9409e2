"""Certificates that stations ask for and are given."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509

from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal
from stations import ca, certificates, pem
from stations.models import Certificate, Command, ConfigurationKey, Station
from stations.tests.papers import request_of, self_signed
from stations.tests.world import NOON, seconds, station

pytestmark = pytest.mark.django_db
Kind, State = Certificate.Kind, Certificate.State


def ask_for(made: Station, name: str = "SN-1") -> Certificate:
    """A request of the station that waits to be signed."""
    assert certificates.receive_request(station=made, text=request_of(name), at=NOON) == ""
    return Certificate.objects.latest("id")


def reported(text: str, algorithm: str = "SHA256") -> pem.HashData:
    """A root as a station names it."""
    [root] = pem.read_chain(text)
    return pem.hash_data(root, issuer=root, algorithm=algorithm)


def test_it_signs_with_a_subject_of_ours_and_sends_the_chain() -> None:
    made = station()
    waiting = ask_for(made, "SN-1")

    assert certificates.sign_waiting(at=NOON) == 1

    waiting.refresh_from_db()
    assert waiting.state == State.SENT
    [certificate] = pem.read_chain(waiting.pem)
    certificate.verify_directly_issued_by(pem.read_chain(ca.authority().root())[0])
    assert certificate.subject.rfc4514_string() == waiting.subject == "CN=SN-1,O=DrivePower"
    assert waiting.serial_number == f"{certificate.serial_number:x}"
    made.refresh_from_db()
    assert made.certificate_name == "SN-1"
    command = Command.objects.get()
    assert (command.intent, command.subject) == ("sign_certificate_answer", f"certificate:{waiting.pk}")
    assert "CERTIFICATE" not in str(command.payload)
    assert certificates.sign_waiting(at=NOON) == 0


def test_it_signs_the_name_that_an_operator_wrote_down() -> None:
    made = station(certificate_name="OURS")
    waiting = ask_for(made, "THEIRS")

    certificates.sign_waiting(at=NOON)

    waiting.refresh_from_db()
    assert waiting.subject == "CN=OURS,O=DrivePower"


@pytest.mark.parametrize("known", ["certificate_name", "serial", "identity"])
def test_it_signs_nobody_the_name_of_another_station(known: str) -> None:
    other = station("BSK-02")
    Station.objects.filter(pk=other.pk).update(**{known: "SN-1"})
    waiting = ask_for(station(), "SN-1")

    assert certificates.sign_waiting(at=NOON) == 0

    waiting.refresh_from_db()
    assert waiting.state == State.REJECTED
    assert "Another station" in waiting.reason
    assert Alert.objects.open().get().kind == "certificate_refused"
    assert not Command.objects.exists()
    Station.objects.filter(pk=waiting.station_id).update(certificate_name="SN-OF-ITS-OWN")
    assert certificates.receive_request(station=waiting.station, text=request_of(), at=NOON + seconds(61)) == ""
    assert certificates.sign_waiting(at=NOON + seconds(61)) == 1
    assert not Alert.objects.open().exists()


def test_it_refuses_what_is_no_request() -> None:
    assert certificates.receive_request(station=station(), text="nonsense", at=NOON).startswith("the request cannot")
    assert not Certificate.objects.exists()


def test_it_refuses_while_two_sockets_fight_for_the_station() -> None:
    made = station(contested_at=NOON)

    assert certificates.receive_request(station=made, text=request_of(), at=NOON)
    assert not Certificate.objects.exists()


def test_it_takes_one_request_a_minute_and_a_repeated_one_once() -> None:
    made, text = station(), request_of()

    first, again, other = (
        certificates.receive_request(station=made, text=said, at=NOON) for said in (text, text, request_of())
    )
    later = certificates.receive_request(station=made, text=request_of(), at=NOON + seconds(61))

    assert (first, again, other, later) == ("", "", "it asks too often", "")
    assert Certificate.objects.count() == 2


def test_it_asks_an_authority_again_that_was_away(settings: Any) -> None:
    settings.CERTIFICATE_AUTHORITY = "stations.tests.test_certificates.Away"
    waiting = ask_for(station())
    ask_for(station("BSK-02"), "SN-2")

    assert certificates.sign_waiting(at=NOON) == 0
    settings.CERTIFICATE_AUTHORITY = "stations.ca.local.LocalAuthority"
    assert certificates.sign_waiting(at=NOON) == 2

    waiting.refresh_from_db()
    assert waiting.state == State.SENT


class Away:
    """An authority that cannot be reached."""

    def sign(self, csr: x509.CertificateSigningRequest, **said: Any) -> str:
        """Never."""
        raise OSError("no route to host")


def test_it_gives_up_after_a_day() -> None:
    waiting = ask_for(station())

    assert certificates.sign_waiting(at=NOON + timedelta(days=1)) == 0

    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (State.REJECTED, "Nobody signed it within a day.")


def test_it_believes_no_certificate_taken_that_nobody_answered_for() -> None:
    waiting = ask_for(station())
    certificates.sign_waiting(at=NOON)

    assert certificates.give_up(at=NOON + timedelta(days=1) - seconds(1)) == 0
    assert certificates.give_up(at=NOON + timedelta(days=1)) == 1

    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (State.REJECTED, "No answer came within a day.")


def test_it_tells_of_a_certificate_that_ends_until_there_is_a_newer_one() -> None:
    held: dict[str, Any] = {"station": station(), "kind": Kind.CHARGE_POINT, "state": State.INSTALLED}
    Certificate.objects.create(**held, changed_at=NOON, not_after=NOON + timedelta(days=31))

    assert certificates.watch_ends(at=NOON) == 0
    assert certificates.watch_ends(at=NOON + timedelta(days=2)) == 1
    assert Alert.objects.open().get().subject == "station:BSK-01"
    Certificate.objects.create(**held, changed_at=NOON, not_after=NOON + timedelta(days=700))
    assert certificates.watch_ends(at=NOON + timedelta(days=2)) == 0
    assert not Alert.objects.open().exists()


def test_it_sends_no_chain_that_is_too_long_for_the_station() -> None:
    made = station()
    ConfigurationKey.objects.create(station=made, key="CertificateSignedMaxChainSize", value="300", read_at=NOON)
    waiting = ask_for(made)

    assert certificates.sign_waiting(at=NOON) == 0

    waiting.refresh_from_db()
    assert waiting.state == State.REJECTED
    assert not Command.objects.exists()


@pytest.mark.parametrize(("accepted", "state"), [(True, State.INSTALLED), (False, State.REJECTED)])
def test_it_notes_what_the_station_made_of_it(accepted: bool, state: str) -> None:
    waiting = ask_for(station())
    certificates.sign_waiting(at=NOON)

    assert certificates.note_answer(certificate_id=waiting.pk, accepted=accepted, reason="Rejected", at=NOON)
    assert not certificates.note_answer(certificate_id=waiting.pk, accepted=not accepted, reason="", at=NOON)

    waiting.refresh_from_db()
    assert waiting.state == state


def test_it_installs_a_root_with_its_hashes() -> None:
    text = self_signed().replace("\n", "\r\n")

    row = certificates.ask_install(
        station=station(), kind=Kind.MANUFACTURER_ROOT, text=text, asked_by="staff:1", at=NOON
    )

    assert (row.state, row.subject, row.serial_number) == (State.SENT, "CN=Manufacturer root", "c0ffee")
    assert "\r" not in row.pem
    assert row.issuer_key_hash == reported(text).issuer_key_hash
    assert Command.objects.get().intent == "install_certificate"


@pytest.mark.parametrize("text", ["", "nonsense", self_signed() * 20], ids=["empty", "nonsense", "long"])
def test_it_installs_nothing_else(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        certificates.ask_install(station=station(), kind=Kind.MANUFACTURER_ROOT, text=text, asked_by="x", at=NOON)
    assert refused.value.code == "certificate_malformed"
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("algorithm", ["SHA256", "SHA384", "SHA512"])
def test_it_recognises_its_own_root_in_what_a_station_reports(algorithm: str) -> None:
    made, text = station(), self_signed()
    row = certificates.ask_install(station=made, kind=Kind.CENTRAL_SYSTEM_ROOT, text=text, asked_by="staff:1", at=NOON)
    named = reported(text, algorithm)
    shouted = named._replace(issuer_key_hash=named.issuer_key_hash.upper(), serial_number="00C0FFEE")

    certificates.note_list(station=made, kind=Kind.CENTRAL_SYSTEM_ROOT, listed=[shouted], at=NOON)

    row = Certificate.objects.get(pk=row.pk)
    assert Certificate.objects.count() == 1
    assert (row.state, row.hash_algorithm, row.serial_number) == (State.INSTALLED, algorithm, "00C0FFEE")


def test_it_learns_and_forgets_what_a_station_holds() -> None:
    made, first, second = station(), reported(self_signed("a")), reported(self_signed("b"))
    list_roots: dict[str, Any] = {"station": made, "kind": Kind.MANUFACTURER_ROOT, "at": NOON}

    certificates.note_list(listed=[first, second], **list_roots)
    assert Certificate.objects.filter(state=State.INSTALLED).count() == 2
    certificates.note_list(listed=[second], **list_roots)
    [held] = Certificate.objects.filter(state=State.INSTALLED)
    assert held.issuer_key_hash == second.issuer_key_hash
    certificates.note_list(listed=[], **list_roots)
    assert not Certificate.objects.filter(state=State.INSTALLED).exists()


def test_it_has_deleted_only_what_the_station_has_named() -> None:
    made = station()
    row = Certificate.objects.create(station=made, kind=Kind.MANUFACTURER_ROOT, state=State.SENT, changed_at=NOON)
    with pytest.raises(Refusal) as refused:
        certificates.ask_delete(certificate=row, asked_by="staff:1", at=NOON)
    assert refused.value.code == "certificate_not_listed"

    certificates.note_list(station=made, kind=Kind.MANUFACTURER_ROOT, listed=[reported(self_signed())], at=NOON)
    held = Certificate.objects.get(state=State.INSTALLED)
    assert certificates.ask_delete(certificate=held, asked_by="staff:1", at=NOON).intent == "delete_certificate"


@pytest.mark.parametrize(
    ("status", "state"), [("Accepted", State.DELETED), ("NotFound", State.DELETED), ("Failed", State.INSTALLED)]
)
def test_it_notes_a_deletion(status: str, state: str) -> None:
    certificates.note_list(station=station(), kind=Kind.MANUFACTURER_ROOT, listed=[reported(self_signed())], at=NOON)
    row = Certificate.objects.get()

    certificates.note_deleted(certificate_id=row.pk, status=status, at=NOON)

    row.refresh_from_db()
    assert row.state == state
