"""Every text that code and templates hand to gettext, found without running any of it."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils.translation.template import templatize

# The calls whose first text (behind a context, where there is one) is translated.
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
CALLS |= {"sentence"}  # of core.sentences: what alerts say
WITH_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
TEXT = r"""[uU]?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
IN_TEMPLATES = re.compile(rf"(?:\b(n?p?gettext)|\b_)\(\s*{TEXT}(?:\s*,\s*{TEXT})?")
# In front of a text that has plural forms.
PLURAL = "\x00"
WITHOUT_WORDS = ("tests", "migrations", "simulator", "bench", "demo")


def words(folder: Path, *, without: Sequence[str] = ()) -> dict[str, str]:
    """The texts below a folder, by where they stand; a context stands before its text, as in catalogues."""
    left_out = {*WITHOUT_WORDS, *without}
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if set(path.relative_to(folder).parts) & left_out or not path.is_file():
            continue
        if path.suffix == ".py":
            found |= dict.fromkeys(of_code(path.read_text(encoding="utf-8")), str(path.name))
        elif path.suffix in (".html", ".txt", ".svg") and "templates" in path.parts:
            found |= dict.fromkeys(of_template(path.read_text(encoding="utf-8")), str(path.name))
    return found


def of_code(source: str) -> Iterator[str]:
    """The texts of a module; what is put together while it runs is none."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and (name := called(node.func)) in CALLS | WITH_CONTEXT:
            texts = [text for text in map(constant, node.args) if text is not None]
            if name in WITH_CONTEXT and len(texts) > 1:
                yield f"{texts[0]}\x04{texts[1]}"
            elif name not in WITH_CONTEXT and texts:
                yield f"{PLURAL if name.startswith('ngettext') else ''}{texts[0]}"


def called(function: ast.expr) -> str:
    """What a call calls it."""
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def constant(node: ast.expr) -> str | None:
    """A text that is written out there."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def of_template(source: str) -> Iterator[str]:
    """The texts of a template, as Django's own extraction sees them."""
    for found in IN_TEMPLATES.finditer(templatize(source)):
        call, first = found[1] or "", ast.literal_eval(found[2])
        if "p" in call and found[3]:
            yield f"{first}\x04{ast.literal_eval(found[3])}"
        else:
            yield f"{PLURAL if call.startswith('n') else ''}{first}"
