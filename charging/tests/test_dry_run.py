"""What past sessions would have earned by another version: nothing moves, and the same version makes no difference."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Company, Membership, User
from billing import ledger, tariffs
from billing.models import ClientTariff, PriceTerms, PromoCode, TariffPlan, TariffRule, TariffVersion, Transfer
from billing.models.tariffs import Dimension
from billing.tariffs.differences import Edition
from billing.tariffs.finding import numbered
from billing.tariffs.withdrawing import edition
from charging import dry_run, reviewing, settlement
from charging.dry_run import Ask, Run, keeping, running
from charging.dry_run.sums import Sum
from charging.models import Decision, Session, Settlement
from charging.tests.evenings import charge, unplug
from charging.tests.settling import STAFF
from charging.tests.world import NOW, World, minutes, per_kwh, rule
from stations.models import Gateway, Location

LATER = NOW + timedelta(days=30)
PROMO = {"code": "TEN", "kind": "fixed", "value": 10, "currency": "KGS"}


@pytest.fixture
def people(world: World) -> User:
    """Whoever asks; and the station is online all month."""
    Gateway.objects.update(renewed_at=NOW + timedelta(days=365))
    for row in (world.station, world.one, world.two):
        row.refresh_from_db()
    return User.objects.create_superuser(email="root@example.com")


def settled(
    world: World, *, at: datetime = NOW, energy_wh: int = 25_500, driver: User | None = None, **asked: Any
) -> Session:
    """An hour at the connector, left at once."""
    session = charge(
        world,
        driver or world.driver("5000.00"),
        begins=at,
        lasts=60,
        energy_wh=energy_wh,
        readings=[(20, energy_wh // 4), (40, energy_wh // 2)],
        **asked,
    )
    world.say(session.connector, "Finishing", at=at + minutes(60))
    unplug(world, session, at=at + minutes(75))
    settlement.settle(session_id=session.pk, at=at + minutes(200))
    session.refresh_from_db()
    assert session.state == Session.State.SETTLED, session.findings
    return session


def month(world: World) -> list[Session]:
    """Sessions of all sorts: by night and day, with a promo code, a membership, a client's discount, idle time."""
    world.price(
        per_kwh("15"),
        per_kwh("12.5", starts=time(15, 30), ends=time(7), priority=5),
        rule(Dimension.PER_MINUTE, "0.333"),
        rule(Dimension.SESSION_FEE, "20"),
        rule(Dimension.PARKING_FEE, "1.7"),
        tax_percent=Decimal(12),
        idle_grace_seconds=300,
        idle_cap=Decimal(15),
    )
    gold = Membership.objects.create(name="Gold", discount_percent=Decimal("7.5"))
    member, fleet = world.driver("5000.00", membership=gold), world.driver("5000.00")
    ClientTariff.objects.create(user=fleet, discount_percent=13, valid_from=NOW - timedelta(days=1), reason="fleet")
    PromoCode.objects.create(valid_from=NOW - timedelta(days=1), **PROMO)
    days = [NOW + timedelta(days=day, minutes=7 * day) for day in range(5)]
    return [
        settled(world, at=days[0]),
        settled(world, at=days[1], driver=member, energy_wh=7_777),
        settled(world, at=days[2], driver=fleet, energy_wh=31_111),
        settled(world, at=days[3], promo_code="TEN"),
        settled(world, at=days[4] + timedelta(hours=14), energy_wh=999),
    ]


def asked(tried: Edition, **more: Any) -> Ask:
    fields: dict[str, Any] = {"since": NOW - timedelta(days=1), "until": NOW + timedelta(days=30)}
    return Ask(edition=tried, **(fields | more))


def ran(person: User, ask: Ask) -> Run:
    """The run when its worker is through."""
    token = dry_run.begin(ask=ask, by=person, at=LATER)
    dry_run.run(key=keeping.key_of(token, person), at=LATER)
    found = dry_run.find(token=token, by=person)
    assert found is not None
    return found


def draft(world: World, *rules: TariffRule, **fields: Any) -> Edition:
    return Edition(TariffVersion(plan=world.plan, number=0, in_force_from=LATER, **fields), numbered(rules))


def looked_up(person: User, token: str) -> Run:
    """The run as far as it has come."""
    found = dry_run.find(token=token, by=person)
    assert found is not None
    return found


def in_force(world: World) -> Edition:
    return edition(world.plan.versions.select_related("plan").latest("number"))


def same_as(tried: Edition, world: World) -> Edition:
    """A draft that says what a version says."""
    names = ("tax_percent", "tax_included", "idle_grace_seconds", "idle_from", "idle_cap")
    fields = {name: getattr(tried.version, name) for name in names}
    columns = ("name", "dimension", "price", "weekdays", "starts", "ends", "priority")
    rules = [TariffRule(**{name: getattr(row, name) for name in columns}) for row in tried.rules]
    return draft(world, *rules, **fields)


