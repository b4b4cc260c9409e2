"""Stations send files over links: kept as they come, bounded, and never in the way of anybody else."""

import hashlib
import socket
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.utils import timezone

from drivepower.core import admission
from drivepower.core.models import Alert
from stations.files.uploads import MOST_PER_JOB
from stations.models import DiagnosticsJob, Upload
from stations.tests.hosts import Host, client_of, firmware_link, image, kept, upload_link, wait_until
from stations.tests.world import station

# A commit that fails after everything in it went well.
REFUSE_AT_COMMIT = """
CREATE FUNCTION refuse_uploads() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room'; END $$;
CREATE CONSTRAINT TRIGGER refuse_uploads AFTER INSERT ON stations_upload DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION refuse_uploads();
"""
LARGE = uuid.uuid4().bytes * 200_000  # 3.2 MB
Kind = DiagnosticsJob.Kind


def content_of(upload: Upload) -> bytes:
    return Path(upload.file.path).read_bytes()


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_it_keeps_a_file_as_it_came(host: Host, method: str) -> None:
    link = upload_link(station())
    with client_of(host) as client:
        answer = client.request(method, f"{link}diag.zip", content=LARGE, headers={"Content-Type": "text/html"})
    assert answer.status_code == 201
    upload = Upload.objects.get()
    assert (upload.name, upload.size) == ("diag.zip", len(LARGE))
    assert upload.sha256 == hashlib.sha256(LARGE).hexdigest()
    assert content_of(upload) == LARGE
    assert kept() == [Path(upload.file.path)]


def test_it_takes_a_body_of_unknown_length(host: Host) -> None:
    link = upload_link(station())
    with client_of(host) as client:
        assert client.put(f"{link}log", content=iter([b"one ", b"two"])).status_code == 201
    assert content_of(Upload.objects.get()) == b"one two"


def test_it_takes_the_files_out_of_a_form(host: Host) -> None:
    link = upload_link(station())
    form = [("file", ("diag.log", b"first" * 100_000)), ("file", ("more.log", b"second"))]
    with client_of(host) as client:
        assert client.post(link, files=form, data={"comment": "x"}).status_code == 201
    uploads = Upload.objects.order_by("id")
    assert [(one.name, content_of(one)) for one in uploads] == [
        ("diag.log", b"first" * 100_000),
        ("more.log", b"second"),
    ]
    assert uploads[1].sha256 == hashlib.sha256(b"second").hexdigest()
    assert len(kept()) == 2


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nnothing"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'),
    ],
    ids=["no boundary", "no end", "no file"],
)
def test_it_keeps_nothing_of_a_form_without_a_file(host: Host, content_type: str, body: bytes) -> None:
    link = upload_link(station())
    with client_of(host) as client:
        assert client.post(link, content=body, headers={"Content-Type": content_type}).status_code == 400
    assert kept() == []


def test_it_takes_logs_only_where_logs_go(host: Host) -> None:
    log, diagnostics = upload_link(station(), kind=Kind.SECURITY_LOG), upload_link(station("BSK-02"))
    assert log.startswith("/files/logs/")
    with client_of(host) as client:
        assert client.put(log.replace("/logs/", "/diagnostics/"), content=b"x").status_code == 404
        assert client.put(diagnostics.replace("/diagnostics/", "/logs/"), content=b"x").status_code == 404
        assert client.put(log, content=b"x").status_code == 201


def test_it_does_not_tell_a_link_that_ended_from_one_that_never_was(host: Host) -> None:
    ended = upload_link(station(), at=timezone.now() - timedelta(hours=25))
    with client_of(host) as client:
        answers = [client.put(path, content=b"x") for path in (ended, f"/files/diagnostics/lnk{'0' * 48}/")]
        assert client.put(firmware_link(station("BSK-02"), image()), content=b"x").status_code == 405
    assert [(answer.status_code, answer.text) for answer in answers] == [(404, "Not Found\n")] * 2
    assert Upload.objects.count() == 0


