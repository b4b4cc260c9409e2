"""Plays of payments that race with their cancelling, and of prices that change while a car charges (29, 30)."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.test import override_settings
from rest_framework.test import APIClient

from billing import ledger, tariffs
from billing.models import TariffPlan, TopUp
from billing.payments.top_ups import cancel_top_up, check_top_up, start_top_up
from billing.tests.scripted_bank import ScriptedBank
from charging.models import Session
from charging.tests.world import per_kwh
from ocpp_consumer.tests.server import in_db
from ocpp_consumer.tests.stories.cast import Play, ago, said
from stations.access import zone_of
from stations.models import Station

NOTHING = Decimal(0)


@contextmanager
def scripted_bank() -> Iterator[ScriptedBank]:
    """A bank that does as it is told."""
    bank = ScriptedBank()
    server = bank.start()
    try:
        with override_settings(SANDBOX_BANK_URL=bank.address):
            yield bank
    finally:
        server.shutdown()
        server.server_close()


async def refused_for_money(play: Play) -> Session:
    """The driver asks for more than the wallet holds."""
    await play.say("Available", ago(5))
    code = (await in_db(Station.objects.get)()).code
    status, answer = await play.ask_app("/api/v1/charging/start", station_id=code, connector_id=1, amount="100.00")
    assert status == 402, answer
    found: Session = await in_db(Session.objects.get)(public_id=answer["details"]["session_id"])
    return found


def spend_all(play: Play) -> None:
    """All the money is gone for an older charge."""
    wallet = ledger.wallet_of(user=play.driver, currency="KGS")
    at, subject = datetime.now(UTC), f"session:{uuid.uuid4().int % 10**6 + 10**6}"
    ledger.capture(wallet=wallet, subject=subject, revision=1, net=wallet.balance, tax=NOTHING, at=at)


def top_up_of(play: Play, *, minutes: float) -> TopUp:
    """A top-up of 500.00 KGS that was asked for so long ago."""
    at = datetime.now(UTC) - timedelta(minutes=minutes)
    return start_top_up(user=play.driver, amount=Decimal(500), currency="KGS", method=TopUp.Method.QR, at=at)


async def paid_after_cancelling(play: Play) -> Session:
    """The driver gives the top-up up, is refused, and has paid all the same; the bank says so twice."""
    await in_db(spend_all)(play)
    with scripted_bank() as bank:
        bank.says("open")
        asked = await in_db(top_up_of)(play, minutes=30)
        await in_db(cancel_top_up)(top_up=asked, at=datetime.now(UTC))
        session = await refused_for_money(play)
        bank.says("paid")
        for _ in range(2):
            await in_db(check_top_up)(top_up_id=asked.pk, at=datetime.now(UTC))
    assert (await play.money())[0] == "500.00"
    return session


async def contradicted(play: Play) -> Session:
    """The bank says that another amount was paid than was asked for: that is what counts, and it is not enough."""
    await in_db(spend_all)(play)
    with scripted_bank() as bank:
        bank.says("open")
        asked = await in_db(top_up_of)(play, minutes=1)
        bank.says("paid", amount="5.00")
        await in_db(check_top_up)(top_up_id=asked.pk, at=datetime.now(UTC))
        session = await refused_for_money(play)
    assert (await play.money())[0] == "5.00"
    return session


async def forged(play: Play) -> Session:
    """Somebody calls us in the bank's name: it is paid. The bank, whom we ask, says that it is not."""
    await in_db(spend_all)(play)
    with scripted_bank() as bank:
        bank.says("open")
        asked = await in_db(top_up_of)(play, minutes=1)
        said = {"invoice": asked.provider_invoice, "status": "paid", "amount": "500.00", "currency": "KGS"}
        call = APIClient().post
        answer = await in_db(call)("/api/v1/payment/webhook/sandbox", said, format="json")
        assert answer.status_code == 200
        await in_db(check_top_up)(top_up_id=asked.pk, at=datetime.now(UTC))
        session = await refused_for_money(play)
    assert (await play.money())[0] == "0.00"
    return session


async def edited(play: Play) -> Session:
    """A new tariff comes into force while the car charges: it keeps the price that held as it began."""
    number = await play.start(ago(60))

    def edit() -> None:
        at = datetime.now(UTC) - timedelta(minutes=30)
        plan, rules = TariffPlan.objects.get(name="Plain"), [per_kwh("20.00")]
        tariffs.publish_version(plan=plan, rules=rules, in_force_from=at, at=at)

    await in_db(edit)()
    await play.stop(number, ago(10), meter=12_000, reason="EVDisconnected")
    session, _ = await play.bill(number)
    return session


async def over_midnight(play: Play) -> Session:
    """The night's price begins at midnight of the place, in the middle of the charge."""
    await in_db(price_nights)()
    zone = zone_of(await in_db(Station.objects.select_related("location").get)())
    yesterday = datetime.now(zone).date() - timedelta(days=1)
    midnight = datetime.combine(yesterday, time(0), tzinfo=zone)
    number = await play.start(said(midnight - timedelta(minutes=30)))
    for minutes, register in ((0, "12000"), (30, "14000")):
        sampled: dict[str, Any] = {"value": register, "unit": "Wh", "measurand": "Energy.Active.Import.Register"}
        await play.read(number, said(midnight + timedelta(minutes=minutes)), sampled)
    await play.stop(number, said(midnight + timedelta(minutes=30)), meter=14_000, reason="EVDisconnected")
    session, _ = await play.bill(number)
    return session


def price_nights() -> None:
    """For long, a kilowatt-hour has cost 10 KGS from midnight to six, and 15 else."""
    long_ago = datetime.now(UTC) - timedelta(days=300)
    night = per_kwh("10.00", starts=time(0), ends=time(6), priority=1)
    night.name = "Night"
    plan = TariffPlan.objects.get(name="Plain")
    tariffs.publish_version(plan=plan, rules=[per_kwh("15.00"), night], in_force_from=long_ago, at=long_ago)
