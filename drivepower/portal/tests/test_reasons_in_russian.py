"""Why a job, a certificate or a list came to nothing is read in Russian, of rows that keep it in English."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from charging.local_lists import problems
from charging.models import LocalList
from charging.tests.world import World
from drivepower.core.models import Alert
from drivepower.portal.tests.making import superuser
from stations.certificates import reasons as of_certificates
from stations.files import diagnostics, firmware
from stations.files import reasons as of_files
from stations.models import Certificate, Command, DiagnosticsJob, FirmwareJob

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REJECTED = Command.State.REJECTED


@pytest.fixture
def client() -> Client:
    """An owner's browser, who reads Russian."""
    person = superuser()
    User.objects.filter(pk=person.pk).update(language="ru")
    client = Client(headers={"accept-language": "ru"})
    client.force_login(User.objects.get(pk=person.pk))
    return client


def both(client: Client, row: Any) -> list[str]:
    """Its list and its own page."""
    name = f"admin:{row._meta.label_lower.replace('.', '_')}"
    addresses = [reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[row.pk])]
    return [client.get(address).content.decode() for address in addresses]


@pytest.mark.parametrize(
    "text", [*of_files.KNOWN, *of_certificates.KNOWN, *problems.KNOWN], ids=lambda text: text[:30].replace(" ", "_")
)
def test_each_reason_is_told_in_russian_with_its_values(text: str) -> None:
    values = {"said": "Odd one", "number": "7", "count": "3", "most": "20", "name": "'A-1'", "word": "Failed"}
    tell = next(room.in_words for room in (of_files, of_certificates, problems) if text in room.KNOWN)
    with translation.override("ru"):
        assert tell(text % values) == translation.gettext(text) % values != text % values
    with translation.override("en"):
        assert tell(text % values) == text % values


def test_several_are_told_each_and_a_strangers_words_stay() -> None:
    with translation.override("ru"):
        told = problems.in_words(
            "1 tags are longer than 20 characters; 3 tags find no room: the station keeps 2; 100 %(x)s"
        )
    assert told == "Меток длиннее 20 знаков: 1; Не помещается меток: 3; станция хранит 2; 100 %(x)s"


def test_an_update_that_was_not_begun_says_so(world: World, client: Client) -> None:
    job = FirmwareJob.objects.create(
        station=world.station, location="https://example.com/a", retrieve_at=AT, asked_at=AT, changed_at=AT
    )
    firmware.note_firmware_answer(job_id=job.pk, state=REJECTED, answer={"status": "Busy"}, at=AT)
    for page in both(client, job):
        assert "Не начато: Busy." in page
        assert "It was not begun" not in page
    with translation.override("ru"):
        assert Alert.objects.get().said.endswith("Не начато: Busy.")


def test_diagnostics_that_were_not_begun_say_so(world: World, client: Client) -> None:
    job = DiagnosticsJob.objects.create(
        station=world.station, location="https://example.com/a", asked_at=AT, changed_at=AT, kind="diagnostics"
    )
    diagnostics.note_diagnostics_answer(job_id=job.pk, state=REJECTED, answer={"status": "Busy"}, file_name="", at=AT)
    assert all("Не начато: Busy." in page for page in both(client, job))


def test_a_certificate_and_a_list_say_so(world: World, client: Client) -> None:
    kind, state = Certificate.Kind.CHARGE_POINT, Certificate.State.REJECTED
    certificate = Certificate.objects.create(
        station=world.station, kind=kind, state=state, reason=of_certificates.NO_ANSWER, changed_at=AT
    )
    LocalList.objects.update_or_create(station=world.station, defaults={"problem": problems.NO_LIST})
    assert all("За сутки ответ не пришёл." in page for page in both(client, certificate))
    assert all("Станция не хранит список." in page for page in both(client, LocalList.objects.get()))
