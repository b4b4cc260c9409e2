"""Reports go out by mail once: to the addresses of REPORT_EMAILS, each reader in their own language."""

import smtplib
from collections import defaultdict
from datetime import datetime, timedelta
from email.utils import parseaddr

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.words.mail import connection_to
from drivepower.core.exports import XLSX_TYPE
from drivepower.portal.models import MonthlyReport
from drivepower.portal.monthly import told
from drivepower.portal.monthly.pdf import pdf_of
from drivepower.portal.monthly.xlsx import xlsx_of

# A report that could not be sent for so long is no news any more.
NEWS = timedelta(days=20)

log = structlog.stdlib.get_logger(__name__)


def send_due(*, at: datetime) -> int:
    """Send what was not sent yet; how many mails went out. Without a mail server or addresses nothing does."""
    if not settings.EMAIL_URL or not settings.REPORT_EMAILS:
        return 0
    due = MonthlyReport.objects.filter(sent_at=None, made_at__gt=at - NEWS).order_by("month")
    return sum(send(key=key, at=at) for key in due.values_list("pk", flat=True))


@transaction.atomic
def send(*, key: int, at: datetime) -> int:
    """Send a report to those who have not got it; how many mails went out. Whoever finds it locked passes by."""
    report = MonthlyReport.objects.select_for_update(skip_locked=True).filter(pk=key, sent_at=None).first()
    if report is None:
        return 0
    sent = 0
    waiting = [address for address in settings.REPORT_EMAILS if address not in report.sent_to]
    for language, readers in by_language(waiting).items():
        if mail(report, language, readers):
            report.sent_to += readers
            sent += 1
    is_done = set(settings.REPORT_EMAILS) <= set(report.sent_to)
    MonthlyReport.objects.filter(pk=key).update(sent_to=report.sent_to, sent_at=at if is_done else None)
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
