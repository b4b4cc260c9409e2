"""Drivers from files."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Company, Login, User
from drivepower.portal.tests.making import superuser
from drivepower.portal.tests.moving.files import imported, looked, of

pytestmark = pytest.mark.django_db
HEADS = "email,phone,name,language,company,active"


@pytest.fixture
def driver() -> User:
    Company.objects.create(name="Fleet")
    return User.objects.create_user(
        email="aida@example.com", phone="+996555123456", name="Aida", email_checked_at=timezone.now()
    )


def test_it_says_what_would_change(driver: User) -> None:
    lines = looked(
        "drivers", HEADS, "AIDA@example.com,,Aida,ru,Fleet,yes", ",0555 999 888,Bek,,,", ",0555123456,Aida,,,"
    )

    assert of(lines)[:2] == [("aida@example.com", "changed"), ("+996555999888", "new")]
    assert lines[0].changes == [("language", "en", "ru"), ("company", "", "Fleet")]


def test_it_writes_without_a_password_and_once(driver: User) -> None:
    file = (HEADS, "aida@example.com,0700 111 222,Aida,,,no", "bek@example.com,,Bek,ru,Fleet,yes")
    person = superuser()

    assert imported("drivers", person, *file) == {"new": 1, "changed": 1, "same": 0}
    assert imported("drivers", person, *file) == {"new": 0, "changed": 0, "same": 2}

    driver.refresh_from_db()
    assert (driver.phone, driver.is_active, driver.email_checked_at is not None) == ("+996700111222", False, True)
    bek = User.objects.get(email="bek@example.com")
    assert (bek.has_usable_password(), bek.role, str(bek.company), bek.language) == (False, "driver", "Fleet", "ru")


def test_whoever_is_blocked_is_logged_out(driver: User) -> None:
    now = timezone.now()
    login = Login.objects.create(user=driver, made_at=now, renewed_at=now, expires_at=now + timedelta(days=1))

    imported("drivers", superuser(), "email,active", "aida@example.com,no")

    login.refresh_from_db()
    driver.refresh_from_db()
    assert (login.why_ended, driver.is_active) == ("blocked", False)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",,Nobody,,,", "an e-mail or a phone is needed"),
        ("nonsense,,,,,", "email: Enter a valid email address."),
        (",12,,,,", "phone: write a phone number with its country code"),
        ("x@example.com,,,xx,,", "language: write one of en, ru"),
        ("x@example.com,,,,Nowhere,", "company: there is no Nowhere"),
        ("root@example.com,,,,,", "this is a member of staff, not a driver"),
        ("other@example.com,0555123456,,,,", ""),
        ("aida@example.com,0777123456,,,,", "the e-mail is one person's and the phone another's"),
    ],
    ids=["none", "email", "phone", "language", "company", "staff", "moves", "two"],
)
def test_it_says_what_is_wrong(driver: User, row: str, why: str) -> None:
    superuser()
    User.objects.create_user(phone="+996777123456")
    assert looked("drivers", HEADS, row)[0].reasons == ([why] if why else [])


def test_it_finds_rows_that_are_there_twice(driver: User) -> None:
    lines = looked("drivers", "email,phone", "x@example.com,", "y@example.com,0555 1", "X@example.com,")
    assert lines[2].reasons == ["the same address as in row 2"]