def test_it_refuses_at_once_what_says_that_it_is_too_large(host: Host, settings: Any) -> None:
    settings.FILE_UPLOAD_MAX_BYTES = 1000
    head = raw_head(host, upload_link(station()), "Content-Length: 1001")
    with talking(host) as line:
        line.sendall(head)
        assert b" 413 " in line.recv(1000)  # although nothing of the body was sent
    assert kept() == []


def test_it_breaks_off_what_becomes_too_large(host: Host, settings: Any) -> None:
    settings.FILE_UPLOAD_MAX_BYTES = 1_000_000
    link = upload_link(station())
    with client_of(host) as client:
        assert client.put(link, content=iter([LARGE])).status_code == 413
        assert client.put(link, content=LARGE[:1_000_000]).status_code == 201
    assert [path.stat().st_size for path in kept()] == [1_000_000]


def test_it_takes_so_many_files_for_a_job_and_no_more(host: Host) -> None:
    link = upload_link(station())
    with client_of(host) as client:
        answers = [client.put(f"{link}{number}.log", content=b"x").status_code for number in range(MOST_PER_JOB + 2)]
        assert answers == [201] * MOST_PER_JOB + [409] * 2
        form = [("file", (f"{number}.log", b"x")) for number in range(MOST_PER_JOB + 2)]
        assert client.post(upload_link(station("BSK-02")), files=form).status_code == 409
    assert Upload.objects.count() == len(kept()) == MOST_PER_JOB


def test_it_has_no_more_room_than_it_says_for_several_at_once(host: Host, settings: Any) -> None:
    settings.FILE_STORE_MAX_BYTES = 15
    lines = [talking(host) for _ in range(3)]
    for number, line in enumerate(lines):
        link = upload_link(station(f"BSK-{number}"))
        line.sendall(raw_head(host, link, "Content-Length: 10") + b"12345")
    wait_until(lambda: len(kept()) == len(lines))  # each was promised room for its ten
    answers = []
    for line in lines:
        line.sendall(b"67890")
        answers.append(line.recv(1000).split()[1])
        line.close()
    assert sorted(answers) == [b"201", b"507", b"507"]
    assert sum(upload.size for upload in Upload.objects.all()) == 10
    wait_until(lambda: len(kept()) == 1)


def test_it_leaves_no_file_that_no_row_stands_for(host: Host) -> None:
    with connection.cursor() as cursor:
        cursor.execute(REFUSE_AT_COMMIT)
    try:
        with client_of(host) as client:
            assert client.put(upload_link(station()), content=b"x").status_code == 500
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER refuse_uploads ON stations_upload; DROP FUNCTION refuse_uploads")
    wait_until(lambda: not kept())
    assert Upload.objects.count() == 0


def test_it_is_full_at_some_time_and_says_so(host: Host, settings: Any) -> None:
    settings.FILE_STORE_MAX_BYTES = 10
    link = upload_link(station())
    with client_of(host) as client:
        assert client.put(link, content=b"123456").status_code == 201
        assert client.put(link, content=b"123456").status_code == 507
        assert client.put(link, content=iter([b"123456"])).status_code == 413
        assert client.put(link, content=b"1234").status_code == 201
        assert client.put(link, content=b"").status_code == 507
    assert Alert.objects.open().get().kind == "files_full"
    assert sum(path.stat().st_size for path in kept()) == 10


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("%00evil%00.zip", "evil.zip"),
        (".htaccess", "htaccess"),
        ("..", "file"),
        ("a%5Cb%5Cc.log", "c.log"),
        ("%D0%B6%D1%83%D1%80%D0%BD%D0%B0%D0%BB.log", "журнал.log"),
        ("%FF%FE.log", "\ufffd\ufffd.log"),
        ("folder/deeper/diag.zip", "diag.zip"),
        ("x" * 400, "x" * 100),
        ("%E2%80%AEgnp.exe", "gnp.exe"),
        ("diag.zip?C=1", "diag.zip"),
    ],
    ids=["up", "nul", "hidden", "dots", "backslash", "cyrillic", "bytes", "folders", "long", "reversed", "query"],
)
def test_it_shows_a_name_and_never_goes_where_it_points(host: Host, said: str, shown: str) -> None:
    with client_of(host) as client:
        request = client.build_request("PUT", "/", content=b"x")
        request.extensions["target"] = f"{upload_link(station())}{said}".encode()
        assert client.send(request).status_code == 201
    upload = Upload.objects.get()
    assert upload.name == shown
    assert kept() == [Path(upload.file.path)]
    assert shown not in str(upload.file)


