"""People fill in texts, numbers and rows: no form of the portal is to be written in JSON."""

import pytest
from django import forms
from django.contrib import admin
from django.test import RequestFactory

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_no_form_has_such_a_field() -> None:
    request = RequestFactory().get("/")
    request.user = User.objects.create_superuser(email="root@example.com", password="x")
    found = set()
    for model, pages in admin.site._registry.items():
        if pages.has_add_permission(request) or pages.has_change_permission(request):
            inlines = [one.get_formset(request).form for one in pages.get_inline_instances(request)]
            for form in (pages.get_form(request, change=True), *inlines):
                names = [name for name, one in form.base_fields.items() if isinstance(one, forms.JSONField)]
                found |= {f"{model._meta.label}.{name}" for name in names}
    assert found == set()
