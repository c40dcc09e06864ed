"""Client of a GCM Graph server, for notebooks and programs; it needs Python's standard library alone.

    from gcmgraph.client import Graph

    graph = Graph("http://127.0.0.1:8080/")
    graph.query("practices-by-country", country="AFG").to_pandas()

Rows are texts, and a data frame where pandas is installed. Every error is a `ClientError` with the
sentence of the server; for whole programs on SPARQL alone there is SPARQLWrapper.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from email.message import Message
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, unquote, urlencode, urlsplit
from urllib.request import Request, urlopen

from gcmgraph.platform.errors import GcmGraphError

if TYPE_CHECKING:
    from pandas import DataFrame

#: Rows of a named query and names of a batch: the limits of the server.
MAX_ROWS = 100_000
MAX_BATCH = 500

JSON = "application/json"
JSON_LD = "application/ld+json"
N_TRIPLES = "application/n-triples"
SPARQL_RESULTS = "application/sparql-results+json"


class ClientError(GcmGraphError):
    """A request without an answer: the server does not answer, refuses, or its answer is not whole.

    `message` is one sentence, that of the server where it gave one; `hint` states a remedy.
    `status` is the HTTP status, None where the server did not answer.
    """

    def __init__(self, message: str, *, hint: str | None = None, status: int | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status


@dataclass(frozen=True)
class Table:
    """Rows of texts: codes stay as they are written (`004`, `17.10`, `NA`).

    None is a value that the row lacks.

    >>> table = Table(("code", "name"), (("004", "Afghanistan"), ("NA", None)))
    >>> list(table)
    [{'code': '004', 'name': 'Afghanistan'}, {'code': 'NA', 'name': None}]
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    #: index of the data frame: that of a series of names; None for the numbers of the rows
    index: Sequence[Any] | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, str | None]]:
        """The rows, each by the names of the columns."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def to_pandas(self) -> DataFrame:
        """The rows as a data frame of texts. Raises `ClientError` where pandas is not installed."""
        try:
            import pandas  # noqa: PLC0415 - optional
        except ImportError as error:
            raise ClientError(
                "pandas is not installed.", hint="Install it: pip install pandas."
            ) from error
        return pandas.DataFrame(
            list(self.rows), columns=list(self.columns), index=self.index, dtype="string"
        )


@dataclass(frozen=True)
class Resource:
    """A resource as its JSON-LD document describes it: its properties by name, texts by language, IRIs in full."""

    iri: str
    properties: Mapping[str, Any]
    #: all nodes of the document by identifier: the resource, its parts and evidence, names of what
    #: it mentions
    nodes: Mapping[str, Mapping[str, Any]] = field(repr=False)

    def __getitem__(self, name: str) -> Any:
        return self.properties[name]

    def name(self, language: str = "en") -> str:
        """The name in a language, else in English, else in any; the IRI where it has none."""
        for key in ("prefLabel", "title", "name", "label"):
            if key in self.properties:
                texts = _in_language(self.properties[key], language)
                return texts[0] if isinstance(texts, list) else str(texts)
        return self.iri


@dataclass(frozen=True)
class Hit:
    """A resource that a search found; `matched` is the text that matched."""

    iri: str
    kind: str
    name: str
    code: str | None
    matched: str


@dataclass(frozen=True)
class Finding:
    """One finding of a check; `place` is the file and line, or the cell of a workbook."""

    level: str
    message: str
    hint: str | None
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
class Answer:
    """The headers and the body of an answer."""

    address: str
    headers: Message
    body: bytes

    def json(self, *members: str) -> Any:
        """The body as JSON, an object with these members. Raises `ClientError`."""
        hint = "Is the address that of a GCM Graph server? If so, ask again."
        try:
            document = json.loads(self.body)
        except ValueError as error:
            raise ClientError(
                f"The answer of {self.address} is not whole, or not JSON.", hint=hint
            ) from error
        if members and not (isinstance(document, dict) and document.keys() >= set(members)):
            raise ClientError(
                f"The answer of {self.address} lacks {', '.join(members)}.", hint=hint
            )
        return document


@dataclass(eq=False)
class Graph:
    """The graph that a server publishes.

    `timeout` is in seconds. `language` is that of names and messages. `dataset` names the dataset
    version that tables must be from, so that a result can be repeated. Every method raises
    `ClientError`.
    """

    address: str
    _: KW_ONLY
    timeout: float = 60
    language: str = "en"
    dataset: str | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        if (
            parts.scheme not in {"http", "https"}
            or not parts.netloc
            or parts.query
            or parts.fragment
        ):
            hint = "Write it such as https://example.org/."
            raise ClientError(f"{self.address!r} is not the address of a server.", hint=hint)
        self.address = self.address.rstrip("/") + "/"

    @property
    def version(self) -> str:
        """The dataset version that the server has now."""
        health = self._get("health").json("software", "version")
        if not str(health["software"]).startswith("gcmgraph "):
            raise ClientError(f"The server at {self.address} is not a GCM Graph server.")
        return str(health["version"])

    def queries(self) -> Table:
        """The named queries: name, title, description, and their parameters (`*` marks those that are required)."""
        rows = []
        for query in self._get("queries", format="json").json():
            parameters = [
                parameter["name"] + "*" * parameter["required"] for parameter in query["parameters"]
            ]
            title = _in_language(query["title"], self.language)
            description = _in_language(query["description"], self.language)
            rows.append((query["name"], title, description, ", ".join(parameters)))
        return Table(("name", "title", "description", "parameters"), tuple(rows))

    def query(self, name: str, **parameters: str | int | float) -> Table:
        """All rows of a named query.

        A parameter whose name is a word of Python takes `_` at its end: `from_`.
        """
        values = {key.removesuffix("_"): str(value) for key, value in parameters.items()}
        values |= {"format": "json", "page_size": str(MAX_ROWS)}
        self._require_dataset()
        answer = self._get(f"queries/{quote(name, safe='')}", accept=SPARQL_RESULTS, **values)
        table = results_table(answer)
        total = int(answer.headers.get("X-Total-Count", len(table)))
        if len(table) != total:
            raise ClientError(
                f"Of {total:,} rows of the query {name}, {len(table):,} came.",
                hint="Narrow the query.",
            )
        self._require_dataset()
        return table

    def sparql(self, query: str) -> Table:
        """The rows of a SELECT query."""
        answer = self._sparql(query, SPARQL_RESULTS)
        if "boolean" in answer.json():
            raise ClientError("The query is answered with yes or no.", hint="Use Graph.ask().")
        return results_table(answer)

    def ask(self, query: str) -> bool:
        """The answer of an ASK query."""
        answer = self._sparql(query, SPARQL_RESULTS).json().get("boolean")
        if not isinstance(answer, bool):
            raise ClientError(
                "The query is not answered with yes or no.", hint="Use Graph.sparql()."
            )
        return answer

    def construct(self, query: str) -> str:
        """The triples of a CONSTRUCT or DESCRIBE query, as N-Triples."""
        return self._sparql(query, N_TRIPLES).body.decode()

    def describe(self, resource: str) -> Resource:
        """The description of a resource: its IRI, `country/AFG`, a code (`AFG`, `10.7`), or an IRI of others."""
        local_name = _local_name(resource)
        if local_name is None and "://" not in resource:
            codes = (hit.iri for hit in self.search(resource, limit=5) if hit.code == resource)
            local_name = _local_name(next(codes, ""))
        document = self._description(local_name) if local_name else None
        if document is None:
            local_name = None
            document = self._get("resolve", accept=JSON_LD, uri=resource).json("@graph")
        nodes = {node["@id"]: node for node in document["@graph"]}
        for iri, node in nodes.items():
            is_named = _local_name(iri) == local_name if local_name else _links_to(node, resource)
            if is_named and _local_name(iri) and "@type" in node:
                return Resource(iri, node, nodes)
        raise ClientError(
            f"The server describes nothing as {resource!r}.", hint="Graph.search() finds resources."
        )

    def search(self, text: str, *, limit: int = 20) -> list[Hit]:
        """The resources whose names or codes match a text in any language, best first; 100 at most."""
        answer = self._get(
            "search", q=text, limit=str(limit), lang=self.language, format="json"
        ).json("results")
        hits = []
        for result in answer["results"]:
            name, matched = result["label"]["text"], result["match"]["text"]
            hits.append(Hit(result["iri"], result["kind"], name, result["notation"], matched))
        return hits

    def validate(self, file: str | Path, *, rules: str = "contribution") -> Report:
        """The report on a file of RDF or a spreadsheet, which is not stored.

        `rules` are those of `/validate?as=`.
        """
        try:
            content = Path(file).read_bytes()
        except OSError as error:
            raise ClientError(f"{file} cannot be read: {error.strerror}.") from error
        parameters = {
            "name": Path(file).name,
            "as": rules,
            "findings": "all",
            "lang": self.language,
        }
        report = self._post(
            f"validate?{urlencode(parameters)}", content, "application/octet-stream"
        ).json("results", "conforms")
        findings = tuple(_finding(result, self.language) for result in report["results"])
        return Report(report["conforms"], report["violations"], report["warnings"], findings)

    def reconcile(self, names: Iterable[Any], *, kind: str | None = None) -> Table:
        """The best candidate for each name, such as those of a column: its IRI, name, score (0 to 100), and `match`.

        `match` is `yes` where it can be taken without a look. The rows have the order and the index
        of `names`; those without a candidate lack values. `kind` is that of the resources:
        `country`, `organisation`, `practice` …
        """
        texts = [str(name) for name in names]
        distinct = list(dict.fromkeys(texts))
        candidates: dict[str, tuple[str | None, ...]] = {}
        for start in range(0, len(distinct), MAX_BATCH):
            batch = distinct[start : start + MAX_BATCH]
            candidates |= zip(batch, self._candidates(batch, kind), strict=True)
        rows = tuple((name, *candidates[name]) for name in texts)
        index = getattr(names, "index", None) if hasattr(names, "to_frame") else None
        return Table(("query", "id", "name", "score", "match"), rows, index)

    def _description(self, local_name: str) -> Any:
        """The JSON-LD document about a resource of the server; None where there is none."""
        try:
            return self._get(f"doc/{quote(local_name)}", accept=JSON_LD, lang=self.language).json(
                "@graph"
            )
        except ClientError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def _candidates(self, names: Sequence[str], kind: str | None) -> list[tuple[str | None, ...]]:
        """IRI, name, score and match of the best candidate of each name."""
        kinds = {"type": kind} if kind else {}
        queries = {
            f"q{number}": {"query": name, "limit": 1, **kinds} for number, name in enumerate(names)
        }
        form = urlencode({"queries": json.dumps(queries)}).encode()
        path = f"reconcile?{urlencode({'lang': self.language})}"
        answers = self._post(path, form, "application/x-www-form-urlencoded").json(*queries)
        rows: list[tuple[str | None, ...]] = []
        for query in queries:
            results = answers[query]["result"]
            if results:
                best = results[0]
                rows.append(
                    (
                        best["id"],
                        best["name"],
                        f"{best['score']:g}",
                        "yes" if best["match"] else "no",
                    )
                )
            else:
                rows.append((None, None, None, "no"))
        return rows

    def _sparql(self, query: str, media_type: str) -> Answer:
        """The whole answer of a query, from the required dataset version."""
        self._require_dataset()
        answer = self._post("sparql", query.encode(), "application/sparql-query", media_type)
        if (limit := answer.headers.get("Result-Truncated")) is not None:
            hint = "Ask in parts: ORDER BY, LIMIT, OFFSET."
            raise ClientError(f"The server cut the answer at its limit ({limit}).", hint=hint)
        self._require_dataset()
        return answer

    def _require_dataset(self) -> None:
        """Raise `ClientError` where the server has another dataset version than the required one."""
        if self.dataset and self.version != self.dataset:
            hint = f"Its file is at {self.address}dumps/{self.dataset}, if it is still there."
            raise ClientError(
                f"The server has dataset version {self.version}, not {self.dataset}.", hint=hint
            )

    def _get(self, path: str, *, accept: str = JSON, **parameters: str) -> Answer:
        """The answer to a GET of a path of the server."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self._answer(Request(self.address + path + query, headers={"Accept": accept}))  # noqa: S310

    def _post(self, path: str, body: bytes, media_type: str, accept: str = JSON) -> Answer:
        """The answer to a POST to a path of the server."""
        headers = {"Accept": accept, "Content-Type": media_type}
        return self._answer(Request(self.address + path, body, headers))  # noqa: S310 - http(s), see `__post_init__`

    def _answer(self, request: Request) -> Answer:
        try:
            with urlopen(request, timeout=self.timeout) as response:  # noqa: S310
                return Answer(request.full_url, response.headers, response.read())
        except HTTPError as error:
            with error:
                raise _refusal(request.full_url, error.code, error.read()) from error
        except http.client.IncompleteRead as error:
            message = (
                f"The answer of {request.full_url} was cut off after {len(error.partial):,} bytes."
            )
            raise ClientError(
                message, hint="Ask again; of a large answer, ask for parts."
            ) from error
        except (URLError, OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            hint = "Is the address right, and does the server run?"
            raise ClientError(
                f"The server at {self.address} does not answer: {reason}.", hint=hint
            ) from error


def results_table(answer: Answer) -> Table:
    """The rows of SPARQL results in JSON (https://www.w3.org/TR/sparql11-results-json/).

    Raises `ClientError`.
    """
    document = answer.json()
    try:
        columns = tuple(document["head"]["vars"])
        bindings = document["results"]["bindings"]
    except (KeyError, TypeError) as error:
        raise ClientError(
            "The answer is not a table of results.", hint="A query with rows begins SELECT."
        ) from error
    rows = []
    for binding in bindings:
        values = (_text(binding[column]) if column in binding else None for column in columns)
        rows.append(tuple(values))
    return Table(columns, tuple(rows))


def _text(term: Mapping[str, Any]) -> str:
    """The value of a term; a triple term of SPARQL 1.2 as it is written there."""
    value = term["value"]
    if isinstance(value, str):
        return value
    parts = (_text(value[part]) for part in ("subject", "predicate", "object"))
    return f"<<( {' '.join(parts)} )>>"


def _finding(result: Mapping[str, Any], language: str) -> Finding:
    """A result of a report in JSON."""
    place = result["place"]
    position = (place.get("cell") or place.get("line")) if place else None
    return Finding(
        level=result["level"],
        message=str(_in_language(result["message"], language) or ""),
        hint=_in_language(result["hint"], language),
        place=":".join(str(part) for part in (place["source"], position) if part is not None)
        if place
        else None,
        focus=result["focusNode"]["value"],
    )


def _in_language(texts: Any, language: str) -> Any:
    """The text in a language, else in English, else in any, of texts by language; a text as it is.

    >>> _in_language({"en": "Niger", "ar": "النيجر"}, "fr")
    'Niger'
    """
    if isinstance(texts, Mapping):
        return texts.get(language) or texts.get("en") or next(iter(texts.values()), None)
    return texts


def _refusal(address: str, status: int, body: bytes) -> ClientError:
    """The server's own sentence and hint (RFC 9457), else its status."""
    try:
        problem = json.loads(body)
    except ValueError:
        problem = None
    if not isinstance(problem, dict) or not isinstance(problem.get("detail"), str):
        return ClientError(f"{address} was answered with status {status}.", status=status)
    hints = [str(problem["hint"])] if problem.get("hint") else []
    if problem.get("line"):
        hints.insert(0, f"Line {problem['line']}, column {problem.get('column') or 1}.")
    return ClientError(problem["detail"], hint=" ".join(hints) or None, status=status)


def _local_name(resource: str) -> str | None:
    """The part of an address of ours after `/id/`, of a short form with `/`; None for others.

    >>> [_local_name(text) for text in ("https://w3id.org/gcmgraph/id/country/AFG", "country:AFG", "AFG")]
    ['country/AFG', 'country/AFG', None]
    """
    parts = urlsplit(resource)
    if "://" in resource:
        _, separator, local_name = unquote(parts.path).partition("/id/")
        return local_name if separator and not parts.fragment else None
    kind, separator, local_name = resource.replace(":", "/", 1).partition("/")
    return f"{kind}/{local_name}" if separator else None


def _links_to(node: Mapping[str, Any], iri: str) -> bool:
    """Whether a node of a JSON-LD document names an IRI."""
    return json.dumps(iri) in json.dumps(node)
