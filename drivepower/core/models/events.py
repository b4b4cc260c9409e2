"""What happened, told once: the outbox that webhooks, streams and notifications read."""

import uuid

from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from drivepower.core.tenancy import CutQuerySet, Seer


class CurrentTransaction(models.Func):
    """The number of the transaction that writes; it never comes again (PostgreSQL's xid8)."""

    function = "pg_current_xact_id"
    output_field = models.TextField()


class OldestRunning(models.Func):
    """The number of the oldest transaction that may still write here: whatever is older has been seen or never will be.

    One of another database of the same server never writes here, however long it runs.
    """

    template = """least(
        (SELECT min(running::text::bigint) FROM pg_snapshot_xip(pg_current_snapshot()) AS running WHERE NOT EXISTS
         (SELECT FROM pg_stat_activity AS other
          WHERE other.datname <> current_database() AND other.backend_xid = running::xid)),
        pg_current_xact_id_if_assigned()::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint)"""
    arity = 0
    output_field = models.BigIntegerField()


# Within half a round of the 32 bits of it that a row keeps.
HORIZON = "(SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 2147483648)"


class StoredBy(models.Func):
    """The number of the transaction that wrote a row of that table here; a restore writes rows under its own."""

    template = f"({HORIZON} - (({HORIZON} - %(table)s.xmin::text::bigint) & 4294967295))"
    arity = 0
    output_field = models.BigIntegerField()


class EventQuerySet(CutQuerySet["Event"]):
    """Questions about many events."""

    company_paths = ("company", "host")

    def of_company(self, person: Seer) -> models.Q:
        """What that company pays for, and what happens at its locations; named by its public id."""
        return models.Q(company=person.company.public_id) | models.Q(host=person.company.public_id)

    def settled(self) -> "EventQuerySet":
        """In the order in which they are told; what a running transaction might still come before is left for later,
        so that a reader who goes on after the last one it saw misses none.
        """
        return self.ours().filter(transaction__lt=OldestRunning()).order_by("transaction", "id")

    def ours(self) -> "EventQuerySet":
        """Those with a number of this cluster; one that was restored from another may have a number that comes yet."""
        return self.filter(transaction__lte=StoredBy(table="core_event"))

    def strayed(self) -> "EventQuerySet":
        """The others, in the order in which they were told there."""
        return self.filter(transaction__gt=StoredBy(table="core_event")).order_by("transaction", "id")

    def after(self, transaction: int, id: int) -> "EventQuerySet":
        """Those that are told later than that one."""
        later = models.Q(transaction=transaction, id__gt=id) | models.Q(transaction__gt=transaction)
        return self.filter(later, transaction__gte=transaction)  # the bound that an index can begin at


class Event(models.Model):
    """One thing that happened to one subject; append-only, and forgotten after a while."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    transaction = models.BigIntegerField(
        _("transaction of the database"),
        db_default=Cast(Cast(CurrentTransaction(), models.TextField()), models.BigIntegerField()),
        editable=False,
    )
    kind = models.CharField(_("kind"), max_length=40, help_text=_("e.g. session.started"))
    subject = models.CharField(_("subject"), max_length=120, help_text=_("by public id or code"))
    station = models.CharField(_("station"), max_length=50, blank=True)
    location = models.CharField(_("location"), max_length=50, blank=True)
    driver = models.UUIDField(_("driver"), null=True, blank=True)
    company = models.UUIDField(_("company that pays"), null=True, blank=True)
    host = models.UUIDField(_("company of the location"), null=True, blank=True)
    is_public = models.BooleanField(_("anybody may see it"), default=False)
    payload = models.JSONField(_("what it says"), default=dict)
    at = models.DateTimeField(_("at"))

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["transaction", "id"], name="events_as_told"),
            models.Index(fields=["driver", "transaction", "id"], name="events_of_a_driver"),
            models.Index(fields=["company", "transaction", "id"], name="events_of_a_company"),
            models.Index(fields=["host", "transaction", "id"], name="events_of_a_host"),
            models.Index(fields=["at"], name="events_by_time"),
            models.Index(fields=["subject"], name="events_of_a_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class EventCursor(models.Model):
    """How far a reader has come; its row is locked while it reads."""

    reader = models.CharField(_("reader"), max_length=40, primary_key=True)
    transaction = models.BigIntegerField(_("transaction of the database"), default=0)
    event_id = models.BigIntegerField(_("event"), default=0)
    moved_at = models.DateTimeField(_("moved"))

    class Meta:
        verbose_name = _("reader of events")
        verbose_name_plural = _("readers of events")

    def __str__(self) -> str:
        return self.reader