@pytest.mark.parametrize("is_draft", [False, True], ids=["version", "draft"])
def test_the_same_version_makes_no_difference_in_any_session(world: World, people: User, is_draft: bool) -> None:
    sessions = month(world)
    tried = same_as(in_force(world), world) if is_draft else in_force(world)
    found = ran(people, asked(tried)).sums
    assert found.left_out == []
    assert found.whole == Sum(5, found.whole.then, found.whole.then)
    assert found.whole.then == sum(row.total for row in Settlement.objects.all()) > 0
    assert (found.changed, found.most) == (0, [])
    for parts in (found.dimensions, found.places, found.weeks):
        assert all(part.more == 0 for part in parts.values())
    assert set(found.dimensions) == {"per_kwh", "per_minute", "session_fee", "parking_fee", "promo"}
    # One by one too, so that no two differences cancel each other out.
    for session in sessions:
        assert session.started_at is not None
        alone = asked(tried, since=session.started_at, until=session.started_at + timedelta(seconds=1))
        one = ran(people, alone).sums.whole
        assert (one.sessions, one.more) == (1, Decimal("0.00"))


def test_it_says_what_other_prices_would_have_earned_and_moves_nothing(world: World, people: User) -> None:
    """25.5 kWh at 15.00 = 382.50; at 16.00 and a fee of 5.00: 408.00 + 5.00 = 413.00."""
    one = settled(world)
    two = settled(world, at=NOW + timedelta(days=7), energy_wh=10_000)
    before = Transfer.objects.count(), Settlement.objects.count(), TariffVersion.objects.count()
    found = ran(people, asked(draft(world, per_kwh("16"), rule(Dimension.SESSION_FEE, "5"))))
    sums = found.sums
    assert found.state == keeping.DONE
    assert (sums.whole.then, sums.whole.now, sums.whole.more) == (Decimal("532.50"), Decimal(578), Decimal("45.50"))
    assert {name: part.more for name, part in sums.dimensions.items()} == {
        "per_kwh": Decimal("35.50"),
        "session_fee": 10,
    }
    assert {week: part.now for week, part in sums.weeks.items()} == {date(2026, 3, 2): 413, date(2026, 3, 9): 165}
    assert list(sums.places) == ["BSK, Chuy 1"]
    assert [(row.session, row.more) for row in sorted(sums.most, reverse=True)] == [
        (one.pk, Decimal("30.50")),
        (two.pk, Decimal("15.00")),
    ]
    assert (Transfer.objects.count(), Settlement.objects.count(), TariffVersion.objects.count()) == before
    assert ledger.check_books() == []


def test_it_keeps_discounts_and_promo_codes_as_they_were(world: World, people: User) -> None:
    gold = Membership.objects.create(name="Gold", discount_percent=10)
    PromoCode.objects.create(valid_from=NOW - timedelta(days=1), **PROMO)
    settled(world, driver=world.driver("5000.00", membership=gold), promo_code="TEN", energy_wh=10_000)
    Membership.objects.update(discount_percent=50)
    PromoCode.objects.update(value=99)
    whole = ran(people, asked(draft(world, per_kwh("20")))).sums.whole
    # 10 kWh at 15.00 less 10 % less 10.00; at 20.00 less 10 % less 10.00
    assert (whole.then, whole.now) == (Decimal(125), Decimal(170))


def test_it_leaves_out_what_people_decided_and_says_so(world: World, people: User) -> None:
    session, kept = settled(world), settled(world, at=NOW + timedelta(days=1))
    reviewing.correct(session_id=session.pk, energy_wh=10_000, reason="Seen.", by=STAFF, at=NOW + timedelta(days=2))
    found = ran(people, asked(in_force(world))).sums
    assert Decision.objects.get().session == session
    assert [(one.session, one.why, one.then) for one in found.left_out] == [(session.pk, "decided", Decimal(150))]
    assert (found.whole.sessions, found.left_out_then) == (1, Decimal(150))
    assert found.whole.then == kept.settlements.get().total


def test_it_leaves_out_what_cannot_be_compared_each_with_its_reason(world: World, people: User) -> None:
    hours = [NOW + timedelta(hours=3 * count) for count in range(4)]
    night, moved, broken, good = (settled(world, at=at) for at in hours)
    charge(world, world.driver("5000.00"), begins=hours[3] + timedelta(hours=4), lasts=60, energy_wh=5)
    local = [time((at.hour + 6) % 24, at.minute) for at in hours]
    Session.objects.filter(pk=moved.pk).update(billed_energy_wh=1)
    before = PriceTerms.objects.get(pk=broken.price_terms_id or 0)
    odd = PriceTerms(version=before.version, currency="KGS", made_at=NOW, document=before.document | {"time_zone": "?"})
    odd.save()
    Session.objects.filter(pk=broken.pk).update(price_terms=odd)
    tried = draft(world, per_kwh("16", starts=local[1], ends=local[0]))
    found = ran(people, asked(tried))
    assert found.state == keeping.DONE
    reasons = {one.session: one.why for one in found.sums.left_out}
    assert reasons.pop(night.pk) == "no_rule"
    assert (reasons.pop(moved.pk), reasons.pop(broken.pk)) == ("moved", "unreadable")
    assert list(reasons.values()) == ["not_settled"]
    assert (found.sums.whole.sessions, found.sums.whole.then) == (1, good.settlements.get().total)
    assert found.sums.reasons.total() == 4


