"""Limits on requests: headers, bytes and fields of bodies, connections, responses being sent, waiting.

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
    **dict.fromkeys(("/validate", "/suggest", "/contributions"), MAX_CONTRIBUTION),
    **dict.fromkeys(("/reconcile", "/reconcile/table"), MAX_BATCH),
}

#: Paths whose bodies are stored, so that a body cut short must be recognised: they require a
#: Content-Length.
LENGTH_REQUIRED = frozenset({"/contributions"})

#: Seconds that a decision waits for another one to be checked and recorded, before 503.
LEDGER_WAIT = 10.0

#: Period in seconds in which invalid tokens of an address are counted (setting `quota_failures`).
FAILURE_SECONDS = 60

#: Limit on checks of /validate and of the form that wait for others of the same kind, and the
#: seconds that each waits.
VISITORS_WAITING = 3
VISITORS_WAIT = 5.0

#: Megabytes of the contributions of one token that may await a decision.
MEGABYTES_WAITING = 50

#: Remarks of readers that may await an answer of a curator.
REMARKS_WAITING = 1_000

#: Limit on the fields of a form, and on the parameters of an address.
MAX_FIELDS = 2_000

#: Longest header of a request, in characters.
LONGEST_HEADER = 8_192

#: Lower limits of headers whose entries are each compared with all that is offered.
LONGEST_HEADERS: Mapping[str, int] = {"Accept": 4_096, "Accept-Language": 1_024}

#: Limit on connections. An operator's limit on open files may set it lower.
CONNECTIONS = 4_096

#: Seconds in which the headers of a request must arrive, after the connection began or the last
#: response ended.
HEADER_SECONDS = 10.0

#: Limit on requests with a body that are being read or answered, and on those among them that are
#: being answered.
READERS = 96
ANSWERED = 20

#: Seconds that a request whose body was read waits to be answered, before 429.
ANSWERED_WAIT = 5.0

#: Limit on the bytes of all bodies that are being read or answered.
BODY_BYTES = 128 * 1024 * 1024

#: Seconds between two times at which a process returns freed memory to the system.
TRIM_SECONDS = 15.0

#: Longest response, in bytes, that is given to the server as a whole; longer ones are sent in
#: pieces.
WHOLE = 512 * 1024

#: Limit on responses that are being sent in pieces, and on the bytes of those among them that are
#: in memory.
SENDERS = 64
SENT_BYTES = 256 * 1024 * 1024

#: Threads of one server process, started when they are required: for requests without a body (most
#: wait for the engine or a query process), for those whose bodies are being read, and for long
#: responses.
THREADS = 32 + READERS + SENDERS

#: Limits on the graphs of /graph-store that are written while a client waits: requests that wait
#: for their turn, the seconds that each waits, and the bytes of written graphs that are retained in
#: temporary files.
GRAPH_WAITING = 4
GRAPH_WAIT = 10.0
GRAPH_BYTES = 128 * 1024 * 1024
