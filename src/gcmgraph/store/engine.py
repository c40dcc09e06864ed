"""SPARQL server that answers the queries of visitors (setting `sparql_endpoint`).

https://www.w3.org/TR/sparql11-protocol/. A query comes from `engine_query`, and its dataset is
always that of the request: our graphs, so that other data of that server stay out of reach.

Nothing in the SPARQL Protocol stops a query. A client gets an error at our limit of time; the
connection stays open until the engine sends something or closes it, and the query has its slot
until then. As soon as the engine sends something, the connection is closed, and the engine cannot
send the rest: most engines end the query then. What an engine does after that cannot be seen.
"""

from __future__ import annotations

import logging
import re
import threading
import urllib.request
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from gcmgraph.platform.errors import (
    GcmGraphError,
    Place,
    QuerySyntaxError,
    SettingsError,
    StoreError,
)
from gcmgraph.platform.slots import Slots
from gcmgraph.rdf.media import N_TRIPLES, syntax_for_media_type
from gcmgraph.store.answer_files import EngineAnswer, write_answer
from gcmgraph.store.engine_query import EngineQuery
from gcmgraph.store.port import QueriesBusyError, QueryRefusedError
from gcmgraph.store.query_limits import MAX_WAIT, MAX_WAITING, QueryLimits, over_time
from gcmgraph.store.results import JSON_RESULTS, Caps
from gcmgraph.store.transport import (
    BrokenOffError,
    Exchange,
    TransferError,
    authorize,
    exchange,
    sparql_request,
)

_LOG = logging.getLogger(__name__)

#: Engines that were seen not to stop a query, by the beginning of their header `Server`: Oxigraph's
#: server ran one for 593 s past a limit of 3 s (docs/decisions/0010).
ENDLESS_ENGINES = ("Oxigraph",)

#: Local name of a graph that no dataset has, in place of no graph: a request without
#: `default-graph-uri` or `named-graph-uri` may mean all graphs of the engine.
_NO_GRAPH = "graph/none"

#: Bytes of an engine's own words about a failure that are read, and characters of them in an error.
_READ_WORDS = 10_000
_QUOTED_WORDS = 300

#: The place of a syntax error in the words of Oxigraph.
_PLACE = re.compile(r"error at (\d{1,9}):(\d{1,9}): ")

#: Header of Virtuoso with the number of rows after which it cuts a result (`ResultSetMaxRows`).
_MAX_ROWS = "X-SPARQL-MaxRows"

#: Header and value of Virtuoso for a result of what it found before a time limit of its own.
_STATE = "X-SQL-State"
_STATE_OF_PART = "S1TAT"


@dataclass(frozen=True)
class EngineAddress:
    """The address of an engine, and credentials. The password is in no text of this object."""

    url: str
    user: str = ""
    password: str = field(default="", repr=False)
    #: whether an engine may be used that does not stop queries
    may_be_endless: bool = False


class _AbandonedError(Exception):
    """The engine sends an answer for which nobody waits any longer."""