def test_it_takes_only_sessions_of_the_plan_the_time_and_the_places(world: World, people: User) -> None:
    settled(world)
    tried = in_force(world)
    place = Location.objects.get()

    def count(**more: Any) -> int:
        return ran(people, asked(tried, **more)).sums.whole.sessions

    assert count() == 1
    assert [count(since=NOW, until=NOW + minutes(1)), count(until=NOW), count(since=NOW + minutes(1))] == [1, 0, 0]
    assert [count(locations=(place.pk,)), count(locations=(place.pk + 1,))] == [1, 0]
    assert [count(stations=(world.station.pk,)), count(stations=(world.station.pk + 1,))] == [1, 0]
    assert count(label="fast") == 0
    Location.objects.update(labels=["fast"])
    assert count(label="fast") == 1
    other = TariffPlan.objects.create(name="Else")
    elsewhere = edition(tariffs.publish_version(plan=other, rules=[per_kwh("1")], at=NOW))
    assert ran(people, asked(elsewhere)).sums.whole.sessions == 0


def test_it_goes_on_where_it_stopped(world: World, people: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each task has time for one step of two sessions; the sums are those of one task that has time for all."""
    drivers = [world.driver("5000.00") for _ in range(5)]
    for number, driver in enumerate(drivers):
        settled(world, at=NOW + timedelta(hours=3 * number), driver=driver, energy_wh=5_000 + number)
    # Two that began in the same second, so that the key has to tell them apart.
    Session.objects.filter(pk__in=Session.objects.order_by("pk").values("pk")[1:3]).update(
        started_at=NOW + minutes(190)
    )
    tried = draft(world, per_kwh("16"))
    whole = ran(people, asked(tried)).sums
    monkeypatch.setattr(running, "STEP", 1)
    monkeypatch.setattr(running, "SECONDS", -1.0)
    token = dry_run.begin(ask=asked(tried), by=people, at=LATER)
    key, percents = keeping.key_of(token, people), []
    for _ in range(7):
        dry_run.run(key=key, at=LATER)
        found = looked_up(people, token)
        percents.append(found.percent)
    found = looked_up(people, token)
    assert (found.state, found.done, found.sums) == (keeping.DONE, 5, whole)
    assert percents == sorted(percents)
    assert 0 < percents[0] < 100


def test_two_workers_do_not_count_twice(world: World, people: User) -> None:
    settled(world)
    token = dry_run.begin(ask=asked(in_force(world)), by=people, at=LATER)
    key = keeping.key_of(token, people)
    assert keeping.claim(key)
    dry_run.run(key=key, at=LATER)
    found = looked_up(people, token)
    assert found.done == 0
    keeping.let_go(key)
    dry_run.run(key=key, at=LATER)
    dry_run.run(key=key, at=LATER)
    found = looked_up(people, token)
    assert (found.done, found.sums.whole.sessions) == (1, 1)


def test_only_who_asked_finds_it(world: World, people: User) -> None:
    token = dry_run.begin(ask=asked(in_force(world)), by=people, at=LATER)
    assert dry_run.find(token=token, by=User.objects.create_superuser(email="else@example.com")) is None
    dry_run.run(key="dry-run:nobody:nothing", at=LATER)


def test_it_asks_as_many_queries_for_many_sessions_as_for_two(world: World, people: User) -> None:
    month(world)
    company = Company.objects.create(name="Host")
    Location.objects.update(host=company)
    tried, counts = draft(world, per_kwh("16"), rule(Dimension.PARKING_FEE, "2")), []
    for until in (NOW + timedelta(days=1, hours=3), NOW + timedelta(days=30)):
        with CaptureQueriesContext(connection) as queries:
            found = ran(people, asked(tried, until=until))
        counts.append((found.done, len(queries)))
    assert [done for done, _ in counts] == [2, 5]
    assert counts[0][1] == counts[1][1]


def test_it_remembers_no_more_than_it_shows(world: World, people: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("charging.dry_run.sums.MOST_CHANGED", 2)
    energies = [5_000, 9_000, 7_000, 1_000]
    for number, energy_wh in enumerate(energies):
        settled(world, at=NOW + timedelta(hours=3 * number), energy_wh=energy_wh)
    sums = ran(people, asked(draft(world, per_kwh("16")))).sums
    assert [one.more for one in sorted(sums.most, reverse=True)] == [Decimal(9), Decimal(7)]
    assert sums.changed == 4
