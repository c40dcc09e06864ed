"""Where the server listens: an address of this machine, and a port that nobody else has.

Granian binds with SO_REUSEPORT, so that its processes share a port: a second server would share it too, and either
would answer. https://man7.org/linux/man-pages/man7/socket.7.html
"""

from __future__ import annotations

import errno
import socket

from gcmgraph.errors import SettingsError

#: Why an address cannot be listened on, and how to mend it.
_REASONS = {
    errno.EADDRINUSE: ("another program listens there", "End that program, or give another port with --port."),
    errno.EACCES: ("this user may not open it", "Ports below 1024 need rights: give a higher one with --port."),
    errno.EADDRNOTAVAIL: ("it is no address of this machine", "Such as --host 127.0.0.1, or 0.0.0.0 for all."),
}


def free_address(host: str, port: int) -> str:
    """The numeric address of a host where a server may listen. Raises `SettingsError` where none may."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise SettingsError(
            f"The server cannot listen on '{host}': there is no such host.",
            hint="Give one with --host, such as 127.0.0.1.",
        ) from None
    family, kind, protocol, _, address = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what an ended server left does not count
        try:
            probe.bind(address)
        except OSError as error:
            reason, hint = _REASONS.get(error.errno or 0, (error.strerror or str(error), None))
            raise SettingsError(f"The server cannot listen on {host}, port {port}: {reason}.", hint=hint) from None
    return str(address[0])
