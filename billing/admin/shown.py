"""What a day or a month came to, as tables of words: accounts by name, kinds by name, amounts with their currency."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing.admin.columns import written
from billing.closing import words
from billing.models import ClosedMonth, DayClose, Receipt
from billing.wording import tax_name

Table = dict[str, Any]


def tables_of(closed: ClosedMonth) -> Iterator[Table]:
    """Of each currency the accounts, then the taxes."""
    for currency, said in closed.totals["currencies"].items():
        yield accounts(said, currency)
        yield taxes(said["taxes"], currency)


def day_of(close: DayClose) -> Table:
    """How the accounts moved on a day."""
    rows = [
        row
        for account, kinds in sorted(close.totals["accounts"].items())
        for row in moves(account, kinds, close.currency, with_name=True)
    ]
    return {"heads": [_("Account"), _("Kind"), _("Change")], "rows": rows}


def accounts(said: Mapping[str, Any], currency: str) -> Table:
    """Opening, each kind of movement, closing."""
    rows: list[Any] = []
    for account, end in sorted(said["closing"].items()):
        begin = said["opening"].get(account, "0")
        rows.append({"cells": [words.account(account), _("opening balance"), written(Decimal(begin), currency)]})
        rows += moves(account, said["accounts"].get(account, {}), currency)
        rows.append({"cells": ["", _("closing balance"), written(Decimal(end), currency)], "is_sum": True})
    return {"heads": [_("Account"), _("Kind"), _("Amount")], "rows": rows}


def moves(account: str, kinds: Mapping[str, str], currency: str, *, with_name: bool = False) -> list[dict[str, Any]]:
    """A line for each kind; the first one names the account where it is wanted."""
    return [
        {
            "cells": [
                words.account(account) if with_name and not place else "",
                words.kind(kind),
                written(Decimal(change), currency),
            ]
        }
        for place, (kind, change) in enumerate(sorted(kinds.items()))
    ]


def taxes(said: list[dict[str, str]], currency: str) -> Table:
    """What the receipts said under each tax."""
    labels = dict(Receipt.Kind.choices)
    rows = [
        {
            "cells": [
                f"{tax_name(one['name']) or '–'} {Decimal(one['percent']).normalize():f} %",
                str(labels.get(one["kind"], one["kind"])),
                " / ".join(written(Decimal(one[name]), currency) for name in ("net", "tax", "gross")),
            ]
        }
        for one in said
    ]
    return {"heads": [_("Tax"), _("Kind"), _("Net / tax / total")], "rows": rows}
