"""Latencies are kept to two percent, however many there are."""

import pytest

from bench.histogram import Histogram


def test_it_finds_percentiles_to_two_percent() -> None:
    histogram = Histogram()
    for milliseconds in range(1, 1001):
        histogram.add(milliseconds / 1000)
    assert histogram.total == 1000
    assert histogram.percentile(0.5) == pytest.approx(0.500, rel=0.03)
    assert histogram.percentile(0.99) == pytest.approx(0.990, rel=0.03)


def test_it_adds_up_what_several_processes_counted() -> None:
    one, other = Histogram(), Histogram()
    for _ in range(99):
        one.add(0.001)
    other.add(1.0)
    one.merge(Histogram(other.as_json()))
    assert one.total == 100
    assert one.percentile(0.5) == pytest.approx(0.001, rel=0.03)
    assert one.percentile(1.0) == pytest.approx(1.0, rel=0.03)


def test_it_says_nothing_of_no_answers() -> None:
    assert Histogram().percentile(0.99) == 0.0
