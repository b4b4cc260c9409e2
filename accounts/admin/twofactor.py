"""Who on the staff has a second factor; an owner takes it away from somebody who has lost theirs."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.twofactor import devices, pages
from accounts.twofactor.login import CodeLoginForm
from drivepower.core.admin import RecordAdmin

# The library's own pages show the secrets.
admin.site.unregister([TOTPDevice, StaticDevice])
admin.site.login_form = CodeLoginForm
admin.site.login_template = "accounts/login.html"


@admin.register(TOTPDevice)
class SecondFactorAdmin(RecordAdmin):
    """Registered apps, without their secrets."""

    is_big = False
    list_display = ["user", "confirmed", "created_at", "last_used_at"]
    list_filter = ["confirmed"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]
    fields = ["user", "confirmed", "created_at", "last_used_at"]
    readonly_fields = fields
    actions = ["reset"]
    empty_hint = _("Nobody has a second factor yet: everybody registers their own, from the menu under their name.")

    def get_urls(self) -> list[URLPattern]:
        """With the page of one's own."""
        mine = path("mine/", self.admin_site.admin_view(pages.show), name="twofactor")
        return [mine, *super().get_urls()]

    def has_reset_permission(self, request: HttpRequest) -> bool:
        """Owners."""
        return request.user.has_perm("otp_totp.delete_totpdevice")

    @admin.action(
        description=_("Reset: they come in by password alone until they register anew"), permissions=["reset"]
    )
    def reset(self, request: HttpRequest, queryset: "QuerySet[TOTPDevice]") -> None:
        """Take the second factor from the chosen people."""
        for device in queryset.select_related("user"):
            if devices.remove(device.user):
                self.log_change(request, device.user, "Reset their second factor.")
        messages.success(request, _("They come in by password alone until they register anew."))
