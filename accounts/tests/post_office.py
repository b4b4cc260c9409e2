"""A small real mail server on loopback that keeps what it takes and refuses what it is told to refuse."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class PostOffice:
    """Its answers by command (220, 250 ... where none is set), the mails it took and who they were for."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    tries: int = 0

    @property
    def url(self) -> str:
        """As EMAIL_URL has it."""
        return f"smtp://127.0.0.1:{self.port}"

    def answer(self, command: str, usual: str) -> bytes:
        """What it says to a command."""
        return f"{self.answers.get(command, usual)}\r\n".encode()


class Counter(socketserver.StreamRequestHandler):
    """One conversation (RFC 5321)."""

    def handle(self) -> None:
        office: PostOffice = self.server.office  # type: ignore[attr-defined]  # set below
        office.tries += 1
        self.wfile.write(office.answer("", "220 ready"))
        while line := self.rfile.readline():
            command = line.decode().strip().upper()[:4]
            if command == "RCPT":
                office.readers.append(line.decode().partition("<")[2].partition(">")[0])
            said = office.answer(command, {"DATA": "354 go on", "QUIT": "221 bye"}.get(command, "250 fine"))
            self.wfile.write(said)
            if command == "DATA" and said.startswith(b"354"):
                self.take(office)
            if command == "QUIT":
                return

    def take(self, office: PostOffice) -> None:
        """The mail itself, up to a line with a dot."""
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        said = office.answer("BODY", "250 kept")
        if said.startswith(b"250"):
            office.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.wfile.write(said)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True


@contextmanager
def open_office() -> Iterator[PostOffice]:
    """A mail server that is there until the block ends."""
    office = PostOffice()
    with Server(("127.0.0.1", 0), Counter) as server:
        server.office = office  # type: ignore[attr-defined]  # read by its handlers
        office.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield office
        server.shutdown()
