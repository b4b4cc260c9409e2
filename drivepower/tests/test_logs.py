"""What the log keeps of an address: where it leads, and none of the values in its query."""

import io
import json
import logging
import logging.config
import threading
from collections.abc import Iterator

import httpx
import pytest
import uvicorn

from drivepower import logs
from drivepower.asgi import application
from ocpp_consumer.tests.server import Server, wait_until


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the server's own two loggers write, set up as we serve."""
    names, kept = ("uvicorn", "uvicorn.error", "uvicorn.access"), io.StringIO()
    servers_logs = [logging.getLogger(name) for name in names]
    before = [(one, one.handlers, one.filters, one.level, one.propagate) for one in servers_logs]
    wanted = logs.configure("INFO")
    handler = {**wanted["handlers"]["stderr"], "stream": kept}
    # Another test's server may have silenced them: what is not named here would stay so.
    spoken = {"level": "INFO", "propagate": True}
    servers = {name: {**one, **spoken} for name, one in wanted["loggers"].items() if name.startswith("uvicorn")}
    servers["uvicorn"] = {"handlers": ["stderr"], "level": "INFO", "propagate": False}
    only = {**wanted, "handlers": {"stderr": handler}, "loggers": servers}
    del only["root"]
    logging.config.dictConfig(only)
    yield kept
    for one, handlers, filters, level, propagate in before:
        one.handlers, one.filters, one.propagate = handlers, filters, propagate
        one.setLevel(level)


@pytest.mark.django_db(transaction=True)
def test_it_hides_tokens_phones_and_cards(written: io.StringIO) -> None:
    config = uvicorn.Config(application, port=0, ws="websockets-sansio", lifespan="off", log_config=None)
    server = Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_until(lambda: server.started, "the server is up")
    house = server.url.replace("ws", "http", 1)
    for query in (
        "?phone=%2B996555123456&card=4242424242424242",
        "?4242424242424242",
        "?token=ey.J.x",
        "?a=%0a&&=b",
        "",
    ):
        httpx.get(f"{house}/health/live{query}")
    server.should_exit = True
    thread.join()
    lines = [json.loads(line)["event"] for line in written.getvalue().splitlines()]
    asked = [line.split('"')[1].split()[1] for line in lines if "GET" in line]
    assert asked == [
        "/health/live?phone=*&card=*",
        "/health/live?*",
        "/health/live?token=*",
        "/health/live?a=*&*&*",
        "/health/live",
    ]


def test_it_hides_them_in_lines_about_sockets() -> None:
    said = ("127.0.0.1:1", "/ws/user/?token=ey.J.x")
    record = logging.LogRecord("uvicorn.error", logging.INFO, "", 1, '%s - "WebSocket %s" [accepted]', said, None)
    assert logs.hide_queries(record)
    assert record.getMessage() == '127.0.0.1:1 - "WebSocket /ws/user/?token=*" [accepted]'


def test_it_hides_the_token_of_an_installers_address() -> None:
    said = ("127.0.0.1:1", "GET", "/commission/s3cr3t-token/BSK-01/now?lang=ru", "1.1", 200)
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 1, '%s - "%s %s HTTP/%s" %d', said, None)
    assert logs.hide_queries(record)
    assert record.getMessage() == '127.0.0.1:1 - "GET /commission/*/BSK-01/now?lang=* HTTP/1.1" 200'
