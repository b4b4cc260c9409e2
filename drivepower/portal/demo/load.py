"""The demo network as one transaction: all of it, or nothing."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from billing.closing import close_days
from billing.invoices import make_invoices
from billing.statements import make_statements
from billing.statements.making import last_month
from charging import rollups
from drivepower.core import alerts
from drivepower.core.sentences import sentence
from drivepower.portal.demo import desk
from drivepower.portal.demo.deals import make_deals
from drivepower.portal.demo.funds import fill_wallet, give_credit, pay_statement
from drivepower.portal.demo.history import play_history
from drivepower.portal.demo.network import make_network
from drivepower.portal.demo.past import write_past
from drivepower.portal.demo.people import ADMIN, DEBTOR, make_people
from drivepower.portal.demo.prices import publish_plans
from drivepower.portal.demo.traces import leave_traces
from drivepower.portal.demo.visits import draw_visits

SESSIONS_PER_DAY = 80
OPENED_BEFORE = timedelta(days=90)
# The newest part of the history goes through the verbs, one call after another; what is older is written in bulk.
PLAYED = timedelta(hours=24)


def is_loaded() -> bool:
    """Whether this database holds the demo: its administrator is the mark."""
    return User.objects.filter(email=ADMIN).exists()


@transaction.atomic
def load(*, now: datetime, per_day: int = SESSIONS_PER_DAY) -> None:
    """Make people, prices, stations and their two weeks; `now` is when they end."""
    opened_at = now - OPENED_BEFORE
    people = make_people(at=opened_at)
    plans = publish_plans(at=opened_at)
    network = make_network(plans=plans, host=people.host, at=opened_at)
    make_deals(people, network, at=opened_at)
    give_credit(people.fleet, at=opened_at)
    visits = draw_visits(now=now, odd_from=now - PLAYED, per_day=per_day)
    leave_traces(network, visits, now=now)
    registers = {key: first_register(*key) for key in network.connectors}
    write_past(network, people, (visit for visit in visits if visit.settles_at < now - PLAYED), registers)
    play_history(network, people, (visit for visit in visits if visit.settles_at >= now - PLAYED), registers, now=now)
    desk.work(people, now=now)
    for driver in people.drivers[:DEBTOR]:
        fill_wallet(user=driver, at=now)
    make_statements(month=last_month(now), at=now)
    make_invoices(month=last_month(now), at=now)
    pay_statement(at=now)
    close_days(at=now)
    open_alerts(now=now)
    rollups.roll_up(at=now)


def first_register(machine: int, plug: int) -> int:
    """Where a meter stood before its first charge of the history, in Wh; each somewhere else."""
    return 1_000_000 + machine * 7_919_003 % 83_000_000 + plug * 411_007


def open_alerts(*, now: datetime) -> None:
    """Something for a person to look at."""
    alerts.open_alert(
        kind="clock_off",
        subject="station:CHU-TOKMOK-1",
        text=sentence("The station's clock was %(minutes)s minutes slow at its last boot.", minutes=7),
        at=now - timedelta(hours=5),
    )
    alerts.open_alert(
        kind="review_waits",
        subject="portal:review",
        text=sentence("Sessions with doubtful meter values wait for a decision."),
        at=now - timedelta(hours=2),
    )
