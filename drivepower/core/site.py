"""The site of the portal: the theme's, which counts every model and every right only where somebody looks at them."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import sites
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from unfold.apps import BasicAppConfig
from unfold.sites import UnfoldAdminSite


class HouseSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold has no type hints
    """Every page asks for the list of all apps, and none of ours shows it: a third of a page's work."""

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """The apps with their models, made when they are first read."""
        return SimpleLazyObject(lambda: super(HouseSite, self).get_app_list(request, app_label))


class SiteConfig(BasicAppConfig):  # type: ignore[misc]
    """The theme, with our site."""

    def ready(self) -> None:
        """Before any page registers itself; the theme has no other place to name another kind of column."""
        from unfold import forms

        from drivepower.core.linking import LinkedWhereOpen

        forms.UnfoldAdminReadonlyField = LinkedWhereOpen
        admin.site = sites.site = HouseSite()
