"""A photo of a station on its way into service: kept while it is on its way, and nothing is left of what failed."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from drivepower.core.refusals import Refusal
from stations import maintenance
from stations.commissioning import course
from stations.models import Commissioning, Maintenance
from stations.tests.commissioning import begun
from stations.tests.test_open_by_link import PNG
from stations.tests.world import NOON, seconds, station

BY = "staff:1"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    """Where files are kept."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def photo() -> SimpleUploadedFile:
    """A small one."""
    return SimpleUploadedFile("x.png", PNG, "image/png")


def files(folder: Path) -> list[str]:
    """What is kept, as rows name it."""
    return [str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()]


@pytest.mark.django_db(transaction=True)
def test_another_photo_takes_the_place_of_the_first(folder: Path) -> None:
    row = begun()
    course.keep_photo(commissioning=row, photo=photo(), by=BY, at=NOON)
    first = files(folder)
    course.keep_photo(commissioning=row, photo=photo(), by=BY, at=NOON)
    assert files(folder) == [Commissioning.objects.get().photo.name] != first
    assert row.photo.name == files(folder)[0]
    assert "photo" in Commissioning.objects.get().steps


@pytest.mark.django_db
def test_it_is_too_late_once_it_has_ended(folder: Path) -> None:
    row = begun()
    stale = Commissioning.objects.get()
    course.give_up(commissioning=row, by=BY, at=NOON + seconds(1))
    with pytest.raises(Refusal, match="ended already"):
        course.keep_photo(commissioning=stale, photo=photo(), by=BY, at=NOON + seconds(2))
    assert not Commissioning.objects.get().photo
    assert files(folder) == []


@pytest.mark.django_db
def test_what_fails_leaves_no_file(folder: Path) -> None:
    row = begun()
    course.keep_photo(commissioning=row, photo=photo(), by=BY, at=NOON)
    kept = files(folder)
    with pytest.raises(ValidationError):
        course.keep_photo(commissioning=row, photo=photo(), by=BY, at="never")  # type: ignore[arg-type]  # as any fault
    assert files(folder) == kept == [Commissioning.objects.get().photo.name]


@pytest.mark.django_db
def test_work_that_is_over_keeps_no_photo(folder: Path) -> None:
    work = Maintenance.objects.create(
        station=station("BSK-01"), state=Maintenance.State.UNDER_WAY, starts_at=NOON, made_at=NOON
    )
    maintenance.cancel(work=Maintenance.objects.get(), at=NOON + seconds(1))
    with pytest.raises(Refusal, match="moved"):
        maintenance.finish(work=work, said={}, photo=photo(), at=NOON + seconds(2))
    assert files(folder) == []
