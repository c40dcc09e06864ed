"""Client of a GCM Graph server, for notebooks and programs; it needs Python's standard library alone.

    from gcmgraph.client import Graph

    graph = Graph("http://127.0.0.1:8080/")
    graph.query("practices-by-country", country="AFG").to_pandas()

Rows are texts, and a data frame where pandas is installed. Every error is a `ClientError`.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from email.message import Message
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import quote, unquote, urlencode, urlsplit
from urllib.request import Request, getproxies, proxy_bypass, urlopen

from gcmgraph.errors import GcmGraphError

if TYPE_CHECKING:
    from pandas import DataFrame


T = TypeVar("T")

#: Requests until a busy server is given up, the longest wait between two, in seconds, and the statuses of one.
_ATTEMPTS, _LONGEST_WAIT, _BUSY = 4, 30.0, frozenset((429, 503))


class ClientError(GcmGraphError):
    """A request without an answer: the server does not answer, refuses, or its answer is not whole.

    `message` is one sentence, that of the server where it gave one; `hint` states a remedy. `status` is the HTTP
    status, None where the server did not answer.
    """

    def __init__(self, message: str, *, hint: str | None = None, status: int | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status


class RefusedError(ClientError):
    """A contribution that does not conform and was not stored; `report` has what to correct."""

    def __init__(self, report: Report) -> None:
        message = f"The contribution was not stored: {report.violations} findings must be corrected."
        super().__init__(message, hint="They are in the `report` of this error.", status=422)
        self.report = report


@dataclass(frozen=True)
class Answer:
    """The status, headers and body of an answer."""

    address: str
    status: int
    headers: Message
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises `ClientError`."""
        return self.read(lambda document: document)

    def read(self, part: Callable[[Any], T]) -> T:
        """A part of the body, which is JSON. Raises `ClientError` where it lacks what this client expects in it."""
        try:
            return part(json.loads(self.body))
        except ValueError as error:
            hint = "Is the address that of a GCM Graph server? If so, ask again."
            raise ClientError(f"The answer of {self.address} is not whole, or not JSON.", hint=hint) from error
        except (KeyError, TypeError, AttributeError) as error:
            message = f"An answer of {self.address} does not have the form that this client reads."
            hint = "Is the address that of a GCM Graph server of the client's version?"
            raise ClientError(message, hint=hint) from error

    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


def _wait(answer: Answer) -> float | None:
    """The seconds that a busy server asks to wait; None where it names none, or too many."""
    seconds = answer.headers.get("Retry-After", "")
    return float(seconds) if seconds.isdecimal() and float(seconds) <= _LONGEST_WAIT else None


def _refused(answer: Answer, language: str) -> ClientError:
    """The server's own sentence and hint (RFC 9457), or its report; else its status."""
    try:
        problem = json.loads(answer.body)
    except ValueError:
        problem = None
    if not isinstance(problem, dict) or not isinstance(problem.get("detail"), str):
        return ClientError(f"{answer.address} was answered with status {answer.status}.", status=answer.status)
    if problem.get("report"):
        return answer.read(lambda problem: RefusedError(read_report(problem["report"], language)))
    hints = [problem.get("hint")]
    near = [near.get("label") or near.get("iri") for near in problem.get("near", ()) if isinstance(near, dict)]
    hints += [f"Similar: {', '.join(map(str, near))}."] if near else []
    hint = " ".join(str(part) for part in hints if part)
    if problem.get("line"):
        hint = f"Line {problem['line']}, column {problem.get('column') or 1}. {hint}".strip()
    return ClientError(problem["detail"], hint=hint or None, status=answer.status)


@dataclass(frozen=True)
class Table:
    """Rows of texts: codes stay as they are written (`004`, `17.10`, `NA`). None is a value that the row lacks."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    #: what identifies the rows: the index of a series that was matched; None for their numbers
    index: Sequence[Any] | None = field(default=None, repr=False)
    #: types of the columns whose values have one: the name of a datatype of XML Schema, or `IRI`
    types: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, str | None]]:
        """The rows, each by the names of the columns."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def to_pandas(self, *, typed: bool = False) -> DataFrame:
        """The rows as a data frame of texts. Raises `ClientError` where pandas is not installed.

        With `typed`, columns whose values have one datatype have that: `Int64`, `Float64`, `boolean`, `datetime64`;
        IRIs are categories. Years and months remain texts.
        """
        try:
            import pandas  # noqa: PLC0415 - optional
        except ImportError as error:
            raise ClientError("pandas is not installed.", hint="Install it: pip install pandas.") from error
        frame = pandas.DataFrame(list(self.rows), columns=list(self.columns), index=self.index, dtype="string")
        for column, type_ in self.types.items() if typed else ():
            if type_ in _DATES:
                frame[column] = pandas.to_datetime(frame[column], utc=type_ == "dateTime", format="ISO8601")
            elif type_ == "boolean":
                frame[column] = frame[column].map(_BOOLEANS).astype("boolean")
            elif type_ in _TYPES:
                frame[column] = frame[column].astype(_TYPES[type_])
        return frame


