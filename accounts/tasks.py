"""What Celery does for people: telling drivers, sending what waits, forgetting what is past and who has left."""

from celery import shared_task

from accounts import leaving, past
from accounts.duty import sending as duty
from accounts.notifying import forgetting, sending, telling
from drivepower.core.sweeps import run


@shared_task(name="accounts.tell_drivers")
def tell_drivers() -> None:
    """Tell drivers what happened to their charges and money."""
    run("accounts.tell_drivers", told=telling.tell_drivers)


@shared_task(name="accounts.send_messages")
def send_messages() -> None:
    """Send notifications and codes that wait."""
    run("accounts.send_messages", sent=sending.send_messages)


@shared_task(name="accounts.send_notices")
def send_notices() -> None:
    """Send what people on duty are to be told."""
    run("accounts.send_notices", sent=duty.send_notices)


@shared_task(name="accounts.forget_words")
def forget_words() -> None:
    """Forget codes, notifications and sandbox messages of long ago."""
    run(
        "accounts.forget_words",
        codes=forgetting.forget_codes,
        notifications=forgetting.forget_notifications,
        sandbox=forgetting.forget_sandbox,
        notices=duty.forget_notices,
    )


@shared_task(name="accounts.forget_logins")
def forget_logins() -> None:
    """Forget logins, signatures and wrong passwords that count for nothing any more."""
    run(
        "accounts.forget_logins",
        logins=past.forget_logins,
        signatures=past.forget_signatures,
        tries=past.forget_tries,
    )


@shared_task(name="accounts.let_go")
def let_go() -> None:
    """Forget who drivers were that have left."""
    run("accounts.let_go", gone=leaving.let_go)
