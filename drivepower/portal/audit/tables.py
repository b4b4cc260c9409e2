"""Whose changes are kept: the tables that people write, each with what of it is left out."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Watched:
    """How a table is watched.

    `left_out`: columns that machines write; `secret`: columns of which only is kept that they changed; `row`: the
    column that says whose row it is (a link's owner); `but`: rows with these values are no person's work.
    """

    left_out: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    row: str = "id"
    verbs: str = "INSERT OR UPDATE OR DELETE"
    but: dict[str, Any] = field(default_factory=dict)


# By model; a link between two models by the table of whom it belongs to.
DEVICE = ("throttling_failure_timestamp", "throttling_failure_count", "last_used_at")
SEEN_BY_MACHINES = (
    "kind",
    "subject",
    "text",
    "words",
    "opened_at",
    "last_at",
    "count",
    "acknowledged_at",
    "resolved_at",
)
LADDERS = ("severity", "rule_id", "group", "notice_at", "notice_round", "ladder_at")
KEPT_OF_LISTS = ("support", "version", "entries", "sending_version", "is_full_needed", "problem", "checked_at")

WATCHED: dict[str, Watched] = {
    "accounts.ApiClient": Watched(secret=("secret",)),
    "accounts.Company": Watched(),
    "accounts.DutyChoice": Watched(row="person_id"),
    "accounts.DutyShift": Watched(),
    "accounts.ForeignIdentity": Watched(),
    # The tag of each charge is made by its start.
    "accounts.IdTag": Watched(but={"kind": "virtual"}),
    "accounts.Membership": Watched(),
    # Words about a driver are forgotten with the account: of them is kept that somebody changed them.
    "accounts.Note": Watched(secret=("text",)),
    "accounts.User": Watched(left_out=("last_login",), secret=("password",)),
    "accounts.User_groups": Watched(row="user_id"),
    "accounts.User_user_permissions": Watched(row="user_id"),
    "auth.Group": Watched(),
    "auth.Group_permissions": Watched(row="group_id"),
    "billing.Adjustment": Watched(),
    "billing.ClientTariff": Watched(),
    "billing.ClosedMonth": Watched(left_out=("totals",)),
    "billing.Goodwill": Watched(),
    "billing.OpeningImport": Watched(),
    "billing.Payout": Watched(),
    "billing.HostAgreement": Watched(),
    "billing.InvoicePayment": Watched(),
    "billing.PromoCode": Watched(),
    "billing.ProviderRegister": Watched(),
    "billing.RegisterEntry": Watched(),
    # Lines come by the thousand; what people write is what was done about a difference.
    "billing.RegisterLine": Watched(left_out=("top_up_id", "difference", "ours"), verbs="UPDATE"),
    "billing.TariffPlan": Watched(),
    "billing.TariffRule": Watched(),
    "billing.TariffVersion": Watched(),
    "billing.TaxChange": Watched(),
    "billing.Wallet": Watched(left_out=("balance", "held", "owed"), verbs="UPDATE"),
    "charging.LocalList": Watched(left_out=(*KEPT_OF_LISTS, "accepted_at"), verbs="UPDATE"),
    "core.Alert": Watched(left_out=(*SEEN_BY_MACHINES, *LADDERS), verbs="UPDATE"),
    "core.AlertRule": Watched(),
    "core.AlertStep": Watched(),
    "core.Switch": Watched(row="name"),
    "core.Webhook": Watched(left_out=("failing_since",), secret=("secret", "previous_secret")),
    "otp_static.StaticDevice": Watched(left_out=DEVICE),
    "otp_totp.TOTPDevice": Watched(left_out=(*DEVICE, "drift", "last_t"), secret=("key",)),
    "portal.SavedView": Watched(),
    "stations.AccessRule": Watched(),
    "stations.BulkCommand": Watched(),
    "stations.Commissioning": Watched(),
    "stations.ConfigurationTemplate": Watched(),
    "stations.Connector": Watched(),
    "stations.FirmwareImage": Watched(),
    "stations.InstallerLink": Watched(left_out=("last_used_at",), secret=("token_hash",)),
    "stations.InstallerLink_stations": Watched(row="installerlink_id"),
    "stations.Location": Watched(),
    "stations.Maintenance": Watched(),
    "stations.MakersCode": Watched(),
    "stations.QuirkProfile": Watched(),
    "stations.Report": Watched(),
    "stations.Station": Watched(
        left_out=("gateway_id", "epoch", "connected_at", "contested_at", "key_in_doubt"),
        secret=("key_hash", "previous_key_hash"),
    ),
}
