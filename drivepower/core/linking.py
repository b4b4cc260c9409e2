"""What pages show that is only read: names of rows of other lists, and times."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import DateTimeField
from unfold.fields import UnfoldAdminReadonlyField

from drivepower.core import zoned


class LinkedWhereOpen(UnfoldAdminReadonlyField):  # type: ignore[misc]  # unfold has no type hints
    """A column that is only read: it names another row, and leads there if its reader may open such rows; or a time."""

    def contents(self) -> Any:
        """Of a time on the page of a row itself with the clocks that it is by; in tables of rows below it as it is."""
        field, _attr, value = self.resolved_field or (None, "", None)
        if isinstance(field, DateTimeField) and value is not None and isinstance(self.model_admin, ModelAdmin):
            return zoned.on_its_page(self.form.instance, value, getattr(self.model_admin, "clocked_by", ""))
        return super().contents()

    def get_admin_url(self, remote_field: Any, remote_obj: Any) -> str:
        """The row's name, with or without the way to it."""
        reader, meta = getattr(self.form, "reader", None), remote_field.model._meta
        rights = (f"{meta.app_label}.{verb}_{meta.model_name}" for verb in ("view", "change"))
        if reader is not None and not any(map(reader.has_perm, rights)):
            return str(remote_obj)
        linked: str = super().get_admin_url(remote_field, remote_obj)
        return linked
