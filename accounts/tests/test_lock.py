"""Wrong passwords: one lock on the portal and the API, that nobody can use to keep a person out."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client, RequestFactory
from rest_framework.request import Request

from accounts import locks, people
from accounts.locks import ADDRESS_LIMIT, NAME_LIMIT, PAIR_LIMIT
from accounts.tests.at_once import at_once
from accounts.tests.world import PASSWORD, aida, chinara, post
from drivepower.core import throttles
from drivepower.core.refusals import Refusal

PATH = "/api/v1/auth/login"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PAUSE = timedelta(minutes=15)
NAME = "aida@example.com"


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    """Time stands still until a test moves it."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def guess(name: str = NAME, tried: str = "guess", address: str = "198.51.100.1", at: datetime = NOON) -> str:
    """One try; the code that it is refused with, or "in"."""
    try:
        people.log_in(name=name, password=tried, address=address, at=at)
    except Refusal as refusal:
        return refusal.code
    return "in"


def ask(client: Client, password: str, name: str = NAME) -> Any:
    """One try by the API, of which no throttle counts the ones before."""
    cache.clear()
    return post(client, PATH, login=name, password=password)


def portal(client: Client, password: str, name: str = "chinara@example.com") -> Any:
    return client.post("/admin/login/", {"username": name, "password": password, "next": "/admin/"})


@pytest.mark.django_db
def test_of_a_thousand_tries_five_are_looked_at() -> None:
    aida()
    told = Counter(guess(tried=f"guess-{number}") for number in range(1000))
    assert told == {"invalid_credentials": PAIR_LIMIT, "too_many_requests": 1000 - PAIR_LIMIT}
    assert guess(tried=PASSWORD) == "too_many_requests"


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_five_are_looked_at() -> None:
    aida()
    told = Counter(at_once(*[guess] * 16))
    assert told == {"invalid_credentials": PAIR_LIMIT, "too_many_requests": 16 - PAIR_LIMIT}


@pytest.mark.django_db
@pytest.mark.usefixtures("noon")
def test_it_answers_alike_for_names_that_nobody_has(client: Client) -> None:
    aida()
    answers = []
    for name in (NAME, "nobody@example.com"):
        told = [ask(client, "guess", name) for _ in range(PAIR_LIMIT + 1)]
        answers.append([(one.status_code, one.json(), one.get("Retry-After")) for one in told])
    assert answers[0] == answers[1]
    status, body, wait = answers[0][-1]
    assert (status, body["error"], wait) == (429, "too_many_requests", str(15 * 60))
    assert [status for status, _, _ in answers[0][:-1]] == [401] * PAIR_LIMIT


@pytest.mark.django_db
def test_it_opens_when_it_said(client: Client, noon: time_machine.Traveller) -> None:
    aida()
    for _ in range(PAIR_LIMIT):
        ask(client, "guess")
    noon.shift(timedelta(minutes=5))
    wait = int(ask(client, PASSWORD)["Retry-After"])
    noon.shift(wait - 1)
    assert ask(client, PASSWORD).status_code == 429
    noon.shift(1)
    assert ask(client, PASSWORD).status_code == 200


@pytest.mark.django_db
def test_who_knocks_while_it_is_locked_makes_it_no_longer() -> None:
    aida()
    for minute in range(15):
        for _ in range(10):
            guess(at=NOON + timedelta(minutes=minute))
    assert guess(tried=PASSWORD, at=NOON + PAUSE) == "in"


@pytest.mark.django_db
def test_the_right_password_forgets_the_wrong_ones() -> None:
    aida()
    for _ in range(3):
        assert [guess() for _ in range(PAIR_LIMIT - 1)] == ["invalid_credentials"] * (PAIR_LIMIT - 1)
        assert guess(tried=PASSWORD) == "in"


@pytest.mark.django_db
def test_a_name_is_one_however_it_is_written() -> None:
    aida()
    written = ["+996555123456", "0555 12-34-56", "996 (555) 123456", " 0555123456 ", "555123456"]
    assert {guess(name=name) for name in written} == {"invalid_credentials"}
    assert guess(name="0555-123-456", tried=PASSWORD) == "too_many_requests"
    for name in ("AIDA@example.com", NAME, " Aida@Example.com") * 2:
        told = guess(name=name)
    assert told == "too_many_requests"


