"""Answers with an ETag: 304 for whoever has them, anew once they differ."""

from typing import Any

import pytest
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from drivepower.core.conditional import conditional
from drivepower.core.refusals import Refusal


class Catalogue(APIView):
    """What is on the shelf."""

    authentication_classes, permission_classes, throttle_classes = (), (), ()
    shelf: Any = {"price": "15.00"}

    @conditional
    def get(self, request: Request) -> Response:
        if self.shelf is None:
            raise Refusal("station_not_found", "There is no such station.")
        return Response(self.shelf, headers={"X-Kept": "yes"})


def ask(known: str = "", shelf: Any = Catalogue.shelf) -> HttpResponse:
    headers = {"If-None-Match": known} if known else {}
    response = Catalogue.as_view(shelf=shelf)(APIRequestFactory().get("/", headers=headers))
    response.render()
    return response


def test_it_sends_it_once() -> None:
    first = ask()
    again = ask(first["ETag"])
    assert (first.status_code, first.content) == (200, b'{"price":"15.00"}')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    for answer in (first, again):
        assert set(answer["Cache-Control"].split(", ")) == {"private", "no-cache"}
        assert {"Authorization", "Accept-Language"} <= set(answer["Vary"].split(", "))


@pytest.mark.parametrize("known", ["{etag}", 'W/"other", {etag}', "*"])
def test_it_knows_what_one_has(known: str) -> None:
    assert ask(known.replace("{etag}", ask()["ETag"])).status_code == 304


def test_a_strong_one_of_a_proxy_is_the_same() -> None:
    assert ask(ask()["ETag"].removeprefix("W/")).status_code == 304


@pytest.mark.parametrize("known", ['"x"', "x", ",,,", "W/", "\\"])
def test_it_sends_what_one_does_not_have(known: str) -> None:
    assert ask(known).status_code == 200


def test_what_has_changed_is_sent() -> None:
    answer = ask(ask()["ETag"], shelf={"price": "16.00"})
    assert (answer.status_code, answer.content) == (200, b'{"price":"16.00"}')


def test_a_refusal_has_none() -> None:
    answer = ask("*", shelf=None)
    assert (answer.status_code, "ETag" in answer) == (404, False)
