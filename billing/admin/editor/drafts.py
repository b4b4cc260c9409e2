"""A draft: the version that a form would publish, as far as it can be read; nothing of it is stored as a version."""

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from billing.admin.rules import RuleForm, RuleFormSet, VersionForm
from billing.models import TariffPlan, TariffRule, TariffVersion
from billing.tariffs.differences import Edition
from billing.tariffs.finding import numbered

# What a version says beside its rules and its moment.
TOLD = ("tax_name", "tax_percent", "tax_included", "idle_grace_seconds", "idle_from", "idle_cap")
# For so long a draft can be tried on sessions of the past.
KEPT_SECONDS = 2 * 60 * 60


class Read(NamedTuple):
    """What a form says of a version, and row by row what of it is not right yet and was left out."""

    edition: Edition
    errors: list[str]


def read(plan: TariffPlan, form: VersionForm, rules: RuleFormSet) -> Read:
    """The version of these bound forms."""
    form.is_valid()
    rules.is_valid()
    told = {name: value for name, value in form.cleaned_data.items() if name in TOLD}
    since: datetime = form.cleaned_data.get("in_force_from") or timezone.now()
    version = TariffVersion(plan=plan, number=0, in_force_from=since, **told)
    return Read(Edition(version, numbered(list(rows(rules)))), [*errors_of(form), *errors_in(rules)])


def rows(rules: RuleFormSet) -> Iterator[TariffRule]:
    """The rules that are right."""
    for form in written(rules):
        if not form.errors:
            yield form.instance


def written(rules: RuleFormSet) -> Iterator[RuleForm]:
    """The rows in which something stands and that are not left out."""
    for form in rules.forms:
        if (form.errors or form.cleaned_data) and not form.cleaned_data.get("DELETE"):
            yield form


def errors_of(form: VersionForm) -> Iterator[str]:
    """What is wrong beside the rules; the reason is asked for by publishing alone."""
    for name, texts in form.errors.items():
        if name != "reason":
            label = form.fields[name].label if name in (*TOLD, "in_force_from") else ""
            yield from (said(label, text) for text in texts)


def errors_in(rules: RuleFormSet) -> Iterator[str]:
    """What is wrong with the rules, each with its row's number on the page."""
    yield from (str(text) for text in rules.non_form_errors())
    wrong = {id(form) for form in written(rules) if form.errors}
    for number, form in enumerate(rules.forms, 1):
        if id(form) in wrong:
            for name, texts in form.errors.items():
                label = form.fields[name].label if name in form.fields else ""
                yield from (_("Rule %(number)d") % {"number": number} + ", " + said(label, text) for text in texts)


def said(label: Any, text: Any) -> str:
    """price: Enter a number."""
    return f"{label}: {text}" if label else str(text)


def keep(edition: Edition, *, by: User) -> str:
    """Lay a draft aside for a while; the token by which that person finds it again."""
    token = secrets.token_urlsafe(18)
    cache.set(key_of(token, by), edition, KEPT_SECONDS)
    return token


def kept(token: str, *, by: User) -> Edition | None:
    """The draft that this person laid aside; None: it is too old, or somebody else's."""
    found: Edition | None = cache.get(key_of(token, by)) if token else None
    return found


def key_of(token: str, by: User) -> str:
    """Where it lies."""
    return f"tariff-draft:{by.public_id}:{token[:64]}"
