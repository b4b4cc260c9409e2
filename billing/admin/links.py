"""Ways from money to what it was for: the pages of higher rooms, by name."""

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

# What a subject begins with, and the page of such a thing by its key.
PAGES = {"session": "charging_session", "reservation": "charging_reservation"}


def page_of(subject: str) -> str:
    """The address of what money was for, e.g. of `session:41`; "": it has no page."""
    kind, _colon, key = subject.partition(":")
    if kind not in PAGES or not key.isdecimal():
        return ""
    try:
        return reverse(f"admin:{PAGES[kind]}_change", args=[int(key)])
    except NoReverseMatch:
        return ""


def anchor(address: str, text: str) -> SafeString:
    """A link within the portal, or the text where there is no page."""
    link = '<a class="text-primary-600 dark:text-primary-500 underline" href="{}">{}</a>'
    return format_html(link, address, text) if address else format_html("{}", text)
