"""What a real server process writes to its log."""

import json
import socket
from pathlib import Path

from drivepower.tests.house import database_url
from ocpp_consumer.tests.faults.processes import Gateway
from ocpp_consumer.tests.server import PATIENCE, basic, refusal


def mumble(port: int) -> None:
    """Say something that is no HTTP, and wait for what is answered."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        line.sendall(b"?\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 400")


async def test_it_is_one_event_a_line_and_takes_a_refusal_for_no_failure(
    transactional_db: None, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    gateway = Gateway(database_url=database_url(), log=log)
    try:
        gateway.wait_until_up()
        assert (await refusal(gateway, "/ocpp/NOBODY", headers=basic("NOBODY", "0" * 40)))[0] == 401
        mumble(gateway.port)
    finally:
        gateway.end()
    events = [json.loads(line)["event"] for line in log.read_text().splitlines()]
    assert events == ["Invalid HTTP request received."]