class Engine:
    """Queries to one SPARQL server, a limited number at a time."""

    def __init__(self, address: EngineAddress, base: str, limits: QueryLimits) -> None:
        """`base` is that of our addresses."""
        self.url = address.url
        self._address = address
        self._no_graph = f"{base}{_NO_GRAPH}"
        self._limits = limits
        #: short and long queries, as in `QueryWorkers`
        self._running_slots = Slots(
            count=2 * limits.side_by_side, waiting=MAX_WAITING, seconds=MAX_WAIT, busy=_busy
        )
        #: its name by its last answer, such as Virtuoso/07.20.3239; "" where it gives none
        self.name = ""

    def refuse_endless(self) -> None:
        """Refuse an engine that does not stop queries; an engine that does not answer is logged.

        Raises `SettingsError`.
        """
        request = sparql_request(self.url, "SELECT", "ASK {}", JSON_RESULTS.media_type)
        try:
            with exchange(request, seconds=self._limits.seconds, by_proxy=True) as response:
                self._require_stops_queries(response)
        except TransferError as error:
            _LOG.error(
                "The engine at %s cannot be reached (%s): /sparql answers with 503 until then.",
                self.url,
                str(error) or "no answer in time",
            )

    def run(
        self, query: EngineQuery, graphs: Collection[str], prefixes: Mapping[str, str]
    ) -> EngineAnswer:
        """The answer to a query over graphs of ours.

        Raises `QueryOverLimitError`, `QueriesBusyError`, `QueryRefusedError` and `QuerySyntaxError`
        where the engine refuses the query, `NotXmlError`, and `StoreError` where it fails.
        """
        request = self._request(query, graphs)
        answer: Future[EngineAnswer] = Future()
        is_abandoned = threading.Event()
        slot = ExitStack()
        slot.enter_context(self._running_slots.slot())

        def receive() -> None:
            with slot:
                try:
                    answer.set_result(self._receive(request, query, prefixes, is_abandoned))
                except _AbandonedError:
                    pass
                except BaseException as error:  # noqa: BLE001 - raised where the answer is awaited
                    answer.set_exception(error)

        try:
            threading.Thread(target=receive, name="engine query", daemon=True).start()
        except RuntimeError as error:  # the system has no thread left
            slot.close()
            raise _busy() from error
        try:
            return answer.result(self._limits.seconds)
        except TimeoutError:
            is_abandoned.set()
            raise over_time(self._limits) from None

    def _request(self, query: EngineQuery, graphs: Collection[str]) -> urllib.request.Request:
        is_graph = syntax_for_media_type(query.media_type) is not None
        accept = N_TRIPLES.media_type if is_graph else JSON_RESULTS.media_type
        default_graphs = sorted(graphs) if query.default_graphs is None else query.default_graphs
        named_graphs = sorted(graphs) if query.named_graphs is None else query.named_graphs
        dataset = {
            "default-graph-uri": default_graphs or [self._no_graph],
            "named-graph-uri": named_graphs or [self._no_graph],
        }
        return sparql_request(self.url, "SELECT", query.text, accept, dataset)

    def _receive(
        self,
        request: urllib.request.Request,
        query: EngineQuery,
        prefixes: Mapping[str, str],
        is_abandoned: threading.Event,
    ) -> EngineAnswer:
        """The answer of the engine, however long it takes."""
        try:
            if self._address.user:
                seconds = self._limits.seconds
                authorize(request, self._address.user, self._address.password, seconds)
            with exchange(request, seconds=None, by_proxy=True) as response:
                self._require_stops_queries(response)
                if response.status not in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}:
                    raise self._refusal(response, query)
                return self._written(response, query, prefixes, is_abandoned)
        except BrokenOffError as error:
            raise StoreError("The query engine ended its answer early.") from error
        except TransferError as error:
            raise StoreError(f"The query engine cannot be reached: {error}.") from error
        except SettingsError as error:
            raise StoreError(error.message) from error

    def _written(
        self,
        response: Exchange,
        query: EngineQuery,
        prefixes: Mapping[str, str],
        is_abandoned: threading.Event,
    ) -> EngineAnswer:
        caps = Caps(self._limits.rows, self._limits.answer_megabytes * 2**20)
        engine_rows = response.headers.get(_MAX_ROWS, "")
        is_part = response.headers.get(_STATE) == _STATE_OF_PART
        try:
            answer = write_answer(
                _AwaitedBody(response.read, is_abandoned),
                response.media_type,
                query.media_type,
                caps,
                prefixes,
                int(engine_rows) if engine_rows.isdecimal() else None,
            )
        except (SyntaxError, ValueError) as error:
            raise StoreError(
                f"The answer of the query engine is not a result of SPARQL: {error}."
            ) from error
        return replace(answer, cut=True) if is_part else answer

    def _require_stops_queries(self, response: Exchange) -> None:
        """Note the name of the engine. Raises `SettingsError` where it must not be used."""
        name = (response.headers.get("Server") or "").strip()
        self.name = name.partition(" ")[0]
        if self.name.startswith(ENDLESS_ENGINES) and not self._address.may_be_endless:
            raise SettingsError(
                f"The engine at {self.url} is {self.name}, which does not stop a query when its time is over.",
                hint="Use another one, or, in a closed network, set 'sparql_endpoint_unlimited' to 1.",
            )

    def _refusal(self, response: Exchange, query: EngineQuery) -> GcmGraphError:
        """The error for a status of the engine, with its own words where they are plain text."""
        words = ""
        if response.media_type == "text/plain":
            words = response.read(_READ_WORDS).decode("utf-8", "replace").strip()
        sentence = (words.splitlines() or ["no reason given"])[0][:_QUOTED_WORDS].rstrip(".")
        if response.status != HTTPStatus.BAD_REQUEST:
            return StoreError(
                f"The query engine answered with status {response.status}: {sentence}."
            )
        message = f"The query engine refuses this query: {sentence}."
        if (place := _PLACE.match(words)) is None:
            return QueryRefusedError(message)
        line = int(place[1])
        column = int(place[2])
        if line == 1:
            column = max(1, column - query.shift)
        sentence = sentence[place.end() :]
        message = f"The query engine refuses this query: {sentence}."
        return QuerySyntaxError(message, place=Place("query", line, column))


@dataclass(frozen=True)
class _AwaitedBody:
    """The body of an answer, as long as somebody waits for it."""

    read_piece: Callable[[int], bytes]
    is_abandoned: threading.Event

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes; none at the end."""
        piece = self.read_piece(size)
        if self.is_abandoned.is_set():
            raise _AbandonedError
        return piece


def _busy() -> QueriesBusyError:
    return QueriesBusyError(
        "The query engine has as many queries as it may.",
        hint="Try again in a moment, or ask for less at once.",
    )
