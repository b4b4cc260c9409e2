"""What is sent to a station's list turns the old list into the new one, whatever both hold."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charging.local_lists.entries import (
    FIRST_VERSION,
    LAST_VERSION,
    Portion,
    applied,
    difference,
    next_portion,
    next_version,
)

ACCEPTED = {"status": "Accepted"}
# Few letters, in both cases: the same tag must often be in both lists, also written otherwise.
tags = st.text("aAbB1", min_size=1, max_size=3)
entry = st.fixed_dictionaries({"status": st.just("Accepted")}, optional={"parent": st.sampled_from(["X", "Y"])})
lists = st.dictionaries(tags, entry, max_size=12).map(
    lambda found: {tag: found[tag] for tag in {one.casefold(): one for one in found}.values()}
)


def listed(*names: str) -> dict[str, Any]:
    """A list of these tags."""
    return dict.fromkeys(names, ACCEPTED)


@given(old=lists, new=lists)
def test_it_turns_any_list_into_any_other_by_what_differs(old: dict[str, Any], new: dict[str, Any]) -> None:
    changes = difference(old, new)
    assert applied(old, Portion(2, is_full=False, entries=changes)) == new
    assert len({tag.casefold() for tag in changes}) == len(changes)
    assert all(tag in old or tag in new for tag in changes)
    assert bool(changes) == (old != new)


@given(old=lists, new=lists, most=st.integers(1, 5), full=st.booleans(), version=st.integers(0, 5))
def test_it_comes_to_an_end_in_portions_that_fit(
    old: dict[str, Any], new: dict[str, Any], most: int, full: bool, version: int
) -> None:
    sent = 0
    while portion := next_portion(old=old, new=new, version=version, is_full_needed=full, most_at_once=most):
        assert len(portion.entries) <= most
        assert portion.version == version + 1
        assert not full or portion.is_full
        assert not portion.is_full or None not in portion.entries.values()
        old, version, full, sent = applied(old, portion), portion.version, False, sent + 1
        assert sent <= 30
    assert old == new


def test_it_takes_out_before_it_puts_in() -> None:
    changes = difference(listed("OLD", "SAME"), listed("NEW", "SAME"))
    assert list(changes.items()) == [("OLD", None), ("NEW", ACCEPTED)]


def test_it_sends_anew_what_would_take_longer_to_change() -> None:
    portion = next_portion(
        old=listed("A", "B", "C"), new=listed("D", "E"), version=4, is_full_needed=False, most_at_once=2
    )
    assert portion == Portion(5, is_full=True, entries=listed("D", "E"))


def test_it_clears_a_list_with_a_full_one_that_is_empty() -> None:
    portion = next_portion(old=listed("A"), new={}, version=4, is_full_needed=True, most_at_once=100)
    assert portion == Portion(5, is_full=True, entries={})


@pytest.mark.parametrize(
    ("version", "following"), [(0, 1), (1, 2), (LAST_VERSION - 1, LAST_VERSION), (LAST_VERSION, 1), (-1, 1)]
)
def test_it_never_says_a_version_that_means_something_else(version: int, following: int) -> None:
    assert next_version(version) == following >= FIRST_VERSION


def test_it_begins_anew_after_the_last_version() -> None:
    """To a station, a differential list of version 1 after such a one is out of step."""
    portion = next_portion(old=listed("A"), new=listed("A"), version=LAST_VERSION, is_full_needed=False, most_at_once=9)
    assert portion == Portion(FIRST_VERSION, is_full=True, entries=listed("A"))
