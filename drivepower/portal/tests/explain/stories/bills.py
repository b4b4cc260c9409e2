"""Plays of bills that hold a tax, at a station whose clock knows whole seconds alone: paid, given back, borne."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.test import override_settings

from billing import adjustments, ledger, tariffs
from billing.models import TariffPlan, Transfer
from charging import reviewing
from charging.models import Session
from charging.tests.world import per_kwh
from drivepower.portal.tests.explain.stories.charges import ACCEPTED, answered
from ocpp_consumer.tests.server import in_db
from ocpp_consumer.tests.stories.cast import Play, energy, power


def whole(at: datetime | None = None) -> str:
    """A moment as a station writes it that knows no parts of seconds: the second has begun some time ago."""
    return (at or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def taxed(play: Play) -> Session:
    """A charge by app, in the second in which it was asked for; its end carries the tag that we made for it."""
    await in_db(tax)()
    await play.say("Available", whole(datetime.now(UTC) - timedelta(minutes=1)))
    asked, call = await play.start_by_app(amount="100.00")
    await play.talk.send([3, call[1], ACCEPTED])
    await answered("start_charging")
    assert asked.requested_at is not None
    number = await play.start(whole(asked.requested_at), tag=asked.tag)
    await play.say("Charging", whole())
    await play.read(number, whole(), energy("10500"), power(7000))
    await play.stop(number, whole(), meter=11_000, reason="EVDisconnected", idTag=asked.tag)
    await play.say("Available", whole())
    session, _ = await play.bill(number)
    return session


async def given_back(play: Play) -> Session:
    """The same, and a part of it is given back by hand."""
    session = await taxed(play)

    def refund() -> None:
        paid = Transfer.objects.get(subject=session.subject, kind=Transfer.Kind.CAPTURE)
        said: dict[str, Any] = {"reason": "The cable was stuck.", "asked_by": "staff:x"}
        adjustments.ask_refund(transfer=paid, amount=Decimal("10.00"), at=datetime.now(UTC), **said)

    await in_db(refund)()
    return await play.session(session.ocpp_id)


async def borne(play: Play) -> Session:
    """The wallet cannot pay it all, and the house bears the rest; then it turns out to have been less."""
    await in_db(tax)()
    await in_db(spend_all_but)(play, Decimal("20.00"))
    number = await play.start(whole(datetime.now(UTC) - timedelta(minutes=30)))
    await play.stop(number, whole(datetime.now(UTC) - timedelta(minutes=10)), meter=12_000, reason="EVDisconnected")
    with override_settings(SHORTFALL="absorb"):
        session, _ = await play.bill(number)
        said: dict[str, Any] = {"reason": "The meter's protocol says so.", "by": "staff:x", "energy_wh": 1000}
        await in_db(reviewing.correct)(session_id=session.pk, at=datetime.now(UTC), **said)
    return await play.session(number)


async def told_elsewhere(play: Play) -> Session:
    """The station says that it was told to stop, and nobody of ours has told it."""
    number = await play.start(whole(datetime.now(UTC) - timedelta(minutes=30)))
    await play.stop(number, whole(datetime.now(UTC) - timedelta(minutes=10)), meter=12_000, reason="Remote")
    session, _ = await play.bill(number)
    return session


def tax() -> None:
    """For long, a tax of 12 % has been in the price."""
    long_ago = datetime.now(UTC) - timedelta(days=300)
    plan, rules = TariffPlan.objects.get(name="Plain"), [per_kwh("15.00")]
    fields: dict[str, Any] = {"tax_percent": Decimal(12), "tax_name": "VAT"}
    tariffs.publish_version(plan=plan, rules=rules, in_force_from=long_ago, at=long_ago, **fields)


def spend_all_but(play: Play, left: Decimal) -> None:
    """The rest of the money is gone for an older charge."""
    wallet = ledger.wallet_of(user=play.driver, currency="KGS")
    at, subject = datetime.now(UTC), "session:9999999"
    ledger.capture(wallet=wallet, subject=subject, revision=1, net=wallet.balance - left, tax=Decimal(0), at=at)
