"""Roots that stations are given, list and delete."""

from typing import Any

import pytest

from drivepower.core.refusals import Refusal
from stations import certificates, pem
from stations.models import Certificate, Command
from stations.tests.papers import self_signed
from stations.tests.world import NOON, station

pytestmark = pytest.mark.django_db
Kind, State = Certificate.Kind, Certificate.State


def reported(text: str, algorithm: str = "SHA256") -> pem.HashData:
    """A root as a station names it."""
    [root] = pem.read_chain(text)
    return pem.hash_data(root, issuer=root, algorithm=algorithm)


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


def test_it_lists_no_nonsense_as_installed() -> None:
    row = certificates.mirror(station=station(), kind=Kind.CHARGE_POINT, text="x", at=NOON)
    certificates.note_answer(certificate_id=row.pk, accepted=True, reason="Accepted", at=NOON)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("rejected", "The station took it, but it is no certificate.")
