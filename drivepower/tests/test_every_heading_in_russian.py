"""A Russian reader finds no English heading in the portal: columns, labels, filters, groups of fields, choices."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.admin.filters import SimpleListFilter
from django.contrib.admin.utils import flatten_fieldsets, get_fields_from_path, label_for_field
from django.db.models import Model
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import translation

from drivepower.portal.tests.making import superuser

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
# What is the same in both languages: names of things that nobody translates, and the reader's own name.
PLUGS = {"CCS2", "CHAdeMO", "GB/T AC", "GB/T DC", "Type 2"}
SAME = {"ID", "QR", "SHA-256", "SMS", "Root", *PLUGS}


def request_of_an_owner() -> HttpRequest:
    """A request that may see every list and form."""
    request = RequestFactory().get("/")
    request.user = superuser()
    return request


def headings(model: type[Model], request: HttpRequest) -> dict[str, str]:
    """Each heading of the model's pages by where it stands, in the language in force."""
    pages = admin.site._registry[model]
    found = {"name": str(model._meta.verbose_name), "names": str(model._meta.verbose_name_plural)}
    for name in pages.get_list_display(request):
        found[f"column {name}"] = label_of(name, model, pages)
    for place, text in of_filters(model, pages, request):
        found[f"filter {place}"] = text
    forms: list[Any] = [pages, *pages.get_inline_instances(request)]
    for form in forms:
        for place, text in of_form(form, request):
            found[f"{type(form).__name__} {place}"] = text
    return found


def label_of(name: Any, model: type[Model], pages: Any) -> str:
    """A column's heading; what it is named by where that is no text."""
    return str(label_for_field(name, model, pages))


def of_filters(model: type[Model], pages: Any, request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Each filter's title, and what it offers."""
    for one in pages.get_list_filter(request):
        if isinstance(one, str):
            yield one, str(get_fields_from_path(model, one)[-1].verbose_name)
            continue
        if isinstance(one, tuple):
            field = get_fields_from_path(model, one[0])[-1]
            made: Any = one[1](field, request, {}, model, pages, field_path=one[0])
        else:
            made = one(request, {}, model, pages)
        yield str(one), str(made.title)
        if isinstance(made, SimpleListFilter):
            yield from ((f"{one} {value}", str(text)) for value, text in made.lookup_choices)


def of_form(pages: Any, request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Each label of a form, and what stands above groups of them."""
    fieldsets = pages.get_fieldsets(request)
    yield from ((f"group {number}", str(title)) for number, (title, _options) in enumerate(fieldsets) if title)
    is_inline = not isinstance(pages, ModelAdmin)
    form = pages.get_formset(request).form if is_inline else pages.get_form(request, change=True)
    for name in flatten_fieldsets(fieldsets):
        if name in form.base_fields:
            yield name, str(form.base_fields[name].label)
        else:
            yield name, str(label_for_field(name, pages.model, pages, form=form))


def of_choices(model: type[Model]) -> dict[str, str]:
    """What the choices of the model's own columns are called."""
    return {
        f"{field.name} {value}": str(text)
        for field in model._meta.get_fields()
        for value, text in getattr(field, "flatchoices", ())
    }


def both(model: type[Model], request: HttpRequest) -> Iterator[tuple[str, str, str]]:
    """Each heading's place, its English, and its Russian."""
    with translation.override("en"):
        english = headings(model, request) | of_choices(model)
    with translation.override("ru"):
        russian = headings(model, request) | of_choices(model)
    return ((place, text, russian[place]) for place, text in english.items())


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_it_has_no_english_heading(model: type[Model]) -> None:
    found = both(model, request_of_an_owner())
    english = {place: text for place, text, russian in found if text == russian and any(map(str.isalpha, text))}
    assert {place: text for place, text in english.items() if text not in SAME} == {}
