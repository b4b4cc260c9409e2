"""Lists of the books that are files of a third kind, too: on paper, with what they sum to."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils import timezone

from billing.closing.files import Printable, on_paper
from drivepower.core.admin_exports import Exported
from drivepower.core.exports import Columns


class Printed(Exported):
    """Mixin in place of Exported: the rows of the list's filter as CSV, as XLSX, and printed with their sums."""

    sheet: ClassVar[Printable]

    def writers(self) -> Mapping[str, Callable[..., HttpResponseBase]]:
        """With paper."""
        return {**super().writers(), "pdf": self.on_paper}

    def on_paper(self, rows: "QuerySet[Any]", _columns: Columns[Any], *, name: str) -> HttpResponseBase:
        """The oldest first; sums are of the bare rows, which no count of what belongs to them multiplies."""
        bare = self.model._default_manager.filter(pk__in=rows.order_by().values("pk"))
        title = str(self.sheet.title)
        return on_paper(self.sheet, rows, title=title, at=timezone.now(), name=name, rest=bare)
