"""References to people and companies become names in the query that finds the rows."""

from typing import Any

import pytest
from django.db.models import F, Value

from accounts.models import Company, User
from accounts.named import with_names

pytestmark = pytest.mark.django_db


def called(reference: str) -> str | None:
    """By which name a row is shown that says this reference."""
    Company.objects.get_or_create(name="A row")
    row: Any = with_names(Company.objects.filter(name="A row"), who=Value(reference)).get()
    name: str | None = row.who
    return name


def test_it_calls_people_by_name_else_by_e_mail_else_by_phone() -> None:
    named = User.objects.create_user(email="aizada@example.com", name="Aizada", role="staff")
    mail = User.objects.create_user(email="finance@example.com", phone="+996700000001")
    phone = User.objects.create_user(phone="+996700000002")
    assert called(f"staff:{named.public_id}") == "Aizada"
    assert called(f"driver:{mail.public_id}") == "finance@example.com"
    assert called(f"driver:{phone.public_id}") == "+996700000002"


def test_it_calls_companies_by_name() -> None:
    company = Company.objects.create(name="Silk Taxi")
    assert called(f"company:{company.public_id}") == "Silk Taxi"


@pytest.mark.parametrize(
    "reference",
    ["", "staff:", "rule:limit", "staff:7f0c5f0e-58c1-4c8a-9a55-0a2f3a3d3b11", "staff:zzz", "demo"],
    ids=["nobody", "no key", "a rule", "somebody who is not here", "no key at all", "a word"],
)
def test_it_knows_nobody_else(reference: str) -> None:
    assert called(reference) is None


def test_it_takes_one_query_for_all_rows(django_assert_num_queries: Any) -> None:
    for count in range(3):
        User.objects.create_user(email=f"p{count}@example.com", name=f"staff:{count}")
    with django_assert_num_queries(1):
        assert len(with_names(User.objects.all(), one=F("name"), other="email")) == 3
