"""What people did and were told, in sentences: decisions, changes of settings, notifications."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Field
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Channel, Message
from accounts.notifying.wording import text_of, title_of
from billing.wording import clean
from charging.admin.told import LABELS
from charging.admin.told import said as valued
from charging.models import Decision
from drivepower.portal.audit.words import called, fields_of, kind_of, shown
from drivepower.portal.explain.facts import Changed, Told
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.shapes import ACT, BAD, NOTIFICATION, Moment
from drivepower.portal.models import Change

DECIDED: dict[str, Any] = {
    Decision.Verb.ACCEPT: gettext_lazy("%(who)s looked at it and accepted it: %(reason)s"),
    Decision.Verb.CORRECT: gettext_lazy("%(who)s corrected it: %(reason)s"),
    Decision.Verb.WAIVE: gettext_lazy("%(who)s waived it, so that it costs nothing: %(reason)s"),
    Decision.Verb.RERUN: gettext_lazy("%(who)s had it looked at anew: %(reason)s"),
    Decision.Verb.REPRICE: gettext_lazy("%(who)s had it priced anew: %(reason)s"),
}
ANY_DECISION = gettext_lazy("%(who)s decided about it: %(reason)s")
CHANGED: dict[str, Any] = {
    Change.What.INSERT: gettext_lazy("%(who)s added: %(what)s."),
    Change.What.UPDATE: gettext_lazy("%(who)s changed %(what)s: %(fields)s."),
    Change.What.DELETE: gettext_lazy("%(who)s deleted: %(what)s."),
}
# Which has a sentence of its own, among pauses of new charges.
TOLD_APART = {("stations.location", "starts_paused")}
LONGEST = 60


def decisions(rows: Sequence[Decision], reader: Reader) -> Iterator[Moment]:
    """What was decided about the session, and what that changed."""
    for one in rows:
        who = reader.name_of(one.decided_by, getattr(one, "by", None))
        text = str(DECIDED.get(one.verb, ANY_DECISION)) % {"who": who, "reason": clean(one.reason)}
        changed = [name for name in LABELS if name != "payer" and one.before.get(name) != one.after.get(name)]
        detail = "; ".join(f"{LABELS[name]} {valued(name, one.before)} → {valued(name, one.after)}" for name in changed)
        yield Moment(at=one.made_at, kind=ACT, text=text, detail=detail, is_key=True)


def changes(rows: Sequence[Changed], reader: Reader) -> Iterator[Moment]:
    """What people changed of the hardware's settings and of card and driver meanwhile: from what to what."""
    for one in rows:
        verb = one.what if one.what in CHANGED else Change.What.UPDATE
        fields = "; ".join(differences(one)) if verb == Change.What.UPDATE else ""
        if fields or verb != Change.What.UPDATE:
            what = f"{kind_of(one.table)} {clean(one.called)}".rstrip()
            text = str(CHANGED[verb]) % {"who": reader.name_of(one.who, one.name), "what": what, "fields": fields}
            yield Moment(at=one.at, kind=ACT, text=text, is_key=True)


def differences(one: Changed) -> Iterator[str]:
    """Each column before and after; of secrets, and of what the reader may not see, only that it changed."""
    columns = {field.attname: field for field in fields_of(one.table)}
    for name in sorted({*one.before, *one.after}):
        if (one.table, name) in TOLD_APART:
            continue
        field = columns.get(name)
        was, now = (valued_as(field, side.get(name), one.meant) for side in (one.before, one.after))
        label = called(field, name)
        yield label if was is None or now is None or was == now else f"{label}: {was} → {now}"


def valued_as(
    field: "Field[Any, Any] | None", value: object, meant: Mapping[tuple[str, str], str | None]
) -> str | None:
    """A value as people write it; what it refers to by name, None where that is not for this reader."""
    related: Any = field.related_model if field is not None else None
    if related is None or value is None:
        return clean(shown(field, value))[:LONGEST]
    name = meant.get((related._meta.label_lower, str(value)), f"#{value}")
    return None if name is None else f"«{clean(name)[:LONGEST]}»"


def notifications(rows: Sequence[Told]) -> Iterator[Moment]:
    """What the driver was told, and whether it arrived."""
    for one in rows:
        facts = {"title": clean(title_of(one.kind))}
        failed = one.messages and all(state == Message.State.FAILED for _channel, state, _error in one.messages)
        yield Moment(
            at=one.at,
            kind=NOTIFICATION,
            text=_("The driver was told: «%(title)s».") % facts,
            detail=" ".join(filter(None, [clean(text_of(one.kind, one.facts)), went(one)])),
            tone=BAD if failed else "",
            is_key=bool(failed),
        )


def went(told: Told) -> str:
    """How it went by each channel."""
    if told.messages is None:
        return ""
    if not told.messages:
        return _("It stands in the app alone: no channel reaches them.")
    states = {
        Message.State.WAITING: _("waits to be sent"),
        Message.State.SENT: _("was sent"),
        Message.State.FAILED: _("did not arrive"),
    }
    parts = []
    for channel, state, error in told.messages:
        why = f" ({clean(error)[:LONGEST]})" if error and state == Message.State.FAILED else ""
        parts.append(f"{Channel(channel).label}: {states.get(Message.State(state), state)}{why}")
    return "; ".join(parts) + "."
