"""How the files of providers are laid out: what their columns are called, and their words for kinds of movements."""

from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.models import RegisterLine

Kind = RegisterLine.Kind
OURS = ("kind", "transaction", "payment", "time", "amount", "commission", "currency")
# What else stands in Stripe's itemized reports and says nothing that we ask for.
BESIDE_AT_STRIPE = (
    "balance_transaction_id",
    "created",
    "available_on_utc",
    "available_on",
    "net",
    "description",
    "customer_facing_amount",
    "customer_facing_currency",
    "regulatory_tag",
    "automatic_payout_id",
    "automatic_payout_effective_at_utc",
    "automatic_payout_effective_at",
    "charge_id",
    "trace_id",
    "trace_id_status",
)


@dataclass(frozen=True)
class Layout:
    """A kind of file: their columns by ours, those that no file goes without, and what their kinds are for us."""

    title: str | Promise
    columns: dict[str, str]
    needed: tuple[str, ...]
    kinds: dict[str, Kind]
    # The only provider that writes such files; "": any.
    provider: str = ""
    beside: tuple[str, ...] = ()
    # What a line is where the file has no column for it.
    usual: str = ""
    # Money that comes home: a payment that is none of ours until a person has looked.
    homecoming: frozenset[str] = field(default_factory=frozenset)
    # Payments are named by what they pay, other movements by themselves.
    is_paid_by_name: bool = False
    is_utc: bool = False
    # A fee that was kept stands below 0, and one that was given back above it; elsewhere it is the other way round.
    fee_leaves_below_zero: bool = False
    # A word that is none of its kinds is something else, for a person to look at; elsewhere the line is wrong.
    has_others: bool = False

    @property
    def known(self) -> list[str]:
        """All columns that a file may have."""
        return [*self.columns.values(), *self.beside]

    @property
    def zone(self) -> tzinfo:
        """Whose clock times without an offset are on."""
        return UTC if self.is_utc else ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE)


LAYOUTS = {
    "generic": Layout(
        title=_("our own columns"),
        columns={name: name for name in OURS},
        needed=("kind", "transaction", "time", "amount"),
        kinds={kind.value: kind for kind in Kind},
    ),
    "odengi": Layout(
        title="O!Dengi",
        provider="odengi",
        columns={
            "kind": "type",
            "transaction": "trans_id",
            "payment": "invoice_id",
            "time": "date_pay",
            "amount": "amount",
            "commission": "fee",
            "currency": "currency",
        },
        needed=("trans_id", "date_pay", "amount"),
        kinds={kind.value: kind for kind in Kind},
        usual="payment",
    ),
    "stripe": Layout(
        title=_("Stripe, itemized balance report"),
        provider="stripe",
        columns={
            "kind": "reporting_category",
            "transaction": "source_id",
            "payment": "payment_intent_id",
            "time": "created_utc",
            "amount": "gross",
            "commission": "fee",
            "currency": "currency",
        },
        needed=("reporting_category", "source_id", "created_utc", "gross", "fee"),
        kinds={
            "charge": Kind.PAYMENT,
            "refund": Kind.REFUND,
            "dispute": Kind.CHARGEBACK,
            "fee": Kind.FEE,
            "payout": Kind.REMITTANCE,
            "dispute_reversal": Kind.PAYMENT,
            "refund_failure": Kind.PAYMENT,
        },
        beside=BESIDE_AT_STRIPE,
        homecoming=frozenset({"dispute_reversal", "refund_failure"}),
        is_paid_by_name=True,
        is_utc=True,
        fee_leaves_below_zero=True,
        has_others=True,
    ),
}
