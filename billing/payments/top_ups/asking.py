"""Our own question to a provider: the only thing that credits."""

from datetime import datetime, timedelta

from billing.models import TopUp
from billing.models.payments import LATE, STEP, not_asked_since
from billing.payments import told
from billing.payments.lines import FETCH_STATUS
from billing.payments.protocol import ProviderAway, ProviderTrouble, Standing, Status
from billing.payments.providers import PROVIDERS
from billing.payments.top_ups.crediting import act_on, close
from billing.payments.top_ups.opening import let_go_of_connection

# How much longer an invoice stays open while the provider's answers about it are of no use: it may have been paid.
GRACE = timedelta(minutes=15)
# Money may still come for these, or go back; of reversed ones a refund of ours may fail.
WATCHED = (*TopUp.PAYABLE, TopUp.State.APPROVED, TopUp.State.REVERSED)


def check_on_hint(*, top_up_id: int, at: datetime) -> bool:
    """Look into a top-up that a callback named, unless that was done a moment ago; answers whether it was.

    However many callbacks name it, the provider is asked once per STEP; what comes in between is remembered, and the
    sweep asks once more. Raises ProviderTrouble.
    """
    TopUp.objects.filter(pk=top_up_id).update(hinted_at=at)
    if not TopUp.objects.filter(not_asked_since(at - STEP), pk=top_up_id).update(asked_at=at):
        return False
    check_top_up(top_up_id=top_up_id, at=at)
    return True


def check_top_up(*, top_up_id: int, at: datetime) -> TopUp.State:
    """Ask the provider about a top-up and act on the answer; answers its state.

    Raises ProviderTrouble; an open one expires instead once its grace is over, a day where the provider is away.
    """
    top_up = TopUp.objects.select_related("wallet").get(pk=top_up_id)
    if top_up.state not in TopUp.PAYABLE and not TopUp.objects.credited().filter(pk=top_up_id).exists():
        return TopUp.State(top_up.state)
    TopUp.objects.filter(pk=top_up_id).update(asked_at=at)
    if not top_up.provider_invoice:  # the process that opened it died before the provider answered
        return close(top_up, None, at)
    try:
        status = fetch(top_up, at)
    except ProviderTrouble as trouble:
        patience = LATE if isinstance(trouble, ProviderAway) else GRACE
        if top_up.state != TopUp.State.PROCESSING or at < top_up.expires_at + patience:
            raise
        return close(top_up, None, at)
    return act_on(top_up, status, at)


def fetch(top_up: TopUp, at: datetime) -> Status:
    """Ask where its invoice stands, at the provider that made it, whichever is configured today."""
    let_go_of_connection()
    with told.Call(top_up=top_up, what=FETCH_STATUS, amount=top_up.amount, at=at) as call:
        status = PROVIDERS[top_up.provider].fetch_status(invoice=top_up.provider_invoice)
        call.outcome = status.standing.value
        if status.standing == Standing.PAID:
            call.amount = status.amount
        call.facts = facts_of(status, top_up.wallet.currency)
    return status


def facts_of(status: Status, currency: str) -> dict[str, str]:
    """What of a status stands in its line: which payment it names, and what of it went back."""
    back = told.written(status.reversed_amount, currency) if status.reversed_amount else ""
    strange = status.currency[:10] if status.currency != currency else ""
    return {"payment": status.transaction[:80], "back": back, "currency": strange, "trouble": status.oddity[:200]}
