"""Answers to people without an account: to the e-mail address or phone that they left, once.

A report that is answered and still has a contact that can be written to is the queue. What went out leaves the contact
hidden, which ends it; what cannot go out gives the report back to people.
"""

import hashlib
import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from accounts import phones
from accounts.models import Channel
from accounts.notifying.wording import language_of, text_of, title_of
from accounts.words import channels
from accounts.words.saying import Undelivered, Words
from drivepower.core import alerts
from drivepower.core.alone import alone
from drivepower.core.sentences import sentence
from drivepower.core.throttles import count
from stations.models import Report
from stations.reports import ALERT

HIDDEN = "•••"
KIND = "report_answered"
# What did not get through for so long is given back to people; what is older still is none of ours.
PATIENCE, LOOKED_BACK = timedelta(hours=6), timedelta(days=2)
# To one address: whoever leaves somebody else's must not have them flooded.
A_DAY, DAY_SECONDS = 5, 86_400
BUDGET_SECONDS = 10.0
AT_ONCE = 100
LONGEST = 2000
NUMBER = re.compile(r"\+?(?:[ ().-]*\d){9,15}")

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Reached:
    """By what, and where, somebody is written to."""

    channel: Channel
    target: str


def reached_at(contact: str) -> Reached | None:
    """How the contact that somebody left can be written to; None for anything but an e-mail address or a phone."""
    said = contact.strip()
    if HIDDEN in said:
        return None
    try:
        if NUMBER.fullmatch(said):
            return Reached(Channel.SMS, phones.normalise(said))
        validate_email(said)
    except (ValueError, ValidationError):
        return None
    return Reached(Channel.EMAIL, said)


def hidden(contact: str) -> str:
    """What is kept of a contact that has had its answer."""
    said = contact.strip()
    name, at, domain = said.rpartition("@")
    return f"{name[:1]}{HIDDEN}{at}{domain}" if at else f"{said[:4]}{HIDDEN}{said[-2:]}"


def outlook(report: Report) -> str:
    """What becomes, or became, of an answer to this report, for whoever answers it."""
    if report.user_id is not None and report.said_by.startswith("staff:"):
        return _("Whoever reported it is of the staff and reads it in the portal.")
    if report.user_id is not None:
        return _("The driver reads it in the app.")
    if not report.contact.strip():
        return _("No way to answer: nobody left one.")
    named, way = {"contact": report.contact}, reached_at(report.contact)
    is_over = report.state == Report.State.ANSWERED
    if way is None:
        gone = is_over and HIDDEN in report.contact
        said = _("The answer went to %(contact)s.") if gone else _("No way to answer by e-mail or SMS: %(contact)s")
    elif not channels.is_set(way.channel):
        said = _("Nothing is set to send it by: the answer to %(contact)s stays in the sandbox.")
    elif is_over:
        said = _("The answer is on its way to %(contact)s.")
    elif report.answer:
        said = _("An answer did not arrive at %(contact)s; another one goes there.")
    else:
        said = _("The answer goes to %(contact)s.")
    return said % named


def send_answers(*, at: datetime) -> int:
    """Send the answers that wait, where no other worker is at it; answers how many went out."""
    with alone("answers to reports") as is_ours:
        if not is_ours:
            return 0
        began, sent = time.monotonic(), 0
        for report, way in waiting(at=at):
            if time.monotonic() - began > BUDGET_SECONDS:
                break
            sent += _try(report, way, at=at)
        return sent


def waiting(*, at: datetime) -> list[tuple[Report, Reached]]:
    """Answered reports of people without an account that have not had their answer, the oldest first."""
    rows = Report.objects.filter(state=Report.State.ANSWERED, user=None, answered_at__gt=at - LOOKED_BACK)
    left = rows.exclude(contact="").exclude(contact__contains=HIDDEN).select_related("station").order_by("answered_at")
    found = ((report, reached_at(report.contact)) for report in left)
    return [(report, way) for report, way in found if way is not None][:AT_ONCE]


def words_of(report: Report, channel: Channel) -> Words:
    """The place and what staff wrote; nothing of what the stranger wrote, who may have left somebody else's address."""
    place = {"station_id": report.station.code, "connector_id": report.number} if report.station else {}
    with translation.override(language_of("")):
        title, where = title_of(KIND), text_of(KIND, place)
    parts = [where, report.answer, settings.SELLER_NAME]
    text = "\n\n".join(part for part in parts if part) if channel == Channel.EMAIL else " ".join(parts).strip()
    moment = int(report.answered_at.timestamp()) if report.answered_at else 0
    return Words(key=f"answer-{report.public_id.hex}-{moment}", title=title, text=text[:LONGEST])


def _try(report: Report, way: Reached, *, at: datetime) -> bool:
    """Send one; what will never arrive, or did not for hours, is people's again."""
    try:
        if _is_flooded(way.target):
            raise Undelivered("it has had enough answers today", is_final=True)
        channels.sender(way.channel)(target=way.target, words=words_of(report, way.channel))
    except Undelivered as problem:
        if problem.is_final or (report.answered_at and at - report.answered_at > PATIENCE):
            _give_back(report, str(problem), at=at)
        return False
    same = Report.objects.filter(pk=report.pk, contact=report.contact)
    same.update(contact=hidden(report.contact))
    _count(way.target)
    return True


@transaction.atomic
def _give_back(report: Report, why: str, *, at: datetime) -> None:
    """Somebody has to look after it again, and is told why."""
    same = Report.objects.filter(pk=report.pk, state=Report.State.ANSWERED, answered_at=report.answered_at)
    if not same.update(state=Report.State.TAKEN, answered_at=None):
        return
    text = sentence("The answer did not arrive at %(contact)s: %(why)s", contact=hidden(report.contact), why=why)
    alerts.open_alert(kind=ALERT, subject=f"report:{report.public_id}", text=text, at=at)


def _key(target: str) -> str:
    return f"answers:{hashlib.sha256(target.lower().encode()).hexdigest()[:32]}"


def _is_flooded(target: str) -> bool:
    """Whether that address has had its share; with the cache away nobody is limited."""
    try:
        return int(cache.get(_key(target)) or 0) >= A_DAY
    except RedisError as error:
        log.warning("answers cannot be counted", error=repr(error))
        return False


def _count(target: str) -> None:
    try:
        count(_key(target), seconds=DAY_SECONDS)
    except RedisError as error:
        log.warning("answers cannot be counted", error=repr(error))
