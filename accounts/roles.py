"""What roles and rights of staff are called: the ones that come with the house have names in every language."""

from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext, gettext_noop

NAMES = {
    "Finance": gettext_noop("Finance"),
    "Fleet manager": gettext_noop("Fleet manager"),
    "Operator": gettext_noop("Operator"),
    "Owner": gettext_noop("Owner"),
    "Site host": gettext_noop("Site host"),
    "Support": gettext_noop("Support"),
    "Technician": gettext_noop("Technician"),
}
VERBS = {
    "add": gettext_noop("Can add"),
    "change": gettext_noop("Can change"),
    "delete": gettext_noop("Can delete"),
    "view": gettext_noop("Can view"),
}


def name_of(role: Group) -> str:
    """A role in the language in force; one that people have made by the name that they gave it."""
    return gettext(NAMES[role.name]) if role.name in NAMES else role.name


def right_of(permission: Permission) -> str:
    """A right in the language in force: on what, and to do what."""
    verb = permission.codename.partition("_")[0]
    return f"{permission.content_type} | {gettext(VERBS[verb]) if verb in VERBS else permission.name}"


def name_roles() -> None:
    """Lists, forms and filters of the portal call roles and rights so."""
    Group.add_to_class("__str__", name_of)
    Permission.add_to_class("__str__", right_of)
