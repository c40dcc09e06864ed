"""Limits on requests: bytes, fields and times of bodies, connections, responses being sent, cached headers, waiting.

Numbers hold for each server process.
"""

from __future__ import annotations

from collections.abc import Mapping

from gcmgraph.contributions.content import MAX_BYTES

#: Longest body where no other limit applies.
MAX_BODY = 1024 * 1024

#: Longest body of /reconcile: a batch in Arabic takes six bytes a letter when it is sent as a form.
MAX_BATCH = 4 * 1024 * 1024

#: Longest body of a contribution: its content and the fields of its form.
MAX_CONTRIBUTION = MAX_BYTES + 64 * 1024

#: Longer bodies than `MAX_BODY`, by path.
BODIES: Mapping[str, int] = {
    "/validate": MAX_CONTRIBUTION,
    "/suggest": MAX_CONTRIBUTION,
    "/contributions": MAX_CONTRIBUTION,
    "/reconcile": MAX_BATCH,
    "/reconcile/table": MAX_BATCH,
    "/reconcile/match": MAX_BATCH,
    "/reconcile/reconcile": MAX_BATCH,
    "/reconcile/extend": MAX_BATCH,
    "/reconcile/v1/match": MAX_BATCH,
    "/reconcile/v1/reconcile": MAX_BATCH,
    "/reconcile/v1/extend": MAX_BATCH,
}

#: Paths whose bodies are stored, so that a body cut short must be recognised: they require a Content-Length.
COUNTED = frozenset({"/contributions"})

#: Seconds that a request waits for another decision or a build, before 503.
LEDGER_WAIT = 1.0

#: Number of requests in a server process that wait for another decision or a build; further ones get 503 at once.
LEDGER_WAITING = 4

#: Period in seconds in which invalid tokens of an address are counted (setting `quota_failures`).
FAILURE_SECONDS = 60

#: Limit on checks of /validate and of the form that wait for others of the same kind, and the seconds that each waits.
VISITORS_WAITING = 3
VISITORS_WAIT = 5.0

#: Limit on the fields of a form, and on the parameters of an address.
MAX_FIELDS = 2_000

#: Longest header of a request, in letters, that is cached with its meaning.
LONGEST_CACHED_HEADER = 1_024

#: Limit on connections. An operator's limit on open files may set it lower.
CONNECTIONS = 4_096

#: Seconds in which the headers of a request must arrive, after the connection began or the last response ended.
HEADER_SECONDS = 10.0

#: Limit on requests without a body that are being answered.
RUNNING = 32

#: Limit on requests with a body that are being read or answered, and on those among them that are being answered.
READERS = 96
ANSWERED = 20

#: Seconds that a request whose body was read waits to be answered, before 429.
ANSWERED_WAIT = 5.0

#: Limit on the bytes of all bodies that are being read or answered.
BODY_BYTES = 128 * 1024 * 1024

#: A body must arrive within `BODY_SECONDS`. At any moment it may have taken `BODY_GRACE` seconds and those that its
#: bytes take at `BODY_RATE` bytes a second. Where more than half of `READERS` are in use, the grace is shorter.
BODY_SECONDS = 300.0
BODY_RATE = 8_000
BODY_GRACE = 10.0
BODY_GRACE_CROWDED = 2.0

#: Seconds between two checks of bodies that are being read, and of connections.
BODY_TICK = 0.5
CONNECTION_TICK = 1.0

#: Seconds between two times at which a process returns freed memory to the system.
TRIM_SECONDS = 15.0

#: Longest response, in bytes, that is given to the server as a whole; longer ones are sent in pieces.
WHOLE = 512 * 1024

#: Limit on responses that are being sent in pieces, and on the bytes of those among them that are in memory.
SENDERS = 64
SENT_BYTES = 256 * 1024 * 1024

#: A client must read `SEND_PROGRESS` bytes of a response, or all of it, in `STALLED` seconds. Where more than half of
#: `SENDERS` or of `CONNECTIONS` are in use, the time is shorter.
SEND_PROGRESS = 32 * 1024
STALLED = 30.0
STALLED_CROWDED = 5.0

#: Seconds after which a connection that has sent nothing is closed where more than half of `CONNECTIONS` are in use.
SILENT_CROWDED = 1.0

#: Limits on the graphs of /graph-store that are written while a client waits: requests that wait for their turn, the
#: seconds that each waits, and the bytes of written graphs that are retained in temporary files.
GRAPH_WAITING = 4
GRAPH_WAIT = 10.0
GRAPH_BYTES = 128 * 1024 * 1024
