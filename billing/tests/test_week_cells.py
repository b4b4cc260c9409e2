"""Each cell of the grid says what pricing chooses at that moment, on the nights on which clocks change too."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from billing.admin.kinds import kinds
from billing.admin.weeks import Cell, Grid, grids
from billing.models import Dimension, TariffPlan, TariffRule, TariffVersion
from billing.pricing import rates_at
from billing.tariffs.finding import Offer, as_rule, as_terms, fits, numbered
from billing.tests.drawing import CHANGES, ZONES
from billing.tests.drawing import rules as any_rule
from billing.tests.test_differences import row
from billing.windows import best
from billing.wording import rate


@st.composite
def tariff_rules(draw: st.DrawFn) -> TariffRule:
    """Any rule, for any kind of connector; to the second, as the grid says its hours."""
    rule = row(draw(any_rule()))
    if rule.starts is not None and rule.ends is not None:
        rule.starts, rule.ends = rule.starts.replace(microsecond=0), rule.ends.replace(microsecond=0)
        assume(rule.starts != rule.ends)
    rule.connector_type = draw(st.sampled_from(["", "CCS2", "Type2"]))
    rule.power_from_w = draw(st.sampled_from([0, 22_000, 50_000]))
    rule.power_to_w = draw(st.sampled_from([None, 50_001, 150_000]))
    return rule


def cell_at(grid: Grid, dimension: str, local: datetime) -> Cell | None:
    """What the grid shows at that time on the wall; None where the dimension has no rule."""
    name = str(Dimension(dimension).label)
    table = next((one for one in grid.tables if one.name == name), None)
    if table is None:
        return None
    clock = local.time().isoformat()
    band = next(one for one in reversed(table.bands) if one.hours.partition("–")[0] <= clock)
    return band.cells[local.weekday()]


@settings(max_examples=200, deadline=None)
@given(st.lists(tariff_rules(), max_size=6), ZONES, st.sampled_from(CHANGES), st.integers(-200_000, 200_000))
def test_a_cell_is_what_pricing_chooses(drawn: list[TariffRule], zone: str, night: datetime, seconds: int) -> None:
    at = night.replace(tzinfo=UTC) + timedelta(seconds=seconds)
    local = at.astimezone(ZoneInfo(zone))
    version = TariffVersion(plan=TariffPlan(name="Drawn", currency="KGS"))
    for kind, grid in zip(kinds(drawn), grids(drawn, currency="KGS", at=local), strict=True):
        rules = tuple(as_rule(one) for one in numbered(drawn) if fits(one, kind.connector_type, kind.power_w))
        terms = as_terms(Offer("station", version, version.tax_percent * 0), rules, zone)
        rates = rates_at(terms, at)
        for dimension in Dimension.values:
            cell, chosen = cell_at(grid, dimension, local), best(terms.rules_for(dimension), local)
            if chosen is None:
                assert cell is None or (cell.shade, cell.price) == (0, "0")
                assert dimension not in rates
                continue
            assert cell is not None
            assert (cell.name, cell.price) == (chosen.name, rate(rates[dimension], "KGS"))
            equals = [one for one in terms.rules_for(dimension) if one.priority == chosen.priority and one != chosen]
            assert bool(cell.rivals) == (best(equals, local) is not None)
