"""Our own requests reach public hosts only: forty addresses that lead into our own network reach nobody."""

import ipaddress
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from drivepower.core import outward
from drivepower.core.outward import Answer, Unreachable, is_public, target_of
from drivepower.core.tests.loopback import listening

# Names that a stranger's DNS answers with whatever the stranger likes.
STRANGERS = {
    "local.example": ["127.0.0.1"],
    "local6.example": ["::1"],
    "both.example": ["93.184.215.14", "127.0.0.1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "metadata.example": ["169.254.169.254"],
    "metadata.google.internal": ["169.254.169.254"],
    "translated.example": ["64:ff9b::7f00:1"],
    "nobody.example": [],
}
INTO_OUR_NETWORK = [
    "https://127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/",
    "https://127.1:{port}/",
    "https://127.0.1:{port}/",
    "https://127.255.255.254:{port}/",
    "https://2130706433:{port}/",
    "https://0x7f000001:{port}/",
    "https://0x7f.0.0.1:{port}/",
    "https://0177.0.0.1:{port}/",
    "https://017700000001:{port}/",
    "https://0:{port}/",
    "https://0.0.0.0:{port}/",
    "https://localhost:{port}/",
    "https://LOCALHOST.:{port}/",
    "https://[::1]:{port}/",
    "https://[::]:{port}/",
    "https://[0:0:0:0:0:0:0:1]:{port}/",
    "https://[::ffff:127.0.0.1]:{port}/",
    "https://[::ffff:7f00:1]:{port}/",
    "https://[::127.0.0.1]:{port}/",
    "https://[64:ff9b::7f00:1]:{port}/",
    "https://[2002:7f00:1::]:{port}/",
    "https://[fe80::1]:{port}/",
    "https://[fd00::1]:{port}/",
    "https://10.0.0.1:{port}/",
    "https://172.16.0.1:{port}/",
    "https://192.168.1.1:{port}/",
    "https://100.64.0.1:{port}/",
    "https://224.0.0.1:{port}/",
    "https://255.255.255.255:{port}/",
    "https://169.254.169.254/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    *[f"https://{name}:{{port}}/" for name in STRANGERS],
    "https://user:password@127.0.0.1:{port}/",
    "https://public.example@127.0.0.1:{port}/",
    "https://@127.0.0.1:{port}/",
    "https://public.example\\@127.0.0.1:{port}/",
    "https://127.0.0.1:{port}\\.public.example/",
    "https:127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "https://127.0.0.1:{port}/ HTTP/1.1\r\nX-Sent: yes",
    "https://public.example:{port}\r\nHost: 127.0.0.1/",
    "https://127.0.0.1\t:{port}/",
    "https://ⓛocalhost:{port}/",
    "https://127。0。0。1:{port}/",
    "https://127.0.0.1:99999/",
    "https://:{port}/",
    "https://",
    "",
    "file:///etc/passwd",
    "file://127.0.0.1:{port}/etc/passwd",
    "gopher://127.0.0.1:{port}/_POST",
    "ftp://127.0.0.1:{port}/",
    "dict://127.0.0.1:{port}/info",
    "unix:///run/sink",
]


@pytest.fixture
def sink() -> Iterator[tuple[int, list[object]]]:
    """A port of ours on which whoever connects is noted, by IPv4 and IPv6."""
    met: list[object] = []
    doors: list[socket.socket] = [socket.create_server(("0.0.0.0", 0))]  # noqa: S104  # whatever leads to this machine
    port = doors[0].getsockname()[1]
    if socket.has_ipv6:
        doors.append(socket.create_server(("::", port), family=socket.AF_INET6))

    def watch(door: socket.socket) -> None:
        while True:
            try:
                guest, name = door.accept()
            except OSError:
                return
            met.append(name)
            guest.close()

    watching = [threading.Thread(target=watch, args=(door,), daemon=True) for door in doors]
    for thread in watching:
        thread.start()
    yield port, met
    for door in doors:
        door.shutdown(socket.SHUT_RDWR)
        door.close()
    for thread in watching:
        thread.join()


@pytest.fixture
def strangers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The DNS of strangers, and what it was asked."""
    real, asked = socket.getaddrinfo, []

    def look_up(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(str(host))
        if host not in STRANGERS:
            return real(host, port, *args, **kwargs)
        if not STRANGERS[host]:
            raise socket.gaierror("no such name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in STRANGERS[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def post(url: str, *allowed: str) -> Answer:
    return outward.post(url=url, body=b"{}", headers={"X-Sent": "us"}, allowed_hosts=allowed)


@pytest.mark.usefixtures("strangers")
@pytest.mark.parametrize("url", INTO_OUR_NETWORK, ids=range(len(INTO_OUR_NETWORK)))
def test_it_reaches_nobody_in_our_own_network(url: str, sink: tuple[int, list[object]]) -> None:
    port, met = sink
    with pytest.raises(Unreachable):
        post(url.replace("{port}", str(port)))
    assert met == []


def test_forty_addresses_and_more_were_tried() -> None:
    assert len(set(INTO_OUR_NETWORK)) >= 40


def test_the_sink_would_have_noted_it(sink: tuple[int, list[object]]) -> None:
    port, met = sink
    with pytest.raises(Unreachable):
        post(f"http://127.0.0.1:{port}/", f"127.0.0.1:{port}")
    assert len(met) == 1


def test_it_asks_a_host_that_we_trust() -> None:
    with listening() as receiver:
        receiver.headers = {"X-Answer": "yes"}
        answer = post(f"http://{receiver.place}/hook?a=1", receiver.place)
    assert (answer.status, answer.body, answer.headers["x-answer"]) == (200, b"{}", "yes")
    [heard] = receiver.heard
    assert (heard.path, heard.body, heard.headers["x-sent"]) == ("/hook?a=1", b"{}", "us")
    assert heard.headers["host"] == receiver.place


def test_trust_is_in_one_port() -> None:
    with listening() as receiver, pytest.raises(Unreachable, match="only https"):
        post(f"http://{receiver.place}/", f"127.0.0.1:{receiver.port + 1}", "127.0.0.1")
    assert receiver.heard == []


def test_it_follows_nobody(sink: tuple[int, list[object]]) -> None:
    port, met = sink
    with listening() as receiver:
        receiver.status, receiver.headers = 307, {"Location": f"http://127.0.0.1:{port}/"}
        assert post(f"http://{receiver.place}/", receiver.place).status == 307
    assert met == []


def test_a_name_is_looked_up_once_and_that_address_is_asked(strangers: list[str], monkeypatch: Any) -> None:
    """A second look would find something else."""
    monkeypatch.setitem(STRANGERS, "turning.example", ["127.0.0.1"])
    with listening() as receiver:
        post(f"http://turning.example:{receiver.port}/", f"turning.example:{receiver.port}")
    assert strangers.count("turning.example") == 1
    assert receiver.heard[0].headers["host"] == f"turning.example:{receiver.port}"


def test_no_proxy_of_the_environment_is_asked(sink: tuple[int, list[object]], monkeypatch: Any) -> None:
    port, met = sink
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    with listening() as receiver:
        assert post(f"http://{receiver.place}/", receiver.place).status == 200
    assert met == []


def test_it_reads_no_more_than_a_megabyte() -> None:
    with listening() as receiver:
        receiver.body = b"x" * (1024**2 + 1)
        with pytest.raises(Unreachable, match="too long"):
            post(f"http://{receiver.place}/", receiver.place)


def test_it_waits_no_longer_than_it_has_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outward, "PATIENCE_SECONDS", 0.2)
    with listening() as receiver:
        receiver.delay = 0.5
        with pytest.raises(Unreachable):
            post(f"http://{receiver.place}/", receiver.place)


def test_a_resolver_that_hangs_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    given_up = threading.Event()

    def look_up(*args: Any, **kwargs: Any) -> Any:
        assert given_up.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(outward, "PATIENCE_SECONDS", 0.1)
    with pytest.raises(Unreachable, match="too long"):
        post("https://slow.example/")
    [thread] = [thread for thread in threading.enumerate() if thread.name == "look-up"]
    assert thread.is_alive()  # it hangs still, and the answer is here
    given_up.set()
    thread.join()


def test_it_says_that_nobody_answers() -> None:
    with listening() as receiver:
        place = receiver.place
    with pytest.raises(Unreachable, match="ConnectError"):
        post(f"http://{place}/", place)


@pytest.mark.parametrize("text", ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


def test_an_ordinary_address_is_taken() -> None:
    target = target_of("https://Hooks.Example.COM:8443/a/b?c=d#e", allowed_hosts=[])
    assert (target.host, target.port, target.rest, target.named) == (
        "hooks.example.com", 8443, "/a/b?c=d", "hooks.example.com:8443",
    )  # fmt: skip
    assert target_of("https://[2606:4700::1111]", allowed_hosts=[]).named == "[2606:4700::1111]"
