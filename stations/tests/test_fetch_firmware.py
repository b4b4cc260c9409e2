"""Stations fetch firmware over links that are hard to guess and end."""

import socket
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from stations.hosting.door import MOST_AT_ONCE
from stations.models import FirmwareJob
from stations.tests.hosts import Host, client_of, firmware_link, image, newest_firmware_job, upload_link, wait_until
from stations.tests.world import station

LARGE = bytes(range(256)) * 12_000  # 3 MB, twelve pieces


def test_it_gives_the_image_and_notes_the_visit(host: Host) -> None:
    link = firmware_link(station(), image(LARGE))
    with client_of(host) as client:
        answer = client.get(link)
    assert answer.status_code == 200
    assert answer.content == LARGE
    assert answer.headers["content-length"] == str(len(LARGE))
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''ac22")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert newest_firmware_job().fetched_at is not None


def test_it_tells_the_size_without_the_content(host: Host) -> None:
    link = firmware_link(station(), image(LARGE))
    with client_of(host) as client:
        answer = client.head(link)
    assert answer.status_code == 200
    assert answer.headers["content-length"] == str(len(LARGE))
    assert answer.content == b""


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=2999990-", slice(2_999_990, None)),
        ("bytes=-7", slice(-7, None)),
        ("bytes=3071999-9999999", slice(3_071_999, None)),
    ],
)
def test_it_goes_on_where_a_station_left_off(host: Host, wanted: str, part: slice) -> None:
    link = firmware_link(station(), image(LARGE))
    with client_of(host) as client:
        answer = client.get(link, headers={"Range": wanted})
    assert answer.status_code == 206
    assert answer.content == LARGE[part]
    begin, end, _ = part.indices(len(LARGE))
    assert answer.headers["content-range"] == f"bytes {begin}-{end - 1}/{len(LARGE)}"


@pytest.mark.parametrize("wanted", ["bytes=-", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b"])
def test_it_gives_the_whole_where_it_cannot_read_what_part_is_wanted(host: Host, wanted: str) -> None:
    link = firmware_link(station(), image(b"whole"))
    with client_of(host) as client:
        answer = client.get(link, headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (200, b"whole")


def test_it_refuses_a_part_that_is_not_there(host: Host) -> None:
    link = firmware_link(station(), image(b"whole"))
    with client_of(host) as client:
        answer = client.get(link, headers={"Range": "bytes=5-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == "bytes */5"


def test_it_does_not_tell_a_link_that_ended_from_one_that_never_was(host: Host) -> None:
    made = station()
    ended = firmware_link(made, image(), at=timezone.now() - timedelta(hours=25))
    replaced = firmware_link(made, image())
    FirmwareJob.objects.update(token_hash="")
    with client_of(host) as client:
        answers = [
            client.get(path)
            for path in (ended, replaced, f"/files/firmware/lnk{'0' * 48}/ac22.bin", upload_link(made) + "ac22.bin")
        ]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 405]
    assert len({answer.text for answer in answers[:3]}) == 1


def test_it_waits_for_the_time_from_which_the_image_is_fetched(host: Host, settings: Any) -> None:
    settings.FILE_LINK_HOURS = 1
    now = timezone.now()
    link = firmware_link(station(), image(b"later"), at=now - timedelta(hours=3), retrieve_at=now)
    with client_of(host) as client:
        assert client.get(link).content == b"later"


@pytest.mark.parametrize(
    "path",
    [
        "/files/",
        "/files/firmware",
        "/files/firmware/",
        "/files/firmware//etc/passwd",
        "/files/firmware/../../../../etc/passwd",
        "/files/firmware/..%2F..%2Fetc%2Fpasswd/x",
        "/files/firmware/%00/x",
        "/files/secrets/x/y",
        "/files/firmware/" + "a" * 3000,
        "/files/saved/forged:token/x",
        "/files/firmware/%FF%FE/x",
    ],
    ids=["root", "bare", "empty", "rooted", "up", "encoded", "nul", "folder", "long", "forged", "bytes"],
)
def test_it_knows_no_way_around_a_link(host: Host, path: str) -> None:
    image()
    with client_of(host) as client:
        request = client.build_request("GET", "/")
        request.extensions["target"] = path.encode()  # as it is, no client tidies it up
        assert client.send(request).status_code == 404


def test_it_lets_everything_else_pass(host: Host) -> None:
    with client_of(host) as client:
        assert client.get("/admin/").status_code == 418
        assert client.get("/filesystem").status_code == 418


def test_it_gives_up_who_does_not_listen_and_has_room_for_others(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stations.hosting.door.MOST_AT_ONCE", 1)
    monkeypatch.setattr("stations.hosting.serving.QUIET_SECONDS", 3.0)
    link, address = firmware_link(station(), image(LARGE * 20)), urlsplit(host.url)
    with socket.create_connection((address.hostname, address.port)) as deaf, client_of(host) as client:
        deaf.sendall(f"GET {link} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert deaf.recv(10) == b"HTTP/1.1 2"
        answer = client.head(link)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        wait_until(lambda: client.head(link).status_code == 200)


def test_it_finds_room_again_after_many_visits(host: Host) -> None:
    link = firmware_link(station(), image())
    with client_of(host) as client:
        assert {client.get(link).status_code for _ in range(MOST_AT_ONCE + 1)} == {200}
