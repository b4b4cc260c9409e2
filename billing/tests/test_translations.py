"""Every word of receipts and statements has its Russian."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

BILLING = Path(__file__).parent.parent
MODULES = [
    "wording.py",
    "paper.py",
    "receipts/why.py",
    "receipts/pdf.py",
    "statements/pdf.py",
    "models/receipts.py",
    "admin/receipts.py",
    "admin/statements.py",
    "admin/papers.py",
    "tariffs/versions.py",
    "tariffs/defaults.py",
]
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop"}


def words_of(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse((BILLING / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            (text,) = node.args
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield text.value
            else:
                assert module == "wording.py", f"{module}: not a plain text"  # a tax is called as its operator calls it


@pytest.mark.parametrize("module", MODULES)
def test_it_speaks_russian(module: str) -> None:
    russian = gettext.translation("django", settings.LOCALE_PATHS[0], ["ru"])
    found = {text: russian.gettext(text) for text in words_of(module)}
    assert [text for text, said in found.items() if text == said] == []
    named = re.compile(r"%\(\w+\)s")
    assert [text for text, said in found.items() if sorted(named.findall(text)) != sorted(named.findall(said))] == []
