"""Limits on requests: bytes and fields of their bodies, cached headers, waiting for the lock of the ledger."""

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
    "/contributions": MAX_CONTRIBUTION,
    "/reconcile": MAX_BATCH,
}

#: Paths whose bodies are stored, so that a body cut short must be recognised: they require a Content-Length.
COUNTED = frozenset({"/contributions"})

#: Seconds that a request waits for another decision or a build, before 503.
LEDGER_WAIT = 1.0

#: Number of requests in a server process that wait for another decision or a build; further ones get 503 at once.
LEDGER_WAITING = 4

#: Period in seconds in which invalid tokens of an address are counted (setting `quota_failures`).
FAILURE_SECONDS = 60

#: Limit on the fields of a form, and on the parameters of an address.
MAX_FIELDS = 2_000

#: Longest header of a request, in letters, that is cached with its meaning.
LONGEST_CACHED_HEADER = 1_024
