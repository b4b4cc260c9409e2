"""E-mail by the server that EMAIL_URL names."""

import smtplib
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from accounts.words.saying import Undelivered, Words

PATIENCE_SECONDS = 10
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
# The port on which a server is spoken to in the clear until it is asked for TLS, and the one for TLS from the start.
SUBMISSION, SECURE = 587, 465


def send(*, target: str, words: Words) -> None:
    """Hand a mail to the server once; its Message-ID is the same at every try. Raises Undelivered."""
    domain = parseaddr(settings.EMAIL_FROM)[1].rpartition("@")[2] or "localhost"
    headers = {"Message-ID": f"<{words.key}@{domain}>", "Auto-Submitted": "auto-generated"}
    mail = EmailMessage(words.title, f"{words.text}\n", settings.EMAIL_FROM, [target], headers=headers)
    server = connection_to(settings.EMAIL_URL)
    mail.connection = server
    try:
        try:
            mail.send()
        finally:
            server.close()  # a connection that came to nothing is left open by Django
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise Undelivered(f"the mailbox is refused: {codes[0]}", is_final=min(codes) >= 500) from error
    except smtplib.SMTPDataError as error:
        raise Undelivered(f"the mail is refused: {error.smtp_code}", is_final=error.smtp_code >= 500) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Undelivered(f"the mail server does not take it: {type(error).__name__}") from error


def connection_to(url: str) -> EmailBackend:
    """How the server of smtp://, smtp+tls:// or smtps:// is spoken to; at port 587 it must speak TLS."""
    parts = urlsplit(url)
    port = parts.port or PORTS[parts.scheme]
    is_secure = parts.scheme == "smtps" or port == SECURE
    return EmailBackend(
        host=parts.hostname or "localhost",
        port=port,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_ssl=is_secure,
        use_tls=not is_secure and (parts.scheme == "smtp+tls" or port == SUBMISSION),
        timeout=PATIENCE_SECONDS,
    )
