"""The portal's own addresses under /admin/, beside those of its lists; each answers staff alone."""

from django.contrib import admin
from django.urls import URLPattern, path

from charging.admin import dry_run
from drivepower.portal import badges, language
from drivepower.portal.driver import pages as driver
from drivepower.portal.explain import pages as explain
from drivepower.portal.moving import pages as moving
from drivepower.portal.reporting import pages as reporting
from drivepower.portal.search import pages as search
from drivepower.portal.upkeep import pages as upkeep
from drivepower.portal.views import doors as views


def patterns() -> list[URLPattern]:
    """All of them, behind the login of the portal."""
    guard = admin.site.admin_view
    return [
        path("find/", guard(search.show), name="portal_search"),
        path("find.json", guard(search.answer), name="portal_search_json"),
        path("badges.json", guard(badges.show), name="portal_badges"),
        path("language/", guard(language.choose), name="portal_language"),
        path("views/", guard(views.change), name="portal_views"),
        *driver.urls(),
        *explain.urls(),
        *moving.urls(),
        *reporting.urls(),
        *upkeep.urls(),
        *dry_run.urls(),
    ]
