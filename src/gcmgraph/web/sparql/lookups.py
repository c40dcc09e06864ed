"""Answer plain lookups on the spot, below Flask: what is said of one thing, or its description.

    SELECT ?p ?o WHERE { objective:9 ?p ?o }        DESCRIBE objective:9        ASK { objective:9 a gcm:Objective }

A query process costs more than such a query. It is needed for what can run away: joins, paths, sorts, groups,
functions. So the union of all graphs is read here, from memory where this process holds it (half of the time that it
takes on disk). One pattern whose subject is given reads an index and streams, so the caps of `bounded_output` stop it
between rows. The form is recognised as a whole, never searched for: whatever is not exactly of it, has an error,
or reaches a cap, goes the common way and gets its answer there.
"""

from __future__ import annotations

import re
import time
from http import HTTPStatus

from gcmgraph.errors import GcmGraphError
from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.port import Wanted
from gcmgraph.store.requests import QueryRequest
from gcmgraph.store.results.capped_output import Caps
from gcmgraph.web.http.formats import content_type
from gcmgraph.web.http.headers import is_known
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot
from gcmgraph.web.sparql.reply import Reply
from gcmgraph.web.sparql.responses import answer_headers, entity_tag

#: What a lookup may take before it goes the common way.
ROWS, BYTES, SECONDS = 2_000, 1024 * 1024, 0.5

_LONGEST = 4096

_S = r"(?:\s|\#[^\r\n]*+(?=[\r\n]|\Z))*+"  # space and comments
_IRI = r"<[^<>\"{}|^`\\\x00-\x20]*+>"
_NAME = r"(?!service)[a-z][a-z0-9]*+:[\w-]*+(?:\.[\w-]++)*+"
_TERM = rf"(?:{_IRI}|{_NAME})"
_VARIABLE = r"[?$][a-z_]\w*+"
_PATTERN = rf"\{{{_S}{_TERM}{_S}(?:{_VARIABLE}|{_TERM}|a(?=\s)){_S}(?:{_VARIABLE}|{_TERM}){_S}(?:\.{_S})?+\}}"
_PROLOGUE = rf"(?:prefix\s++[a-z][a-z0-9]*+:{_S}{_IRI}{_S})*+"

#: One triple pattern about a given subject, or the description of a given thing, and nothing else.
LOOKUP = re.compile(
    rf"{_S}{_PROLOGUE}(?:"
    rf"select\b{_S}(?:\*{_S}|(?:{_VARIABLE}{_S})++)(?:where\b{_S})?+{_PATTERN}{_S}(?:limit\s++\d{{1,9}}{_S})?+"
    rf"|ask\b{_S}(?:where\b{_S})?+{_PATTERN}{_S}"
    rf"|describe\b{_S}{_TERM}{_S})",
    re.IGNORECASE | re.ASCII,
)


def look_up(site: Site, snapshot: Snapshot, query: str, wanted: Wanted, if_none_match: str | None) -> Reply | None:
    """The reply to a query that is a lookup on an embedded store; None for any other, and for all errors."""
    if len(query) > _LONGEST or LOOKUP.fullmatch(query) is None or not isinstance(snapshot.store, EmbeddedStore):
        return None
    tag = entity_tag(snapshot.version, QueryRequest(query, wanted))
    headers = answer_headers(tag, volatile=False)
    if if_none_match and if_none_match.strip() != "*" and is_known(if_none_match, tag):
        return Reply(HTTPStatus.NOT_MODIFIED, headers)
    prefixes = site.addresses.prefixes_in(query)
    held = site.workers.held_here(snapshot.index)
    store = snapshot.store if held is None else held  # `or` would count a store
    caps = Caps(ROWS, BYTES, time.monotonic() + SECONDS, whole=True)
    try:
        found = store.bounded(query, wanted, caps, prefixes=prefixes)
    except GcmGraphError:  # told the common way
        return None
    if found is None or found[1].cut:
        return None
    media_type, written = found
    return Reply(HTTPStatus.OK, headers, written.body, content_type(media_type))
