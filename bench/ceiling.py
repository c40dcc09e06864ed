"""Ceiling of the client: the same load on a server that only answers.

The answering process is Python, too, and has a core of its own on a machine of two; the figure is the smaller
limit of the two, so the limit of the client is not below it.
"""

from __future__ import annotations

import select
import socket
import subprocess
import sys
from pathlib import Path

from bench.client import Job, Load, put_load

_BODY = b'{"head":{"vars":["s"]},"results":{"bindings":[]}}'.ljust(2_000)
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(_BODY), _BODY)


def measure_ceiling(seconds: float) -> Load:
    """Measure the load on a process that answers every request with the same 2,000 bytes."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.ceiling"], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        target = "/sparql?query=" + "x" * 600
        load = put_load(Job("127.0.0.1", port, (target,), "*/*", seconds, unique=True, warm_up_seconds=0.2))
        process.kill()
    return load


def main() -> None:
    """Answer until killed; the port is written to standard output."""
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    connections: dict[int, socket.socket] = {}
    while True:
        for number, _ in poll.poll():
            if number == listener.fileno():
                connection, _ = listener.accept()
                connections[connection.fileno()] = connection
                poll.register(connection, select.POLLIN)
            elif connections[number].recv(65_536):
                connections[number].sendall(_ANSWER)
            else:
                poll.unregister(number)
                connections.pop(number).close()


if __name__ == "__main__":
    main()
