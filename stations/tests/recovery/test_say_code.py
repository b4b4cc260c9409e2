"""The alert of a fault says what its maker's code means, in the language of whoever reads it."""

from django.utils import translation

from drivepower.core.models import Alert, AlertRule
from stations.models import ConnectorState, MakersCode, Station
from stations.recovery import watch_connectors
from stations.tests.recovery.conftest import after
from stations.tests.world import NOON, say


def opened(machine: Station, code: str, info: str = "") -> Alert:
    """The alert of a connector that says this."""
    say(machine, 1, "Faulted", error="GroundFailure")
    ConnectorState.objects.update(vendor_error_code=code, info=info)
    watch_connectors(at=after(5))
    return Alert.objects.get()


def test_it_says_what_an_industrys_code_means(rule: AlertRule, machine: Station) -> None:
    alert = opened(machine, "CX025")
    assert alert.said == "It says Faulted: GroundFailure, CX025. That means: the latch of the plug is broken."
    with translation.override("ru"):
        assert "сломана защёлка вилки" in alert.said


def test_it_says_what_an_operator_wrote(rule: AlertRule, machine: Station) -> None:
    Station.objects.update(vendor="ACME")
    MakersCode.objects.create(vendor="acme", code="e-17", meaning="100 % of %(x)s", made_by="x", made_at=NOON)
    assert (
        opened(machine, "", "E-17 hot").said == "It says Faulted: GroundFailure, E-17 hot. That means: 100 % of %(x)s."
    )


def test_it_leaves_an_unknown_code_as_it_is(rule: AlertRule, machine: Station) -> None:
    assert opened(machine, "E-99").said == "It says Faulted: GroundFailure, E-99."
