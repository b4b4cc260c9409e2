"""Labels on lists: a filter by them, and a page that puts one on many rows or takes it off."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import UnfoldAdminTextInputWidget

from drivepower.core.admin import QuickListAdmin
from drivepower.core.errors import in_their_language
from drivepower.core.refusals import Refusal
from stations import labels
from stations.admin.rows import handed_on, rows_of

PAGE = "stations/admin/labels.html"


class LabelFilter(admin.SimpleListFilter):
    """Rows that carry a label."""

    title = _("label")
    parameter_name = "label"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every label that is in use on such rows."""
        return [(label, label) for label in labels.known(model_admin.model)]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Those that carry it."""
        return queryset.filter(labels__contains=[self.value()]) if self.value() else queryset


class LabelForm(forms.Form):
    """One label."""

    label = forms.CharField(
        label=_("Label"), max_length=labels.LONGEST, widget=UnfoldAdminTextInputWidget(attrs={"list": "labels-known"})
    )

    def clean_label(self) -> str:
        """As it is kept."""
        try:
            return labels.spelled(self.cleaned_data["label"])
        except Refusal as refusal:
            raise forms.ValidationError(in_their_language(refusal.message)) from refusal


class Labelling(QuickListAdmin):
    """A list whose rows carry labels; it comes before the other bases of its page."""

    actions: Sequence[Any] = ["label_rows"]

    def get_urls(self) -> list[URLPattern]:
        """With the page of labels, guarded like the others."""
        view = self.admin_site.admin_view(self.guarded(self.labels_view, is_list=False))
        return [path("labels/", view, name=f"{self.opts.app_label}_{self.opts.model_name}_labels"), *super().get_urls()]

    @admin.action(description=_("Add or remove a label"), permissions=["change"])
    def label_rows(self, request: HttpRequest, queryset: "QuerySet[Any]") -> HttpResponse:
        """Go to the page that asks which."""
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_labels")
        return HttpResponseRedirect(f"{address}?{handed_on(request, queryset)}")

    def labels_view(self, request: HttpRequest) -> HttpResponse:
        """Put one label on all of these rows, or take it off."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        try:
            rows = rows_of(request, self, over=request.GET.get("over", ""), value=request.GET.get("value", ""))
        except Refusal as refusal:
            self.message_user(request, in_their_language(refusal.message), messages.ERROR)
            return HttpResponseRedirect(back)
        form = LabelForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            self.put(request, rows, form.cleaned_data["label"])
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Labels of many"),
            "opts": self.opts,
            "form": form,
            "known": labels.known(),
            "count": rows.count(),
            "some": [str(row) for row in rows.order_by("code")[:10]],
            "back": back,
        }
        return render(request, PAGE, context)

    def put(self, request: HttpRequest, rows: "QuerySet[Any]", label: str) -> None:
        """Change them, and say how many that were."""
        verb = labels.remove if "remove" in request.POST else labels.add
        count = verb(rows, label)
        text = ngettext("%(count)d row was changed.", "%(count)d rows were changed.", count) % {"count": count}
        self.message_user(request, text, messages.SUCCESS)