#: Types of data frames by those of columns, and the types of dates.
_TYPES = {
    **dict.fromkeys(("integer", "nonNegativeInteger", "positiveInteger", "int", "long"), "Int64"),
    **dict.fromkeys(("decimal", "double", "float"), "Float64"),
    "IRI": "category",
}
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_DATES = frozenset(("date", "dateTime"))


def bindings_table(document: Any) -> Table:
    """The rows of SPARQL results in JSON (https://www.w3.org/TR/sparql11-results-json/). Raises `ClientError`."""
    try:
        columns = tuple(document["head"]["vars"])
        bindings = document["results"]["bindings"]
        rows = tuple(tuple(_text(row.get(column)) for column in columns) for row in bindings)
    except (KeyError, TypeError, AttributeError) as error:
        raise ClientError("The answer is not a table of results.", hint="A query with rows begins SELECT.") from error
    return Table(columns, rows, types=_column_types(columns, bindings))


def _column_types(columns: Iterable[str], bindings: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The type of each column whose values have one."""
    found: dict[str, set[str]] = {column: set() for column in columns}
    for row in bindings:
        for column, term in row.items():
            datatype = term.get("datatype", "").rpartition("#")[2]
            found[column].add("IRI" if term["type"] == "uri" else datatype)
    return {column: types.pop() for column, types in found.items() if len(types) == 1 and "" not in types}


def _joined(parts: Sequence[Table]) -> Table:
    """The rows of tables with the same columns; a column has a type where all of them give it that."""
    same = set.intersection(*(set(part.types.items()) for part in parts))
    return Table(parts[-1].columns, tuple(row for part in parts for row in part.rows), types=dict(same))


def _text(term: Any) -> str | None:
    if term is None:
        return None
    value = term["value"]
    if isinstance(value, str):
        return value
    parts = (_text(value[part]) for part in ("subject", "predicate", "object"))  # a triple term of SPARQL 1.2
    return f"<<( {' '.join(str(part) for part in parts)} )>>"


#: Properties that name a resource, by name and by CURIE for texts without language.
_NAMES = ("prefLabel", "title", "name", "label", "skos:prefLabel", "dct:title")


@dataclass(frozen=True)
class Resource:
    """A resource as its JSON-LD document describes it: its properties by name, texts by language, IRIs in full."""

    iri: str
    properties: Mapping[str, Any]
    #: all nodes of the document by identifier: the resource, its parts and evidence, names of what it mentions
    nodes: Mapping[str, Mapping[str, Any]] = field(repr=False)
    #: the whole document, for JSON-LD processors
    document: Mapping[str, Any] = field(repr=False)

    def __getitem__(self, name: str) -> Any:
        return self.properties[name]

    def name(self, language: str = "en") -> str:
        """The name in a language, else in English, else in any; the IRI where it has none."""
        for key in _NAMES:
            texts = self.properties.get(key)
            if isinstance(texts, Mapping) and texts:
                found = texts.get(language) or texts.get("en") or next(iter(texts.values()))
                return found if isinstance(found, str) else found[0]
            if isinstance(texts, str):
                return texts
        return self.iri


@dataclass(frozen=True)
class Hit:
    """A resource that a search found."""

    iri: str
    kind: str
    name: str
    code: str | None
    #: the text that matched
    matched: str


@dataclass(frozen=True)
class Finding:
    """One finding of a check."""

    level: str
    message: str
    hint: str | None
    #: file and line, or the cell of a workbook
    place: str | None
    focus: str


@dataclass(frozen=True)
class Report:
    """The report of a check: whether the data conform, how many violations and warnings, and the findings."""

    conforms: bool
    violations: int
    warnings: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Contribution:
    """A contribution.

    Its state is `submitted`, `changes-due`, `accepted`, `rejected`, `withdrawn` or `superseded`.
    """

    id: str
    title: str
    state: str
    #: the address of its page, for its sender and curators
    address: str
    #: decisions and comments, oldest first: event, by whom, when, reason; empty for others than sender and curators
    history: tuple[Mapping[str, Any], ...]


def read_report(document: Mapping[str, Any], language: str) -> Report:
    """The report of `/validate` in JSON."""

    def finding(result: Mapping[str, Any]) -> Finding:
        message, hint = (_best(result[name], language) for name in ("message", "hint"))
        return Finding(result["level"], message or "", hint, _place(result["place"]), result["focusNode"]["value"])

    findings = tuple(map(finding, document["results"]))
    return Report(document["conforms"], document["violations"], document["warnings"], findings)


def _best(texts: Any, language: str) -> str | None:
    """A text in a language, else in English, else in any, of texts by language."""
    if isinstance(texts, Mapping):
        return texts.get(language) or texts.get("en") or next(iter(texts.values()), None)
    return None if texts is None else str(texts)


def _place(place: Mapping[str, Any] | None) -> str | None:
    if place is None:
        return None
    parts = [place["source"], place.get("cell") or place.get("line")]
    return ":".join(str(part) for part in parts if part is not None)


_JSON_LD = "application/ld+json"
_RESULTS = "application/sparql-results+json"

#: Rows of a page of a named query, and names of a batch: the limits of the server.
_PAGE_ROWS, _BATCH = 10_000, 500

_QUERY_NAME = re.compile(r"[a-z0-9-]+")

_CONNECTIONS = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}

#: A resource as `kind/local` or `kind:local`.
_SHORT = re.compile(r"([a-z]+)[/:](?!/)(.+)")


@dataclass(repr=False, eq=False)
class Graph:
    """The graph that a server publishes.

    `timeout` is in seconds. `language` is that of names and messages. `dataset` names the dataset version (`/health`)
    that answers must be from, so that a result can be repeated. `token` is that of a contributor. Every method raises
    `ClientError`. Connections are reused; threads may share a graph.
    """

    address: str
    _: KW_ONLY
    timeout: float = 60
    language: str = "en"
    dataset: str | None = None
    token: str | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
            hint = "Write it such as https://example.org/."
            raise ClientError(f"{self.address!r} is not the address of a server.", hint=hint)
        self.address = self.address.rstrip("/") + "/"
        self._checked = False
        self._through_proxy = parts.scheme in getproxies() and not proxy_bypass(parts.hostname or "")
        self._idle: list[http.client.HTTPConnection] = []

    def __del__(self) -> None:
        for connection in getattr(self, "_idle", ()):
            connection.close()

    def __repr__(self) -> str:
        return f"Graph({self.address!r})"

    @property
    def version(self) -> str:
        """The dataset version that the server has now."""
        return str(self._health()["version"])

    def queries(self) -> Table:
        """The named queries: name, title, description, and their parameters (`*` marks those that are required)."""

        def row(each: Mapping[str, Any]) -> tuple[str | None, ...]:
            texts = (_best(each[name], self.language) for name in ("title", "description"))
            return each["name"], *texts, ", ".join(p["name"] + "*" * p["required"] for p in each["parameters"])

        rows = self._get("queries", {"format": "json"}).read(lambda listed: tuple(map(row, listed)))
        return Table(("name", "title", "description", "parameters"), rows)

    def query(self, name: str, **parameters: str | int | float) -> Table:
        """All rows of a named query. A parameter whose name is a word of Python takes `_` at its end: `from_`."""
        if not _QUERY_NAME.fullmatch(name):
            raise ClientError(f"{name!r} is not the name of a query.", hint="Graph.queries() lists them.")
        given = {key.removesuffix("_"): str(value) for key, value in parameters.items()}
        before = self._pinned() if self.dataset else None
        parts: list[Table] = []
        while True:
            asked = {**given, "format": "json", "page": str(len(parts) + 1), "page_size": str(_PAGE_ROWS)}
            answer = self._get(f"queries/{name}", asked, _RESULTS)
            _require_whole(answer)
            table = bindings_table(answer.json())
            total = int(answer.headers.get("X-Total-Count", sum(map(len, parts)) + len(table)))
            if before is None and total > len(table) > 0:  # several pages, which are to be of one version
                before = self._pinned()
                continue
            parts.append(table)
            if sum(map(len, parts)) >= total or not table.rows:
                break
        if before is not None:
            self._require(before)
        found = _joined(parts)
        if len(found) != total:
            raise ClientError(f"Of {total:,} rows of the query {name}, {len(found):,} came.", hint="Ask again.")
        return found

    def sparql(self, query: str, *, page: int | None = None) -> Table:
        """The rows of a SELECT query.

        `page` is the number of rows of a page: all pages are fetched, beyond the limit of one answer. The query
        then has ORDER BY, no LIMIT and no OFFSET; the pages are of one dataset version.
        """
        if page is None:
            return self._rows(query)
        if not re.search(r"\bORDER\s+BY\b", query, re.IGNORECASE):
            raise ClientError("A query in pages needs an order.", hint="Add ORDER BY with all its variables.")
        before, parts = self._pinned(), list[Table]()
        while not parts or len(parts[-1]) == page:
            parts.append(self._rows(f"{query}\nLIMIT {page} OFFSET {page * len(parts)}"))
        self._require(before)
        return _joined(parts)

    def _rows(self, query: str) -> Table:
        document = self._sparql(query, _RESULTS).json()
        if "boolean" in document:
            raise ClientError("The query is answered with yes or no.", hint="Use Graph.ask().")
        return bindings_table(document)

    def ask(self, query: str) -> bool:
        """The answer of an ASK query."""
        document = self._sparql(query, _RESULTS).json()
        if not isinstance(document.get("boolean"), bool):
            raise ClientError("The query is not answered with yes or no.", hint="Use Graph.sparql().")
        return bool(document["boolean"])

    def construct(self, query: str) -> str:
        """The triples of a CONSTRUCT or DESCRIBE query, as N-Triples."""
        return self._sparql(query, "application/n-triples").text()

    def describe(self, resource: str) -> Resource:
        """The description of a resource: its IRI, `country/AFG`, a code (`AFG`, `10.7`), or an IRI of others."""
        foreign = "://" in resource
        if foreign:
            local = _local_name(resource)
        elif short := _SHORT.fullmatch(resource):
            local = f"{short[1]}/{short[2]}"
        else:
            coded = (hit.iri for hit in self.search(resource, limit=5) if hit.code == resource)
            local = _local_name(next(coded, ""))
        answer = self._document(local, foreign=foreign) if local else None
        found = answer or self._get("resolve", {"uri": resource}, _JSON_LD)
        nodes = found.read(lambda document: {node["@id"]: node for node in document["@graph"]})
        iri = next((iri for iri in nodes if answer and _local_name(iri) == local), None)
        iri = iri or next((iri for iri, node in nodes.items() if _local_name(iri) and _names(node, resource)), None)
        if iri is None:
            raise ClientError(f"The server describes nothing as {resource!r}.", hint="Graph.search() finds resources.")
        return Resource(iri, nodes[iri], nodes, found.json())

    def search(self, text: str, *, limit: int = 20) -> list[Hit]:
        """The resources whose names or codes match a text in any language, best first; 100 at most."""
        parameters = {"q": text, "limit": str(limit), "lang": self.language, "format": "json"}

        def hit(each: Mapping[str, Any]) -> Hit:
            return Hit(each["iri"], each["kind"], each["label"]["text"], each["notation"], each["match"]["text"])

        return self._get("search", parameters).read(lambda answer: list(map(hit, answer["results"])))

    def validate(self, file: str | Path, *, rules: str = "contribution") -> Report:
        """The report on a file of RDF or a spreadsheet, which is not stored. `rules` are those of `/validate?as=`."""
        parameters = {"name": Path(file).name, "as": rules, "findings": "all", "lang": self.language}
        answer = self._post(f"validate?{urlencode(parameters)}", _content(file), "application/octet-stream")
        return answer.read(lambda report: read_report(report, self.language))

    def contribute(self, file: str | Path, title: str, *, supersedes: str | None = None) -> Contribution:
        """Send a file of RDF or a spreadsheet for review; `supersedes` names the contribution that it replaces.

        The same file and title are stored once, also when they are sent again. Raises `RefusedError` for one that does
        not conform.
        """
        content = _content(file)
        given = {"name": Path(file).name, "title": title, "lang": self.language}
        given |= {"supersedes": supersedes} if supersedes else {}
        headers = {"Content-Type": "application/octet-stream", **self._own()}
        headers["Idempotency-Key"] = hashlib.sha256("\0".join(given.values()).encode() + content).hexdigest()
        return self._send(f"contributions?{urlencode(given)}", headers, content).read(self._contribution)

    def contribution(self, identifier: str) -> Contribution:
        """A contribution by its identifier; its history for the sender."""
        return self._send(f"contributions/{quote(identifier)}", self._own()).read(self._contribution)

    def contributions(self) -> list[Contribution]:
        """Published contributions and, with a token, also one's own, the newest first; 50 at most."""
        answer = self._send("contributions", self._own() if self.token else {"Accept": "application/json"})
        return answer.read(lambda document: list(map(self._contribution, document["contributions"])))

    def _own(self) -> dict[str, str]:
        if not self.token:
            raise ClientError("Contributions need a token.", hint="Give it: Graph(address, token=…).")
        return {"Accept": "application/json", "Authorization": f"Bearer {self.token}"}

    def _contribution(self, document: Mapping[str, Any]) -> Contribution:
        address = f"{self.address}contributions/{document['id']}"
        history = tuple(document.get("history", ()))
        return Contribution(document["id"], document["title"]["text"], document["state"], address, history)

    def reconcile(self, names: Iterable[Any], *, kind: str | None = None) -> Table:
        """The best candidate for each name, such as those of a column: its IRI, name, score (0 to 100), and `match`.

        `match` is `yes` where it can be taken without a look. The rows have the order and the index of `names`; those
        without a candidate lack values. `kind` is that of the resources: `country`, `organisation`, `practice` …
        """
        wanted = [str(name) for name in names]
        distinct = list(dict.fromkeys(wanted))
        found: dict[str, tuple[str | None, ...]] = {}
        kinds = {"type": kind} if kind else {}
        for start in range(0, len(distinct), _BATCH):
            part = distinct[start : start + _BATCH]
            batch = {f"q{number}": {"query": name, "limit": 1, **kinds} for number, name in enumerate(part)}
            body = urlencode({"queries": json.dumps(batch)}).encode()
            form = f"reconcile?{urlencode({'lang': self.language})}"
            answer = self._post(form, body, "application/x-www-form-urlencoded")
            found |= zip(part, answer.read(partial(_candidates, len(part))), strict=True)
        columns = ("query", "id", "name", "score", "match")
        rows = tuple((name, *found[name]) for name in wanted)
        return Table(columns, rows, getattr(names, "index", None) if hasattr(names, "to_frame") else None)

    def _get(self, path: str, parameters: Mapping[str, str] | None = None, accept: str = "application/json") -> Answer:
        """The answer to a GET; `path` is relative to the address."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self._send(path + query, {"Accept": accept})

    def _post(self, path: str, body: bytes, media_type: str, accept: str = "application/json") -> Answer:
        """The answer to a POST."""
        return self._send(path, {"Accept": accept, "Content-Type": media_type}, body)

    def _send(self, path: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """The answer to a request. Raises `ClientError` for one with an error."""
        if path != "health":
            self._require_software()
        request = Request(self.address + path, body, dict(headers))  # noqa: S310 - http(s), see `__init__`
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                answer = self._exchanged(request)
                wait = _wait(answer) if answer.status in _BUSY and attempt < _ATTEMPTS else None
                if wait is None and answer.status >= 400:
                    raise _refused(answer, self.language)
                if wait is None:
                    return answer
                time.sleep(wait)
            except http.client.IncompleteRead as error:
                message = f"The answer of {request.full_url} was cut off after {len(error.partial):,} bytes."
                raise ClientError(message, hint="Ask again; of a large answer, ask for parts.") from error
            except (URLError, OSError, http.client.HTTPException) as error:
                reason = getattr(error, "reason", None) or error
                hint = "Is the address right, and does the server run?"
                raise ClientError(f"The server at {self.address} does not answer: {reason}.", hint=hint) from error
        raise AssertionError("the last attempt returns or raises")

    def _exchanged(self, request: Request) -> Answer:
        """The answer by an open connection; through a proxy or after a redirect, by one of its own."""
        while not self._through_proxy:
            scheme, host, *_ = urlsplit(request.full_url)
            kept = self._idle.pop() if self._idle else None
            connection = kept or _CONNECTIONS[scheme](host, timeout=self.timeout)
            try:
                connection.request(request.get_method(), request.selector, request.data, dict(request.header_items()))
                response = connection.getresponse()
                answer = Answer(request.full_url, response.status, response.headers, response.read())
            except (ConnectionResetError, BrokenPipeError):  # the server had closed it
                connection.close()
                if kept is None:
                    raise
                continue
            except BaseException:
                connection.close()
                raise
            self._idle.append(connection)
            if not 300 <= answer.status < 400:
                return answer
            break
        try:
            with urlopen(request, timeout=self.timeout) as response:  # noqa: S310
                return Answer(request.full_url, response.status, response.headers, response.read())
        except HTTPError as error:
            with error:  # it holds the connection
                return Answer(request.full_url, error.code, error.headers, error.read())

    def _document(self, local: str, *, foreign: bool) -> Answer | None:
        """The document about a resource; None where there is none and the address may be another's."""
        try:
            return self._get(f"doc/{quote(local)}", {"lang": self.language}, _JSON_LD)
        except ClientError as error:
            if error.status == 404 and foreign:
                return None
            raise

    def _sparql(self, query: str, accept: str) -> Answer:
        before = self._pinned() if self.dataset else ""
        answer = self._post("sparql", query.encode(), "application/sparql-query", accept)
        _require_whole(answer)
        if self.dataset:
            self._require(before)
        return answer

    def _health(self) -> Mapping[str, Any]:
        health = self._get("health").json()
        if not isinstance(health, Mapping) or not str(health.get("software", "")).startswith("gcmgraph "):
            raise ClientError(f"The server at {self.address} is not a GCM Graph server.")
        return health

    def _require_software(self) -> None:
        """Raise `ClientError` where client and server are of versions that do not fit; compared once."""
        if self._checked:
            return
        theirs = str(self._health()["software"]).removeprefix("gcmgraph ")
        try:
            ours = version("gcmgraph")
        except PackageNotFoundError:  # used from its folder, without installation
            ours = theirs
        if _series(ours) != _series(theirs):
            hint = f"Install the client of version {_series(theirs)}."
            raise ClientError(f"This client is of version {ours}, the server of version {theirs}.", hint=hint)
        self._checked = True

    def _pinned(self) -> str:
        """The dataset version before an answer. Raises `ClientError` where it differs from the required one."""
        found = self.version
        if self.dataset and found != self.dataset:
            hint = f"Its file is at {self.address}dumps/{self.dataset}, if it is still kept."
            raise ClientError(f"The server has dataset version {found}, not {self.dataset}.", hint=hint)
        return found

    def _require(self, before: str) -> None:
        if (after := self.version) != before:
            message = f"The dataset changed from version {before} to {after} while the answer was sent."
            raise ClientError(message, hint="Ask again.")


def _content(file: str | Path) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise ClientError(f"{file} cannot be read: {error.strerror}.") from error


def _series(release: str) -> str:
    """The part of a version number that changes with what clients rely on: the first number, of 0.x the first two."""
    numbers = release.split(".")
    return ".".join(numbers[: 2 if numbers[0] == "0" else 1])


def _require_whole(answer: Answer) -> None:
    """Raise `ClientError` for an answer that the server cut at its limit, or that lacks the part of another server."""
    if (cut := answer.headers.get("Result-Truncated")) is not None:
        hint = "Ask in parts: ORDER BY, LIMIT, OFFSET."
        raise ClientError(f"The server cut the answer at its limit ({cut}).", hint=hint)
    if (missing := answer.headers.get("Result-Incomplete")) is not None:
        raise ClientError(f"Another server did not answer; its part is missing ({missing}).", hint="Ask again later.")


def _candidates(count: int, answer: Mapping[str, Any]) -> list[tuple[str | None, ...]]:
    """The best candidate of each of `count` names, or its absence."""

    def shown(best: Mapping[str, Any] | None) -> tuple[str | None, ...]:
        if best is None:
            return None, None, None, "no"
        return best["id"], best["name"], f"{best['score']:g}", "yes" if best["match"] else "no"

    return [shown(next(iter(answer[f"q{number}"]["result"]), None)) for number in range(count)]


def _local_name(iri: str) -> str | None:
    """The part of a resource's IRI after `/id/`; None for others."""
    parts = urlsplit(iri)
    _, found, local = unquote(parts.path).partition("/id/")
    return local if found and not parts.fragment else None


def _names(node: Mapping[str, Any], iri: str) -> bool:
    """Whether a node links to an IRI."""
    return "@type" in node and json.dumps(iri) in json.dumps(node)
