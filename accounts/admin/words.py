"""What people were told and by which way, and what the sandbox would have sent."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import Message, Notification, NotificationChoice, PushSubscription, SandboxMessage
from accounts.notifying.kinds import KINDS
from accounts.notifying.wording import text_of, title_of
from drivepower.core.admin import RecordAdmin
from drivepower.core.filters import of_known


@admin.register(Notification)
class NotificationAdmin(RecordAdmin):
    """What drivers were told."""

    empty_hint = _("What drivers are told of their charges and money brings rows.")
    list_display = ["made_at", "user", "kind", "subject", "said", "read_at"]
    list_filter = [("kind", of_known(KINDS.keys)), ("read_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["subject", "user__email", "user__phone", "user__name"]

    @admin.display(description=_("what it says"))
    def said(self, told: Notification) -> str:
        """In the language of whoever reads this page."""
        return f"{title_of(told.kind)}. {text_of(told.kind, told.facts)}"


@admin.register(Message)
class MessageAdmin(RecordAdmin):
    """Whether it reached them."""

    empty_hint = _("Each mail, SMS or push that is sent brings a row.")
    list_display = ["made_at", "channel", "target", "what", "state", "attempts", "sent_at", "error"]
    list_filter = ["channel", "state"]
    list_select_related = ["notification", "code"]
    search_fields = ["target"]
    search_help_text = _("the address or number that it goes to")
    more_columns = ["next_at"]

    @admin.display(description=_("what"))
    def what(self, message: Message) -> str:
        """The notification's kind, or what a code is for."""
        if message.notification:
            return message.notification.kind
        return message.code.get_purpose_display() if message.code else "–"


@admin.register(SandboxMessage)
class SandboxMessageAdmin(RecordAdmin):
    """What would have been sent if a server for it were set."""

    empty_hint = _("What the sandbox sends instead of real mails and SMS is listed here.")
    list_display = ["at", "channel", "target", "title", "text"]
    list_filter = ["channel"]
    search_fields = ["target", "text"]


@admin.register(PushSubscription)
class PushSubscriptionAdmin(RecordAdmin):
    """Browsers that take push messages."""

    empty_hint = _("A driver's app that allows push messages brings a row.")
    list_display = ["made_at", "user", "__str__"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__phone", "user__name"]


@admin.register(NotificationChoice)
class NotificationChoiceAdmin(RecordAdmin):
    """What people want to be told, where they have said so."""

    empty_hint = _("A row comes when a driver chooses what to be told, and how.")
    list_display = ["user", "kind", "channel", "is_wanted"]
    list_filter = ["kind", "channel", "is_wanted"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__phone", "user__name"]
