"""What is forgotten of logins, tries and signatures, and what is not yet."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.utils import timezone

from accounts import locks, past, signed, tasks
from accounts.models import ApiClient, Login, SignedRequest
from accounts.tests.world import Phone, aida
from drivepower.core.models import Sweep

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def test_it_forgets_logins_a_month_after_their_end() -> None:
    user, at = aida(), timezone.now()
    here, out, old = Phone(user), Phone(user), Phone(user)
    out.post("/api/v1/auth/logout")
    keys = list(Login.objects.order_by("pk").values_list("pk", flat=True))
    Login.objects.filter(pk=keys[1]).update(ended_at=at)
    Login.objects.filter(pk=keys[2]).update(expires_at=at)
    assert past.forget_logins(at=at + past.LOGINS_KEPT - SECOND) == 0
    assert past.forget_logins(at=at + past.LOGINS_KEPT + SECOND) == 2
    assert list(Login.objects.values_list("pk", flat=True)) == keys[:1]
    assert [phone.get("/api/v1/auth/me")[0] for phone in (here, out, old)] == [200, 401, 401]


def test_it_keeps_signatures_as_long_as_one_may_come_again() -> None:
    at = timezone.now()
    client = ApiClient.objects.create(client_id="shop", name="Shop", secret="0", user=aida(), made_at=at)
    SignedRequest.objects.create(client=client, signature="0", at=at)
    assert past.forget_signatures(at=at + 2 * signed.WINDOW) == 0
    assert past.forget_signatures(at=at + 2 * signed.WINDOW + SECOND) == 1


def test_it_forgets_tries_after_the_pause_and_addresses_after_a_season() -> None:
    at, pause = timezone.now(), settings.AXES_COOLOFF_TIME
    locks.take_try(name="aida@example.com", address="192.0.2.1", at=at)
    AccessLog.objects.create(username="aida@example.com", ip_address="192.0.2.1")
    assert past.forget_tries(at=at + pause) == 0
    assert past.forget_tries(at=at + pause + SECOND) == 1
    assert not AccessAttempt.objects.exists()
    assert past.forget_tries(at=at + locks.KNOWN + SECOND + timedelta(minutes=1)) == 1


def test_its_sweeps_leave_a_trace() -> None:
    tasks.forget_logins()
    tasks.let_go()
    names = set(Sweep.objects.values_list("name", "error"))
    assert names == {("accounts.forget_logins", ""), ("accounts.let_go", "")}
