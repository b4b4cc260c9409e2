"""Heads of requests that never end, over a real server."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from drivepower import heads
from drivepower.core.tests.waiting import PATIENCE_SECONDS

UPGRADE = b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
UPGRADE += b"Sec-WebSocket-Version: 13\r\n"


async def answering(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """204 to a page, 403 to a socket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close"})
        return
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(heads, "HEAD_SECONDS", 1.5)
    config = uvicorn.Config(
        answering, port=0, http=heads.Impatient, ws="websockets-sansio", lifespan="off", log_level="critical"
    )
    server = uvicorn.Server(config)
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join()
    listening.close()


def said(port: int, *words: bytes) -> bytes:
    """All that is answered until the connection ends."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as line:
        for one in words:
            line.sendall(one)
        answer = b""
        while more := line.recv(65_536):
            answer += more
    return answer


@pytest.mark.parametrize("words", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n"], ids=["nothing", "half a head"])
def test_it_hangs_up_on_who_says_no_whole_head(port: int, words: bytes) -> None:
    assert said(port, words) == b""


def test_it_gives_the_next_request_as_long_and_no_longer(port: int) -> None:
    answer = said(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\n")
    assert answer.count(b"HTTP/1.1 204") == 1


def test_it_answers_a_whole_head(port: int) -> None:
    assert said(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 204")


def test_it_refuses_a_head_without_end(port: int) -> None:
    words = b"GET / HTTP/1.1\r\n" + b"X-Long: y\r\n" * 4_000
    assert said(port, words).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("length", [9_000, 20_000])
def test_it_refuses_a_socket_whose_path_is_too_long(port: int, length: int) -> None:
    words = b"GET /ocpp/" + b"x" * length + b" HTTP/1.1\r\nHost: x\r\n" + UPGRADE + b"\r\n"
    assert said(port, words).startswith(b"HTTP/1.1 400")


def test_it_lets_a_socket_ask(port: int) -> None:
    words = b"GET /ocpp/" + b"x" * 7_000 + b" HTTP/1.1\r\nHost: x\r\n" + UPGRADE + b"\r\n"
    assert said(port, words).startswith(b"HTTP/1.1 403")
