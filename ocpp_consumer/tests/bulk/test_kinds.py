"""What each kind of job asks, changes, and takes for success."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db.models import QuerySet

from billing.models import TariffPlan
from charging.models import LocalList
from drivepower.core.refusals import Refusal
from ocpp_consumer.tasks import go_on_with_bulk
from ocpp_consumer.tests.bulk.world import NOW, Kind, State, answered, begun, connected, outcomes, state_of
from stations.models import (
    BulkCommand,
    Command,
    ConfigurationKey,
    ConfigurationTemplate,
    FirmwareImage,
    FirmwareJob,
    Station,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(settings: Any) -> Iterator[Any]:
    """Time goes on when the test says so."""
    settings.COMMANDS_PER_SECOND = 1000
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


def commands() -> QuerySet[Command]:
    """What was asked, with its station."""
    return Command.objects.select_related("station")


def test_values_are_set_one_after_the_other_and_all_of_them_count(settings: Any) -> None:
    settings.OCPP_AUTO_PROVISION = False
    job = begun(connected(2), kind=Kind.CONFIGURATION, payload={"values": {"Interval": 60, "Free": True}})
    go_on_with_bulk()
    said = [(one.station.code, one.intent, one.payload["key"], one.payload["value"]) for one in commands()]
    assert sorted(said)[:2] == [
        ("S-000", "ChangeConfiguration", "Free", "true"),
        ("S-000", "ChangeConfiguration", "Interval", "60"),
    ]
    first = commands().filter(station__code="S-000", payload__key="Interval")
    first.update(state="rejected", sent_at=NOW, answered_at=NOW, answer={"status": "NotSupported"})
    answered(answer={"status": "RebootRequired"})
    go_on_with_bulk()
    assert outcomes(job) == [(1, "failure", "Interval: NotSupported"), (1, "success", "RebootRequired")]


def test_of_a_template_only_what_differs_is_set_and_what_it_becomes_later_is_another_matter() -> None:
    as_wanted, other = connected(2)
    template = ConfigurationTemplate.objects.create(name="House", wanted={"Interval": "60"})
    ConfigurationKey.objects.create(station=as_wanted, key="interval", value="60", read_at=NOW)
    job = begun([as_wanted, other], kind=Kind.CONFIGURATION, payload={"template": template.pk})
    ConfigurationTemplate.objects.update(wanted={"Interval": "5"})
    go_on_with_bulk()
    assert [(one.station, one.payload["value"]) for one in Command.objects.select_related("station")] == [(other, "60")]
    assert outcomes(job)[0] == (1, "success", "as_wanted")


def test_firmware_is_a_success_when_installed_was_told() -> None:
    image = FirmwareImage.objects.create(name="Core", version="2.1", file="firmware/core.bin", sha256="0" * 64)
    job = begun(connected(2), kind=Kind.FIRMWARE, payload={"image": str(image.pk)})
    go_on_with_bulk()
    answered(answer={})
    go_on_with_bulk()
    assert {outcome for _, outcome, _ in outcomes(job)} == {"in_progress"}
    first, second = FirmwareJob.objects.order_by("pk")
    FirmwareJob.objects.filter(pk=first.pk).update(state="done", status="Installed")
    FirmwareJob.objects.filter(pk=second.pk).update(state="failed", status="DownloadFailed")
    go_on_with_bulk()
    assert outcomes(job) == [(1, "success", ""), (1, "failure", "DownloadFailed")]


def test_a_station_that_charges_changes_its_availability_later() -> None:
    job = begun(connected(1), kind=Kind.AVAILABILITY, payload={"type": "Inoperative"})
    go_on_with_bulk()
    assert Command.objects.get().payload == {"connectorId": 0, "type": "Inoperative"}
    answered(answer={"status": "Scheduled"})
    go_on_with_bulk()
    assert outcomes(job) == [(1, "success", "Scheduled")]


def test_a_plan_is_a_change_of_rows_and_asks_nobody(django_assert_max_num_queries: Any) -> None:
    plan = TariffPlan.objects.create(name="Night")
    stations = connected(30)
    job = begun(stations, kind=Kind.TARIFF, payload={"plan": plan.pk}, wave_size=20)
    with django_assert_max_num_queries(40):
        go_on_with_bulk()
    assert Station.objects.filter(tariff_plan=plan).count() == 20
    for _ in range(2):
        go_on_with_bulk()
    assert Station.objects.filter(tariff_plan=plan).count() == 30
    assert (state_of(job), Command.objects.count()) == (State.DONE, 0)


def test_a_list_is_a_success_when_all_of_it_was_taken() -> None:
    yes, no, offline = connected(3)
    Station.objects.filter(pk=offline.pk).update(gateway=None)
    LocalList.objects.create(station=yes, support="yes", version=4, is_full_needed=False)
    job = begun([yes, no, offline], kind=Kind.LOCAL_LIST, payload={"update": "full"})
    go_on_with_bulk()
    assert LocalList.objects.get(station=yes).is_full_needed
    assert outcomes(job)[1:] == [(1, "in_progress", ""), (1, "failure", "station_offline")]
    LocalList.objects.filter(station=yes).update(is_full_needed=False, checked_at=NOW)
    LocalList.objects.filter(station=no).update(support="no", problem="The station keeps no list.")
    go_on_with_bulk()
    assert [outcome for _, outcome, _ in outcomes(job)] == ["success", "failure", "failure"]


@pytest.mark.parametrize(
    ("kind", "payload", "code"),
    [
        (Kind.RESET, {"type": "Gentle"}, "invalid_parameters"),
        (Kind.AVAILABILITY, {}, "invalid_parameters"),
        (Kind.CONFIGURATION, {}, "invalid_parameters"),
        (Kind.CONFIGURATION, {"values": {"AuthorizationKey": "x"}}, "command_forbidden"),
        (Kind.CONFIGURATION, {"values": {"WifiPassword": "x"}}, "command_forbidden"),
        (Kind.CONFIGURATION, {"template": 17}, "invalid_parameters"),
        (Kind.FIRMWARE, {"image": "17"}, "invalid_parameters"),
        (Kind.TARIFF, {"plan": "None"}, "invalid_parameters"),
        (Kind.LOCAL_LIST, {"update": "all"}, "invalid_parameters"),
        (Kind.COMMAND, {}, "unknown_action"),
    ],
)
def test_it_keeps_no_wish_that_cannot_be(kind: str, payload: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        begun(connected(1), kind=kind, payload=payload)
    assert refused.value.code == code
    assert not BulkCommand.objects.exists()
