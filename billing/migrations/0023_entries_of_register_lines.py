"""Something else that a provider's register tells of is booked by a person, each line once, to an account that fits."""

import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

KINDS = [
    ("top_up", "top-up"),
    ("capture", "charge"),
    ("tax", "tax of a charge"),
    ("debt", "charge on credit"),
    ("repayment", "repayment of a debt"),
    ("refund", "refund"),
    ("forgiven", "debt that is not asked for any more"),
    ("absorbed", "shortfall that the house bears"),
    ("reversal", "reversal of a top-up"),
    ("adjustment", "adjustment"),
    ("opening", "opening balance"),
    ("commission", "commission of a provider"),
    ("remittance", "paid out by a provider"),
    ("at_provider", "other movement at a provider"),
    ("payout", "payout"),
    ("share", "share of a host"),
]
ACCOUNTS = [
    ("commissions", "commissions of providers"),
    ("clearing:bank", "clearing, bank transfers"),
    ("adjustments", "adjustments"),
]
STATES = [("asked", "waits for approval"), ("booked", "booked"), ("refused", "refused")]


class Migration(migrations.Migration):
    dependencies = [("billing", "0022_lines_of_our_requests")]

    operations = [
        migrations.AlterField(
            model_name="transfer",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=12, verbose_name="kind"),
        ),
        migrations.AddIndex(
            model_name="registerline",
            index=models.Index(condition=Q(difference="unknown", kind="other"), fields=["at"], name="others_to_book"),
        ),
        migrations.CreateModel(
            name="RegisterEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public ID"),
                ),
                ("account", models.CharField(choices=ACCOUNTS, max_length=40, verbose_name="account")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("state", models.CharField(choices=STATES, default="asked", max_length=10, verbose_name="state")),
                ("asked_by", models.CharField(max_length=80, verbose_name="asked by")),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                ("decided_by", models.CharField(blank=True, max_length=80, verbose_name="decided by")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                ("needs_approval", models.BooleanField(verbose_name="needs a second person")),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="billing.registerline",
                        verbose_name="line of a register",
                    ),
                ),
                (
                    "transfer",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="register_entry",
                        to="billing.transfer",
                        verbose_name="transfer",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of a register's line",
                "verbose_name_plural": "entries of registers' lines",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(condition=Q(state="asked"), fields=["asked_at"], name="register_entries_to_approve")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=~Q(state="refused"), fields=["line"], name="register_line_is_booked_once"
                    ),
                    models.CheckConstraint(condition=~Q(reason=""), name="register_entry_has_a_reason"),
                    models.CheckConstraint(
                        condition=Q(account__in=["commissions", "clearing:bank", "adjustments"]),
                        name="register_entry_goes_to_an_account_that_fits",
                    ),
                    models.CheckConstraint(
                        condition=Q(needs_approval=False) | Q(decided_by="") | ~Q(decided_by=F("asked_by")),
                        name="nobody_approves_their_own_register_entry",
                    ),
                    models.CheckConstraint(
                        condition=Q(state="asked", decided_at=None, transfer=None)
                        | Q(state="booked", decided_at__isnull=False, transfer__isnull=False)
                        | Q(state="refused", decided_at__isnull=False, transfer=None),
                        name="register_entry_says_how_it_ended",
                    ),
                ],
            },
        ),
    ]
