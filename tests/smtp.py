"""A server of SMTP (RFC 5321) on loopback that stores the messages which it receives, byte by byte."""

from __future__ import annotations

import email
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from threading import Thread

from gcmgraph.contributions.mailer import Mailer


class Session(socketserver.StreamRequestHandler):
    """A session of SMTP that stores messages, refuses recipients named `nobody`, and ends at those named `hangup`."""

    def handle(self) -> None:
        """Answer each command."""
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline().strip():
            answer = b"250 OK"
            if line.upper().startswith(b"RCPT") and b"nobody" in line:
                answer = b"550 no such user"
            elif line.upper().startswith(b"RCPT") and b"hangup" in line:
                return
            elif line.upper() == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                text = b"".join(line.removeprefix(b".") for line in lines)  # RFC 5321, 4.5.2
                self.server.received.append(text)  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if line.upper() == b"QUIT" else answer + b"\r\n")


@contextmanager
def smtp_server() -> Iterator[tuple[Mailer, list[bytes]]]:
    """A server of SMTP on loopback, and the messages that it receives."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.received = []  # type: ignore[attr-defined]
        Thread(target=server.serve_forever, daemon=True).start()
        yield Mailer("127.0.0.1", server.server_address[1], "gcm@example.org"), server.received  # type: ignore
        server.shutdown()


def parsed(message: bytes) -> EmailMessage:
    return email.message_from_bytes(message, policy=default)
