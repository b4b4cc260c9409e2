"""The portal's own addresses under /admin/, beside those of its lists; each answers staff alone."""

from django.contrib import admin
from django.urls import URLPattern, path

from drivepower.portal import badges, language
from drivepower.portal.moving import pages as moving
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
        *moving.urls(),
        *upkeep.urls(),
    ]
