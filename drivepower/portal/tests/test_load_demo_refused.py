"""When the demo network is not loaded: outside a demo, and after something went wrong half-way."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import User
from billing.models import TariffPlan
from drivepower.portal.demo import load
from stations.models import Location


def test_it_refuses_outside_a_demo(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DEMO_MODE = False

    with pytest.raises(CommandError, match="DEMO_MODE"):
        call_command("load_demo", plan_file=tmp_path / "plan.json")

    assert not User.objects.exists()
    assert not (tmp_path / "plan.json").exists()


def test_it_refuses_a_database_that_is_in_use(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DEMO_MODE = True
    owner = User.objects.create(email="owner@own.example")

    with pytest.raises(CommandError, match="people of its own"):
        call_command("load_demo", plan_file=tmp_path / "plan.json")

    assert list(User.objects.all()) == [owner]
    assert not (tmp_path / "plan.json").exists()


def test_it_leaves_nothing_half_done(db: None) -> None:
    Location.objects.create(code="BSK-ALATOO", address="", latitude=0, longitude=0)

    with pytest.raises(IntegrityError):
        load.load(now=timezone.now())

    assert not User.objects.exists()
    assert not TariffPlan.objects.exists()
    assert not load.is_loaded()
