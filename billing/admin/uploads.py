"""Files of money: chosen, looked at line by line, stored by the same person's word. The file waits in the cache."""

import secrets
from collections.abc import Mapping
from typing import IO, Any

from django import forms
from django.contrib import admin, messages
from django.core.cache import cache
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from billing.admin.columns import currencies
from drivepower.core.admin import RecordAdmin
from drivepower.core.refusals import Refusal
from drivepower.core.sheets import MONEY, WrongFile

KEPT_SECONDS = 30 * 60
# So many lines are drawn; more are counted.
MOST_SHOWN = 300


class FileForm(forms.Form):
    """A file and its currency."""

    currency = forms.ChoiceField(label=_("Currency"), widget=UnfoldAdminSelectWidget)
    file = forms.FileField(label=_("File"), widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.xlsx"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = [(code, code) for code in currencies()]  # type: ignore[attr-defined]  # a choice field


class UploadAdmin(RecordAdmin):
    """Records that come from files; a subclass says with what form, what a file would bring, and stores it."""

    is_big = False
    upload_form: type[FileForm]
    upload_title: Any
    # What the page says of the file's columns, and what it draws of a look.
    upload_hint: Any
    preview_template: str

    def look_at(self, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the file would bring, for the template; `can_store` where that can be. May raise WrongFile."""
        raise NotImplementedError

    def take_in(self, said: Mapping[str, Any], request: HttpRequest) -> models.Model:
        """Store it; may raise Refusal."""
        raise NotImplementedError

    @admin.display(description=_("its SHA-256"), ordering="sha256")
    def fingerprint(self, record: Any) -> SafeString:
        """In groups, so that a phone can break it."""
        groups = ((record.sha256[place : place + 8],) for place in range(0, len(record.sha256), 8))
        return format_html_join("", "{}<wbr>", groups)

    def has_bring_permission(self, request: HttpRequest) -> bool:
        """Whoever may add such records."""
        return request.user.has_perm(f"{self.opts.app_label}.add_{self.opts.model_name}")

    @action(description=_("Import a file"), icon="upload_file", permissions=["bring"])  # type: ignore[untyped-decorator]  # unfold has no type hints
    def bring(self, request: HttpRequest) -> HttpResponse:
        """Ask for the file, show what it would bring, or store it."""
        if request.method == "POST" and "token" in request.POST:
            return self.store(request, request.POST["token"])
        form = self.upload_form(request.POST or None, request.FILES or None)
        if request.method != "POST" or not form.is_valid():
            return self.page(request, form=form)
        said = {**form.cleaned_data, "content": read(form.cleaned_data["file"])}
        said["file_name"] = said.pop("file").name or ""
        try:
            shown = self.look_at(said)
        except WrongFile as error:
            form.add_error("file", str(error))
            return self.page(request, form=form)
        token = secrets.token_urlsafe(24)
        cache.set(key_of(token, request), said, KEPT_SECONDS)
        return self.page(request, token=token, file_name=said["file_name"], **shown)

    def store(self, request: HttpRequest, token: str) -> HttpResponse:
        """What was looked at, once."""
        key = key_of(token, request)
        said = cache.get(key)
        if said is None or not cache.delete(key):
            messages.error(request, _("This was done already, or is too old. Choose the file again."))
            return HttpResponseRedirect(request.path)
        try:
            made = self.take_in(said, request)
        except (Refusal, WrongFile) as error:
            messages.error(request, gettext(str(getattr(error, "message", error))))
            return HttpResponseRedirect(request.path)
        self.log_addition(request, made, f"Imported from {said['file_name'][:100]}.")
        messages.success(request, _("The file is stored."))
        return HttpResponseRedirect(reverse(f"admin:billing_{self.opts.model_name}_change", args=[made.pk]))

    def page(self, request: HttpRequest, **shown: Any) -> HttpResponse:
        """The page, with the form or with the look."""
        context = {
            **self.admin_site.each_context(request),
            "title": self.upload_title,
            "opts": self.opts,
            "hint": self.upload_hint,
            "limits": {"rows": MONEY.rows, "megabytes": MONEY.megabytes},
            "preview_template": self.preview_template,
            "back": reverse(f"admin:billing_{self.opts.model_name}_changelist"),
            "again": request.path,
            **shown,
        }
        return TemplateResponse(request, "billing/admin/upload.html", context)


def read(file: IO[bytes]) -> bytes:
    """Its content, and a byte more than what is taken where it is too large."""
    return file.read(MONEY.bytes + 1)


def key_of(token: str, request: HttpRequest) -> str:
    """Where the file of that person waits."""
    return f"upload:{request.user.pk}:{token[:64]}"