@pytest.mark.django_db
def test_it_is_open_from_elsewhere() -> None:
    aida()
    for _ in range(PAIR_LIMIT + 1):
        guess()
    assert guess(tried=PASSWORD, address="203.0.113.9") == "in"


@pytest.mark.django_db
def test_guesses_from_everywhere_lock_a_name_for_strangers_alone() -> None:
    aida()
    home, travelling = "203.0.113.9", "203.0.113.77"
    assert guess(tried=PASSWORD, address=home) == "in"
    for number in range(NAME_LIMIT):
        assert guess(address=f"198.51.100.{number}") == "invalid_credentials"
    assert guess(address="198.51.100.200") == "too_many_requests"
    assert guess(tried=PASSWORD, address=travelling) == "too_many_requests"
    assert guess(tried=PASSWORD, address=home) == "in"
    assert guess(tried=PASSWORD, address=travelling, at=NOON + PAUSE) == "in"


@pytest.mark.django_db
def test_an_address_that_guesses_at_many_names_is_locked_for_all_and_no_name_with_it() -> None:
    aida()
    for number in range(ADDRESS_LIMIT):
        assert guess(name=f"nobody{number}@example.com") == "invalid_credentials"
    assert guess(tried=PASSWORD) == "too_many_requests"
    assert guess(tried=PASSWORD, address="203.0.113.9") == "in"
    assert guess(tried=PASSWORD, at=NOON + PAUSE) == "in"


@pytest.mark.django_db
@pytest.mark.usefixtures("noon")
def test_the_portal_and_the_api_count_together(client: Client) -> None:
    chinara()
    for _ in range(3):
        assert ask(client, "guess", "chinara@example.com").status_code == 401
    for _ in range(2):
        assert portal(client, "guess").status_code == 200
    locked = portal(client, PASSWORD)
    assert (locked.status_code, locked["Retry-After"]) == (429, str(15 * 60))
    assert "_auth_user_id" not in client.session
    assert ask(client, PASSWORD, "chinara@example.com").status_code == 429


@pytest.mark.django_db
def test_the_portal_forgets_wrong_ones_after_the_right_one(client: Client) -> None:
    chinara()
    for _ in range(3):
        for _ in range(PAIR_LIMIT - 1):
            assert portal(client, "guess").status_code == 200
        assert portal(client, PASSWORD).status_code == 302
        client.post("/admin/logout/")


@pytest.mark.django_db
def test_the_portal_is_locked_for_names_that_nobody_has(client: Client) -> None:
    assert [portal(client, "guess", "nobody@example.com").status_code for _ in range(6)] == [200] * 5 + [429]


@pytest.mark.django_db
@pytest.mark.usefixtures("noon")
def test_a_header_is_no_other_address() -> None:
    aida()
    answers = Counter[int]()
    for number in range(20):
        cache.clear()
        spoofed = Client(headers={"X-Forwarded-For": f"203.0.113.{number}, 192.0.2.{number}", "X-Real-IP": "192.0.2.1"})
        answers[post(spoofed, PATH, login=NAME, password="guess").status_code] += 1
    assert answers == {401: PAIR_LIMIT, 429: 20 - PAIR_LIMIT}


def test_a_thousand_headers_are_one_address() -> None:
    seen = set()
    for number in range(1000):
        request = RequestFactory().get("/", headers={"X-Forwarded-For": f"203.0.{number // 250}.{number % 250}"})
        seen.add((throttles.address_of(Request(request)), locks.address_of(request)))
    assert seen == {("127.0.0.1", "127.0.0.1")}


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("", "::"),
        ("unix:", "::"),
    ],
)
def test_it_counts_subscribers(peer: str, counted: str) -> None:
    assert locks.address_of(RequestFactory().get("/", REMOTE_ADDR=peer)) == counted
