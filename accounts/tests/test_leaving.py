"""How drivers leave: what they ask, what they may take back, and what is forgotten of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts import leaving
from accounts.models import ForeignIdentity, IdTag, Login, Note, Notification, PushSubscription, User
from accounts.tests.world import Phone, aida, bakyt, chinara
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db
PATH = "/api/v1/account/delete-request"


def test_it_notes_the_wish_once() -> None:
    phone = Phone(user := aida())
    status, told = phone.post(PATH)
    user.refresh_from_db()
    assert user.deletion_requested_at is not None
    assert (status, told["deletion_requested_at"]) == (200, user.deletion_requested_at.isoformat())
    assert phone.post(PATH)[1] == told
    assert phone.get("/api/v1/profile")[1]["profile"]["deletion_requested_at"] == told["deletion_requested_at"]


def test_it_can_be_taken_back() -> None:
    phone = Phone(user := aida())
    phone.post(PATH)
    assert phone.delete(PATH) == (200, {"success": True, "deletion_requested_at": None})
    user.refresh_from_db()
    assert user.deletion_requested_at is None


def test_staff_do_not_leave_by_themselves() -> None:
    status, told = Phone(chinara()).post(PATH)
    assert (status, told["error"]) == (403, "access_denied")


def test_what_higher_rooms_say_stands_in_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "obstacles", [])
    leaving.obstacle(lambda user: Refusal("debt_open", "Pay first.") if user.name == "Aida" else None)
    status, told = Phone(aida()).post(PATH)
    assert (status, told["error"]) == (402, "debt_open")
    assert Phone(bakyt()).post(PATH)[0] == 200


def gone(user: User, *, days: int) -> int:
    """Let those go whose wait is over, so long after that one has asked."""
    at = timezone.now()
    leaving.ask(user=user, at=at)
    return leaving.let_go(at=at + timedelta(days=days))


def test_after_two_weeks_nobody_knows_who_it_was() -> None:
    user, at = aida(), timezone.now()
    phone = Phone(user)
    IdTag.objects.create(value="04A1B2C3", user=user, plate="01KG123ABC", note="wears a hat")
    Note.objects.create(user=user, text="rude", made_by="staff:1", made_at=at)
    ForeignIdentity.objects.create(issuer="there", name="u-1", user=user, made_at=at)
    Notification.objects.create(user=user, kind="receipt", key="1", made_at=at)
    PushSubscription.objects.create(user=user, endpoint="https://push.example/1", p256dh="", auth="", made_at=at)
    other = bakyt()
    assert gone(user, days=13) == 0
    assert phone.get("/api/v1/auth/me")[0] == 200
    assert gone(user, days=15) == 1
    row = User.objects.filter(pk=user.pk).values().get()
    kept = {"id", "public_id", "password", "email", "joined_at", "deletion_requested_at", "role", "language"}
    assert not any(value for name, value in row.items() if name not in kept)
    assert row["email"] == f"{user.public_id}@deleted.invalid"
    assert IdTag.objects.get().user is None
    assert IdTag.objects.values_list("plate", "note").get() == ("", "")
    assert not any(model.objects.exists() for model in (ForeignIdentity, Note, Notification, PushSubscription))
    assert set(Login.objects.filter(user=user).values_list("address", "device", "why_ended")) == {("", "", "blocked")}
    assert phone.get("/api/v1/auth/me")[0] == 401
    other.refresh_from_db()
    assert (other.name, other.is_active) == ("Bakyt", True)
    assert leaving.let_go(at=at + timedelta(days=99)) == 0


def test_who_stays_after_all_stays() -> None:
    user = aida()
    leaving.ask(user=user, at=timezone.now())
    leaving.take_back(user=user)
    assert leaving.let_go(at=timezone.now() + timedelta(days=99)) == 0


@pytest.mark.parametrize("when_asked", [True, False])
def test_nobody_is_forgotten_who_has_something_here(monkeypatch: pytest.MonkeyPatch, when_asked: bool) -> None:
    monkeypatch.setattr(leaving, "obstacles", [])
    has: list[Any] = []
    leaving.obstacle(lambda user: Refusal("debt_open", "Money.") if has else None, when_asked=when_asked)
    user = aida()
    leaving.ask(user=user, at=timezone.now())
    has.append("money")
    later = timezone.now() + timedelta(days=15)
    assert leaving.let_go(at=later) == 0
    has.clear()
    assert leaving.let_go(at=later) == 1
