"""Columns that are only read and name rows of other lists."""

from typing import Any

from unfold.fields import UnfoldAdminReadonlyField


class LinkedWhereOpen(UnfoldAdminReadonlyField):  # type: ignore[misc]  # unfold has no type hints
    """A column that is only read: it names another row, and leads there if its reader may open such rows."""

    def get_admin_url(self, remote_field: Any, remote_obj: Any) -> str:
        """The row's name, with or without the way to it."""
        reader, meta = getattr(self.form, "reader", None), remote_field.model._meta
        rights = (f"{meta.app_label}.{verb}_{meta.model_name}" for verb in ("view", "change"))
        if reader is not None and not any(map(reader.has_perm, rights)):
            return str(remote_obj)
        linked: str = super().get_admin_url(remote_field, remote_obj)
        return linked
