"""What a maker's code means: an operator's own words first, then the industry's list; without case, in one query."""

from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from stations import makers_codes
from stations.industry_codes import CODES
from stations.makers_codes import Makers, codes_in
from stations.models import MakersCode
from stations.tests.world import NOON


def written(code: str, meaning: str, *, vendor: str = "", **more: Any) -> MakersCode:
    """A code that an operator wrote down."""
    return MakersCode.objects.create(vendor=vendor, code=code, meaning=meaning, made_by="x", made_at=NOON, **more)


def meaning(code: str, info: str = "", *, vendor: str = "ACME") -> str:
    """What it means to a station of that vendor; "" where nobody knows."""
    found = Makers(vendor=vendor, own=makers_codes.own_of([(code, info)])).meaning(code, info)
    return found.text if found else ""


def test_it_knows_the_industrys_codes() -> None:
    assert list(CODES) == [f"CX{number:03}" for number in range(1, 27)]


@pytest.mark.parametrize(
    ("code", "info"),
    [("CX002", ""), ("cx002", "17 A"), ("", "CX002: RCD"), ("E-17", "cx002"), (" CX002 ", "")],
    ids=["upper", "lower", "begins info", "beside another", "spaces"],
)
def test_it_recognises_them(code: str, info: str) -> None:
    found = Makers().meaning(code, info)
    assert found is not None
    assert found.text == "current leaked to earth, and the protection switched off"
    assert found.step.startswith("Keep it out of operation")


@pytest.mark.parametrize("code", ["CX000", "CX027", "CX0021", "XCX002", "CX02", "", "\x00", "%s"])
def test_it_takes_nothing_else_for_them(code: str) -> None:
    assert Makers().meaning(code, "see CX002") is None


@pytest.mark.parametrize("name", CODES)
def test_it_says_each_in_russian(name: str) -> None:
    with translation.override("ru"):
        found = Makers().meaning(name, "")
        assert found is not None
        assert {found.text, found.step}.isdisjoint(CODES[name])


@pytest.mark.django_db
@pytest.mark.parametrize("said", [("e-17", ""), ("", "E-17"), ("", "E-17: RCD tripped"), ("0000", "e-17")])
def test_it_finds_an_operators_word_without_case(said: tuple[str, str]) -> None:
    written("E-17", "the RCD has tripped.", vendor="Acme", next_step="Reset it.")
    assert meaning(*said) == "the RCD has tripped"
    assert meaning(*said, vendor="Other") == ""


@pytest.mark.django_db
def test_it_takes_the_vendors_before_anybodys_and_both_before_the_industrys() -> None:
    assert meaning("CX002") == "current leaked to earth, and the protection switched off"
    written("CX002", "of any")
    assert meaning("CX002") == "of any"
    written("cx002", "of ACME", vendor="acme")
    assert (meaning("CX002"), meaning("CX002", vendor="Other")) == ("of ACME", "of any")


@pytest.mark.django_db
def test_it_asks_once_for_all_and_not_at_all_for_none() -> None:
    written("E-1", "one")
    with CaptureQueriesContext(connection) as asked:
        own = makers_codes.own_of([("E-1", ""), ("E-2", "hot"), ("", "E-3")])
    assert (len(asked), len(own)) == (1, 1)
    with CaptureQueriesContext(connection) as asked:
        assert makers_codes.own_of([("", ""), ("0x00", ""), ("NoError", " \x00")]) == {}
    assert len(asked) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("nasty", ["<script>", "\x00\ud800", "'; DROP", "%", "9" * 5000, "\u202eE17"])
def test_it_survives_what_a_hostile_station_says(nasty: str) -> None:
    assert meaning(nasty, nasty) == ""
    assert all(len(one) <= 255 for one in codes_in(nasty, nasty))


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        (("E-17", "RCD tripped"), ["E-17", "RCD tripped"]),
        (("", "E-17: hot"), ["E-17", "E-17: hot"]),
        (("none", "no error"), []),
    ],
    ids=["both", "in info", "nothing"],
)
def test_it_tells_codes_from_words(said: tuple[str, str], codes: list[str]) -> None:
    assert codes_in(*said) == codes


@pytest.mark.django_db(transaction=True)
def test_a_code_of_a_vendor_has_one_meaning() -> None:
    written("E-17", "one", vendor="Acme")
    written("E-17", "another vendor's", vendor="Other")
    with pytest.raises(IntegrityError, match="makers_code_has_one_meaning"):
        written("e-17", "two", vendor="ACME")
    with pytest.raises(IntegrityError, match="makers_code_means_something"):
        written("E-18", "")
