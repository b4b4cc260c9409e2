"""Reports go out by mail once: to who chose them and the addresses of REPORT_EMAILS, each in their own language."""

import smtplib
from collections import defaultdict
from datetime import datetime, timedelta
from email.utils import parseaddr

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.duty import OF_THE_HOUSE
from accounts.words.mail import connection_to
from drivepower.core.alone import alone
from drivepower.core.exports import XLSX_TYPE
from drivepower.portal.models import MonthlyReport
from drivepower.portal.monthly import told
from drivepower.portal.monthly.pdf import pdf_of
from drivepower.portal.monthly.xlsx import xlsx_of

# A report that could not be sent for so long is no news any more.
NEWS = timedelta(days=20)
RIGHT = "portal.view_monthlyreport"

log = structlog.stdlib.get_logger(__name__)


def send_due(*, at: datetime) -> int:
    """Send what was not sent yet; how many mails went out. Without a mail server or addresses nothing does."""
    if not settings.EMAIL_URL:
        return 0
    due = list(MonthlyReport.objects.filter(sent_at=None, made_at__gt=at - NEWS).order_by("month"))
    readers = addresses() if due else []
    return sum(send(key=report.pk, readers=readers, at=at) for report in due) if readers else 0


def addresses() -> list[str]:
    """Who reports go to, each once: the house's addresses, then its people who chose them and may open them."""
    named = {address.lower() for address in settings.REPORT_EMAILS}
    chose = User.objects.filter(duty_choice__monthly_reports=True, **OF_THE_HOUSE).exclude(email=None).order_by("pk")
    people = [one.email for one in chose if one.email and one.has_perm(RIGHT) and one.email.lower() not in named]
    return [*settings.REPORT_EMAILS, *people]


def send(*, key: int, readers: list[str], at: datetime) -> int:
    """Send a report to those who have not got it; how many mails went out. Whoever finds somebody at it passes by.

    No row is held while a mail server takes its time; each mail is noted when it is gone.
    """
    with alone(f"monthly report {key}") as is_ours:
        report = MonthlyReport.objects.filter(pk=key, sent_at=None).first() if is_ours else None
        if report is None:
            return 0
        sent = 0
        waiting = [address for address in readers if address not in report.sent_to]
        for language, theirs in by_language(waiting).items():
            if mail(report, language, theirs):
                report.sent_to += theirs
                MonthlyReport.objects.filter(pk=key).update(sent_to=report.sent_to)
                sent += 1
        if set(readers) <= set(report.sent_to):
            MonthlyReport.objects.filter(pk=key, sent_at=None).update(sent_at=at)
        return sent


def by_language(addresses: list[str]) -> dict[str, list[str]]:
    """The addresses by the language of whose they are; the portal's own where nobody knows."""
    emails = [address.lower() for address in addresses]
    known = dict(User.objects.filter(email__in=emails).values_list("email", "language"))
    groups: dict[str, list[str]] = defaultdict(list)
    for address in addresses:
        language = known.get(address.lower(), settings.LANGUAGE_CODE)
        groups[language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE].append(address)
    return groups


def mail(report: MonthlyReport, language: str, readers: list[str]) -> bool:
    """Hand a mail with both files to the server; False where it would not. Its Message-ID is the same at every try."""
    with translation.override(language):
        domain = parseaddr(settings.EMAIL_FROM)[1].rpartition("@")[2] or "localhost"
        headers = {"Message-ID": f"<report-{report.month:%Y-%m}-{language}@{domain}>"}
        total = report.figures["total"]
        said = _("Uptime %(uptime)s; %(success)s of first tries worked. Everything else is in the files.")
        text = said % {"uptime": told.uptime(total), "success": told.success(total)}
        letter = EmailMessage(told.title(report), f"{text}\n", settings.EMAIL_FROM, readers, headers=headers)
        letter.attach(f"{name_of(report)}.pdf", pdf_of(report), "application/pdf")
        letter.attach(f"{name_of(report)}.xlsx", xlsx_of(report), XLSX_TYPE)
    server = connection_to(settings.EMAIL_URL)
    letter.connection = server
    try:
        letter.send()
    except (smtplib.SMTPException, OSError) as error:
        log.warning("monthly report not sent", month=str(report), error=type(error).__name__)
        return False
    finally:
        server.close()
    return True


def name_of(report: MonthlyReport) -> str:
    """What its files are called."""
    return f"report-{report.month:%Y-%m}"
