"""Whatever opens an alert opens one that has a title, its Russian, and a rule that people may change."""

import ast
import gettext
import importlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import reverse

from drivepower.core.alert_kinds import KINDS
from drivepower.core.models import Alert, AlertRule

APPS = ("drivepower", "accounts", "billing", "stations", "charging", "ocpp_consumer")
LEFT_OUT = ("tests", "migrations", "simulator", "demo")
# The migrations that make the rules.
MAKERS = ("0008_default_alert_rules", "0013_rules_of_later_kinds")
OPENERS = ("open_alert", "open_alerts")
NOON = datetime(2026, 3, 2, 6, tzinfo=UTC)
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Place(NamedTuple):
    """A module as it is written and as it runs, and the function that is looked at."""

    module: Any
    tree: ast.Module
    function: Function

    def values(self, node: ast.expr) -> set[str]:
        """The kinds that an expression may come to; of a name, whatever is put under it or handed to its function."""
        match node:
            case ast.Constant(str(kind)):
                return {kind}
            case ast.IfExp():
                return self.values(node.body) | self.values(node.orelse)
            case ast.Name():
                known = getattr(self.module, node.id, None)
                return (
                    strings(known)
                    if known is not None
                    else set().union(*map(self.values, self.bound(node.id))) or (self.handed(node.id))
                )
            case ast.Call(ast.Attribute(value=whole, attr="items")):
                return self.values(whole)
            case ast.Attribute(ast.Name("rule"), "kind"):  # a rule's form offers only kinds that have a title
                return set()
        raise AssertionError(f"{self.module.__name__}:{node.lineno}: which kinds are {ast.unparse(node)}?")

    def bound(self, name: str) -> Iterator[ast.expr]:
        """What the function itself puts under a name."""
        for node in ast.walk(self.function):
            if isinstance(node, ast.Assign) and any(is_named(one, name) for one in node.targets):
                yield node.value
            if isinstance(node, ast.For | ast.comprehension) and is_named(node.target, name):
                yield node.iter

    def handed(self, name: str) -> set[str]:
        """What others of its module hand to it under that name."""
        names = [one.arg for one in (*self.function.args.args, *self.function.args.kwonlyargs)]
        assert name in names, f"{self.module.__name__}: where does {name} come from?"
        place, found = names.index(name), set()
        for caller, call in calls(self.tree, (self.function.name,)):
            named = [one.value for one in call.keywords if one.arg == name]
            found |= Place(self.module, self.tree, caller).values((named or call.args[place:])[0])
        return found


def strings(known: Any) -> set[str]:
    """A kind, or several."""
    return {known} if isinstance(known, str) else {str(one) for one in known}


def is_named(target: ast.expr, name: str) -> bool:
    """Whether that is what a name, or the first of several, is bound to."""
    return name in {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}


def calls(tree: ast.Module, names: Iterable[str]) -> Iterator[tuple[Function, ast.Call]]:
    """Every call of a function of these names, and the function in which it stands."""
    for function in ast.walk(tree):
        if isinstance(function, Function):
            for node in ast.walk(function):
                called = getattr(node, "func", None)
                if isinstance(node, ast.Call) and getattr(called, "id", getattr(called, "attr", "")) in names:
                    yield function, node


def opened() -> dict[str, str]:
    """Every kind that any code of ours opens, and where."""
    found: dict[str, str] = {}
    for app in APPS:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if any(part in LEFT_OUT for part in path.parts) or not any(f"{name}(" in text for name in OPENERS):
                continue
            dotted = ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
            if dotted == "drivepower.core.alerts":
                continue
            tree, module = ast.parse(text), importlib.import_module(dotted)
            for function, call in calls(tree, OPENERS):
                [kind] = [one.value for one in call.keywords if one.arg == "kind"]
                found |= dict.fromkeys(Place(module, tree, function).values(kind), dotted)
    return found


def test_it_has_a_title() -> None:
    found = opened()
    assert len(found) > 40
    assert {kind: where for kind, where in found.items() if kind not in KINDS} == {}


def test_its_title_has_a_russian_text_and_is_no_other_ones() -> None:
    russian = gettext.translation("django", settings.LOCALE_PATHS[0], ["ru"])
    titles = [str(title) for title in KINDS.values()]
    assert [title for title in titles if russian.gettext(title) == title] == []
    assert len(set(titles)) == len(titles)


@pytest.mark.django_db
def test_a_rule_for_all_stations_stands_there() -> None:
    AlertRule.objects.all().delete()
    for name in MAKERS:
        importlib.import_module(f"drivepower.core.migrations.{name}").make(apps, None)
    ruled = set(AlertRule.objects.filter(labels=[], locations=[], vendors=[]).values_list("kind", flat=True))
    assert {kind: where for kind, where in opened().items() if kind not in ruled} == {}


@pytest.mark.parametrize(
    "kind",
    ["certificate_refused", "diagnostics_failed", "firmware_failed", "messages_failing", "no_price", "onboarding_stuck",
     "stop_not_kept", "stray_message", "unknown_tags"],
)  # fmt: skip
def test_a_person_closes_what_may_stand_for_ever_otherwise(admin_client: Client, kind: str) -> None:
    """Its cause is an event, or is seen going only where the same is done again."""
    importlib.import_module("drivepower.asgi")  # what the server knows, no task among it
    alert = Alert.objects.create(kind=kind, subject="station:BSK-01", opened_at=NOON, last_at=NOON)
    admin_client.post(reverse("admin:core_alert_changelist"), {"action": "resolve", "_selected_action": alert.pk})
    alert.refresh_from_db()
    assert (alert.resolved_at is not None, alert.acts.filter(what="resolved").count()) == (True, 1)


def test_it_says_which_call_it_does_not_understand() -> None:
    tree = ast.parse("def tell(kind):\n    open_alert(kind=kind.upper())\n")
    [(function, call)] = calls(tree, OPENERS)
    with pytest.raises(AssertionError, match="which kinds are"):
        Place(ast, tree, function).values(call.keywords[0].value)