def talking(host: Host) -> socket.socket:
    """An open line."""
    address = urlsplit(host.url)
    return socket.create_connection((address.hostname, address.port), timeout=10)


def raw_head(host: Host, path: str, *headers: str) -> bytes:
    """The beginning of a request."""
    return "\r\n".join([f"PUT {path} HTTP/1.1", "Host: x", *headers, "", ""]).encode()


def test_it_keeps_nothing_of_a_file_that_did_not_come_to_its_end(host: Host) -> None:
    with talking(host) as line:
        line.sendall(raw_head(host, upload_link(station()), "Content-Length: 9000000") + LARGE)
        wait_until(lambda: [path for path in kept() if path.stat().st_size > 1_000_000])
    wait_until(lambda: not kept())
    assert Upload.objects.count() == 0


def test_it_holds_no_database_connection_while_a_slow_station_sends(host: Host) -> None:
    link, lines = upload_link(station()), []
    for number in range(admission.PAGES_SHARE + 1):
        lines.append(talking(host))
        link = link if number % 2 else upload_link(station(f"SLOW-{number}"))
        lines[-1].sendall(raw_head(host, link, "Content-Length: 10") + b"12345")
    wait_until(lambda: len(kept()) == len(lines))
    with client_of(host) as client:
        assert client.put(link, content=b"quick").status_code == 201
    for line in lines[:2]:
        line.sendall(b"67890")
        assert b" 201 " in line.recv(1000)
    for line in lines:
        line.close()
    assert sorted(map(content_of, Upload.objects.all())) == [b"1234567890", b"1234567890", b"quick"]


def test_it_gives_up_a_line_that_says_nothing_any_more(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stations.hosting.receiving.QUIET_SECONDS", 0.05)
    with talking(host) as line:
        line.sendall(raw_head(host, upload_link(station()), "Content-Length: 10") + b"12345")
        assert b" 408 " in line.recv(1000)
        assert line.recv(1000) == b""
    assert kept() == []


def test_it_gives_one_link_no_more_than_two_places(host: Host) -> None:
    link, other = upload_link(station()), upload_link(station("BSK-02"))
    lines = [talking(host), talking(host)]
    for line in lines:
        line.sendall(raw_head(host, link, "Content-Length: 10") + b"12345")
    wait_until(lambda: len(kept()) == len(lines))
    with client_of(host) as client:
        answer = client.put(link, content=b"third")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "10")
        assert client.put(other, content=b"else").status_code == 201
        for line in lines:
            line.close()
        wait_until(lambda: client.put(link, content=b"third").status_code == 201)


def test_it_gives_one_address_not_all_places(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stations.hosting.door.MOST_PER_ADDRESS", 1)
    with talking(host) as line, client_of(host) as client:
        line.sendall(raw_head(host, upload_link(station()), "Content-Length: 10") + b"12345")
        wait_until(kept)
        assert client.put(upload_link(station("BSK-02")), content=b"x").status_code == 503


@pytest.mark.parametrize(("name", "value"), [("LONGEST_SECONDS", 0.2), ("MINUTE", 0.1)], ids=["too long", "too slow"])
def test_it_gives_up_a_trickle(host: Host, monkeypatch: pytest.MonkeyPatch, name: str, value: float) -> None:
    monkeypatch.setattr(f"stations.hosting.receiving.{name}", value)
    with talking(host) as line:
        line.sendall(raw_head(host, upload_link(station()), "Content-Length: 90000"))
        line.settimeout(0.03)

        def answer() -> bytes:
            line.sendall(b"x")
            try:
                return line.recv(1000)
            except TimeoutError:
                return b""

        assert b" 408 " in wait_until(answer)
    assert kept() == []
