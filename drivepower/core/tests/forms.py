"""Reading a form out of a page, for tests that use the portal as a browser does."""

import re
from html import unescape
from typing import Any


def fields_of(page: str) -> dict[str, Any]:
    """What a browser would send back from a form that nobody touched."""
    sent: dict[str, Any] = {}
    page = re.sub(r"<template>.*?</template>", "", page, flags=re.DOTALL)
    for tag in re.findall(r"<input\b[^>]*>", page):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        ticks = attributes.get("type") in ("checkbox", "radio")
        # Not among the classes, some of which are called so.
        if ticks and not re.search(r"\bchecked\b", re.sub(r'"[^"]*"', "", tag)):
            continue
        if "name" in attributes and attributes.get("type") not in ("submit", "button"):
            sent[attributes["name"]] = unescape(attributes.get("value", "on" if ticks else ""))
    for name, text in re.findall(r'<textarea\b[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL):
        sent[name] = unescape(text)
    for name, options in re.findall(r'<select\b[^>]*name="([\w-]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)"[^>]*\bselected\b', options)
        sent[name] = chosen if re.search(rf'name="{name}"[^>]*multiple', page) else (chosen or [""])[0]
    return sent
