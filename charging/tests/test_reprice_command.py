"""manage.py reprice_sessions: what operators see before and after."""

from decimal import Decimal
from io import StringIO

import pytest
import pytest_django
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command

from accounts.models import User
from billing import ledger, tariffs
from charging import settlement
from charging.management.commands import reprice_sessions
from charging.models import Decision, DecisionRequest, Session
from charging.tests.world import NOW, World, minutes, per_kwh


@pytest.fixture
def driver(world: World) -> User:
    """A driver who was charged 382.50 twice, by a price that should have been 14.00."""
    driver = world.driver("1000.00")
    for hour in (0, 2):
        session = world.charging(driver, at=NOW + minutes(60 * hour))
        world.end(session, 26_500, at=NOW + minutes(60 * hour + 60))
        settlement.settle(session_id=session.pk, at=NOW + minutes(60 * hour + 61))
    tariffs.publish_version(plan=world.plan, rules=[per_kwh("14")], in_force_from=NOW, at=NOW)
    return driver


@pytest.fixture
def staff(db: None) -> User:
    """Somebody who may decide."""
    person = User.objects.create_user(email="finance@example.com", role=User.Role.STAFF)
    person.user_permissions.set(Permission.objects.filter(codename="add_decision"))
    return person


def run(*asked: str) -> tuple[str, str]:
    """What it prints, and what it tells of its progress."""
    out, err = StringIO(), StringIO()
    call_command("reprice_sessions", *asked, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_it_shows_every_difference_and_the_total_and_changes_nothing(world: World, driver: User) -> None:
    first, second = Session.objects.order_by("pk")
    out, _ = run("--tariff", "Plain:2", "--station", "BSK-01")
    assert out.splitlines() == [
        f"{first} BSK-01 2026-03-02 15:00 Asia/Bishkek: 382.50 -> 357.00, -25.50 KGS",
        f"{second} BSK-01 2026-03-02 17:00 Asia/Bishkek: 382.50 -> 357.00, -25.50 KGS",
        "2 settled sessions, 2 differ, 0 left out, 0 failed.",
        "In all -51.00 KGS.",
        "Nothing was changed: that takes --apply, --by and --reason.",
    ]
    assert world.wallet(driver).balance == Decimal(235)
    assert not Decision.objects.exists()


def test_it_lets_the_money_move_when_told_by_whom_and_why(world: World, driver: User, staff: User) -> None:
    out, _ = run("--plan", "Plain", "--apply", "--by", "finance@example.com", "--reason", "Price entered late")
    assert "2 differ" in out
    # 1000.00 - 2 x 357.00
    assert world.wallet(driver).balance == Decimal(286)
    assert set(Decision.objects.values_list("decided_by", "reason")) == {
        (f"staff:{staff.public_id}", "Price entered late")
    }
    assert ledger.check_books() == []
    assert "0 differ" in run("--plan", "Plain")[0]


def test_it_takes_only_the_sessions_that_are_named(driver: User) -> None:
    second = Session.objects.latest("pk")
    for asked in (
        ["--session", str(second.pk)],
        ["--since", "2026-03-02T16:00+06:00"],
        ["--since", "2026-03-02T17:00", "--until", "2026-03-03"],
    ):
        assert run(*asked)[0].startswith(f"{second} BSK-01")
    assert run("--until", "2026-03-02")[0].startswith("0 settled sessions")


def test_it_works_in_parts_and_tells_how_far_it_is(driver: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reprice_sessions, "BATCH", 1)
    out, err = run("--station", "BSK-01")
    assert "2 differ" in out
    assert err.split("\n")[:2] == ["1 of 2", "2 of 2"]


def test_it_goes_on_after_one_that_is_refused(driver: User, staff: User) -> None:
    reason = "x" * 201
    out, err = run("--station", "BSK-01", "--apply", "--by", "finance@example.com", "--reason", reason)
    assert "0 differ, 0 left out, 2 failed" in out
    assert "longer than 200" in err


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([], "Say which sessions"),
        (["--station", "BSK-01", "--tariff", "Plain:9"], "no tariff version"),
        (["--station", "BSK-01", "--tariff", "Plain"], "no tariff version"),
        (["--station", "BSK-01", "--apply", "--reason", "r"], "takes --by and --reason"),
        (["--station", "BSK-01", "--apply", "--by", "finance@example.com"], "takes --by and --reason"),
        (["--station", "BSK-01", "--apply", "--reason", "r", "--by", "who@example.com"], "no active member"),
        (["--since", "yesterday"], "is not a time"),
        (["--station", "BSK-99"], "no station BSK-99"),
        (["--plan", "Plane"], "no tariff plan Plane"),
        (["--session", "2147483000"], "no session #2147483000"),
    ],
)
def test_it_says_what_is_missing(driver: User, staff: User, asked: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*asked)


def test_it_does_not_take_a_drivers_word(driver: User) -> None:
    User.objects.filter(pk=driver.pk).update(email="driver@example.com")
    with pytest.raises(CommandError, match="no active member"):
        run("--station", "BSK-01", "--apply", "--reason", "r", "--by", "driver@example.com")


def test_it_does_not_take_the_word_of_staff_who_may_not_decide(world: World, driver: User, staff: User) -> None:
    staff.user_permissions.clear()
    with pytest.raises(CommandError, match="takes the right"):
        run("--station", "BSK-01", "--apply", "--reason", "r", "--by", "finance@example.com")
    assert world.wallet(driver).balance == Decimal(235)


def test_it_says_what_waits_for_a_second_person(
    world: World, driver: User, staff: User, settings: pytest_django.Settings
) -> None:
    settings.APPROVAL_FROM = 25
    before = world.wallet(driver).balance
    out, _ = run("--plan", "Plain", "--apply", "--by", "finance@example.com", "--reason", "Price entered late")
    assert "2 settled sessions, 2 differ, 0 left out, 0 failed." in out
    assert "2 of them wait for a second person among the decisions to confirm." in out
    assert world.wallet(driver).balance == before
    assert DecisionRequest.objects.count() == 2
