"""Certificates that stations ask for and are given."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509

from drivepower.core.models import Alert, AlertRule
from stations import ca, certificates, pem
from stations.certificates.signing import AGAIN
from stations.models import Certificate, Command, ConfigurationKey, Station
from stations.tests.papers import request_of
from stations.tests.world import NOON, seconds, station

pytestmark = pytest.mark.django_db
Kind, State = Certificate.Kind, Certificate.State


def ask_for(made: Station, name: str = "SN-1") -> Certificate:
    """A request of the station that waits to be signed."""
    assert certificates.receive_request(station=made, text=request_of(name), at=NOON) == ""
    return Certificate.objects.latest("id")


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
    assert certificates.sign_waiting(at=NOON + AGAIN - seconds(1)) == 0
    assert certificates.sign_waiting(at=NOON + AGAIN) == 2

    waiting.refresh_from_db()
    assert waiting.state == State.SENT


class Away:
    """An authority that cannot be reached."""

    def sign(self, csr: x509.CertificateSigningRequest, **said: Any) -> str:
        """Never."""
        raise OSError("no route to host")


def test_it_refuses_at_once_a_name_that_no_certificate_carries() -> None:
    waiting = ask_for(station(certificate_name="n" * 65))

    assert certificates.sign_waiting(at=NOON) == 0

    waiting.refresh_from_db()
    assert waiting.state == State.REJECTED
    assert "64 characters" in waiting.reason
    assert Alert.objects.open().get().kind == "certificate_refused"


def test_it_lets_those_that_fail_starve_nobody(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stations.certificates.signing.BATCH", 2)
    settings.CERTIFICATE_AUTHORITY = "stations.tests.test_certificates.Away"
    for number in range(2):
        ask_for(station(f"BSK-0{number}"), f"SN-{number}")
    assert certificates.sign_waiting(at=NOON) == 0
    settings.CERTIFICATE_AUTHORITY = "stations.ca.local.LocalAuthority"
    late = ask_for(station("BSK-09"), "SN-9")

    assert certificates.sign_waiting(at=NOON + AGAIN) == 2

    late.refresh_from_db()
    assert late.state == State.SENT


def test_it_has_no_request_signed_by_two_workers(settings: Any) -> None:
    settings.CERTIFICATE_AUTHORITY = "stations.tests.test_certificates.Busy"
    ask_for(station())
    ask_for(station("BSK-02"), "SN-2")
    Busy.asked = 0

    certificates.sign_waiting(at=NOON)

    assert Busy.asked == 2


class Busy:
    """An authority during whose work another worker looks for some."""

    asked = 0

    def sign(self, csr: x509.CertificateSigningRequest, **said: Any) -> str:
        """As long as a round of somebody else takes."""
        Busy.asked += 1
        if Busy.asked < 3:
            certificates.sign_waiting(at=NOON + seconds(15))
        raise OSError("too busy")


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


def test_it_tells_of_no_certificate_of_a_station_that_is_retired() -> None:
    made = station()
    held: dict[str, Any] = {"station": made, "kind": Kind.CHARGE_POINT, "state": State.INSTALLED}
    Certificate.objects.create(**held, changed_at=NOON, not_after=NOON + timedelta(days=2))
    assert certificates.watch_ends(at=NOON) == 1
    Station.objects.filter(pk=made.pk).update(service_state=Station.ServiceState.RETIRED)
    assert certificates.watch_ends(at=NOON) == 0
    assert not Alert.objects.open().exists()


def test_a_rule_that_is_off_tells_of_none() -> None:
    held: dict[str, Any] = {"station": station(), "kind": Kind.CHARGE_POINT, "state": State.INSTALLED}
    Certificate.objects.create(**held, changed_at=NOON, not_after=NOON + timedelta(days=2))
    assert certificates.watch_ends(at=NOON) == 1
    AlertRule.objects.filter(kind="certificate_ends").update(is_on=False)
    assert certificates.watch_ends(at=NOON) == 0
    assert not Alert.objects.open().exists()
