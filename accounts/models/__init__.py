"""Who: people, companies, memberships, the tags by which stations know them, how they come in and are told."""

from accounts.models.duty import DutyChoice, DutyNotice, DutyShift, Way
from accounts.models.logins import ApiClient, ForeignIdentity, Login, OneTimeCode, SignedRequest
from accounts.models.notes import Note
from accounts.models.notifications import (
    Channel,
    Message,
    Notification,
    NotificationChoice,
    PushSubscription,
    SandboxMessage,
)
from accounts.models.people import E164, Company, Membership, User, UserManager
from accounts.models.tags import IdTag, IdTagQuerySet

__all__ = [
    "E164",
    "ApiClient",
    "Channel",
    "Company",
    "DutyChoice",
    "DutyNotice",
    "DutyShift",
    "ForeignIdentity",
    "IdTag",
    "IdTagQuerySet",
    "Login",
    "Membership",
    "Message",
    "Note",
    "Notification",
    "NotificationChoice",
    "OneTimeCode",
    "PushSubscription",
    "SandboxMessage",
    "SignedRequest",
    "User",
    "UserManager",
    "Way",
]
