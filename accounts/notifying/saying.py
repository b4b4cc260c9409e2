"""The words of a message in its reader's language."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import codes
from accounts.models import Message, Notification, OneTimeCode
from accounts.notifying.wording import language_of, text_of, title_of
from accounts.words.saying import Words

CODES = {
    OneTimeCode.Purpose.LOGIN: gettext_noop("%(digits)s is your code to come in."),
    OneTimeCode.Purpose.RESET: gettext_noop("%(digits)s is your code for a new password."),
    OneTimeCode.Purpose.PROVE: gettext_noop("%(digits)s is the code that proves this address."),
}


def words_of(message: Message) -> Words:
    """What a message says."""
    if message.notification:
        return of_notification(message.notification)
    assert message.code is not None, "a message brings a notification or a code"  # noqa: S101  # a constraint's word
    return of_code(message.code)


def of_notification(told: Notification) -> Words:
    """A notification, with what an app needs to open the right page."""
    with translation.override(language_of(told.user.language)):
        title, text = title_of(told.kind), text_of(told.kind, told.facts)
    data = {"id": str(told.public_id), "kind": told.kind, "subject": told.subject, "at": told.made_at.isoformat()}
    return Words(key=told.public_id.hex, title=title, text=text, data=data)


def of_code(code: OneTimeCode) -> Words:
    """A one-time code, and that nobody else may have it."""
    with translation.override(language_of(code.language)):
        title = _("Your code for %(house)s") % {"house": settings.SELLER_NAME}
        digits = codes.digits_of(code)
        said = _(CODES[OneTimeCode.Purpose(code.purpose)]) % {"digits": digits}
        text = f"{said} {_('It is good for five minutes. Give it to nobody.')} {settings.SELLER_NAME}"
    return Words(key=f"code-{code.salt}", title=title, text=text, secret=digits)
