"""A GCM Graph server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from gcmgraph.client.answers import Hit, Report, Resource, read_report
from gcmgraph.client.table import Table, bindings_table
from gcmgraph.client.transport import Answer, ClientError, Transport, expected_form

_JSON_LD = "application/ld+json"
_RESULTS = "application/sparql-results+json"

#: Rows of a page of a named query, and names of a batch: the limits of the server.
_PAGE_ROWS, _BATCH = 10_000, 500

_NAMES = re.compile(r"[a-z0-9-]+")

#: A resource as `kind/local` or `kind:local`.
_SHORT = re.compile(r"([a-z]+)[/:](?!/)(.+)")


class Graph:
    """The graph that a server publishes.

    `timeout` is in seconds. `language` is that of names and messages. `dataset` names the dataset version (`/health`)
    that answers must be from, so that a result can be repeated. Every method raises `ClientError`.
    """

    def __init__(self, address: str, *, timeout: float = 60, language: str = "en", dataset: str | None = None) -> None:
        self._transport = Transport(address, timeout)
        self._language = language
        self._dataset = dataset
        self._checked = False

    def __repr__(self) -> str:
        return f"Graph({self._transport.address!r})"

    @property
    def version(self) -> str:
        """The dataset version that the server has now."""
        return str(self._health()["version"])

    def queries(self) -> Table:
        """The named queries: name, title, description, and their parameters (`*` marks those that are required)."""
        listed = self._get("queries", {"format": "json"}).json()
        with expected_form(self._transport.address):
            rows = tuple(
                (
                    each["name"],
                    _text(each["title"], self._language),
                    _text(each["description"], self._language),
                    ", ".join(p["name"] + "*" * p["required"] for p in each["parameters"]),
                )
                for each in listed
            )
        return Table(("name", "title", "description", "parameters"), rows)

    def query(self, name: str, **parameters: str | int | float) -> Table:
        """All rows of a named query. A parameter whose name is a word of Python takes `_` at its end: `from_`."""
        if not _NAMES.fullmatch(name):
            raise ClientError(f"{name!r} is not the name of a query.", hint="Graph.queries() lists them.")
        given = {key.removesuffix("_"): str(value) for key, value in parameters.items()}
        before = self._pinned()
        rows: list[tuple[str | None, ...]] = []
        page = 1
        while True:
            asked = {**given, "format": "json", "page": str(page), "page_size": str(_PAGE_ROWS)}
            answer = self._get(f"queries/{name}", asked, _RESULTS)
            _require_whole(answer)
            table = bindings_table(answer.json())
            rows += table.rows
            total = int(answer.headers.get("X-Total-Count", len(rows)))
            if len(rows) >= total or not table.rows:
                break
            page += 1
        if page > 1 or self._dataset:
            self._require(before)
        if len(rows) != total:
            raise ClientError(f"Of {total:,} rows of the query {name}, {len(rows):,} came.", hint="Ask again.")
        return Table(table.columns, tuple(rows))

    def sparql(self, query: str) -> Table:
        """The rows of a SELECT query."""
        answer = self._sparql(query, _RESULTS)
        document = answer.json()
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
        local = _local_name(resource) if foreign else None
        if not foreign:
            short = _SHORT.fullmatch(resource)
            local = f"{short[1]}/{short[2]}" if short else self._with_code(resource)
        answer = self._document(local, foreign=foreign) if local else None
        document = (answer or self._get("resolve", {"uri": resource}, _JSON_LD)).json()
        with expected_form(self._transport.address):
            nodes = {node["@id"]: node for node in document["@graph"]}
        iri = next((iri for iri in nodes if answer and _local_name(iri) == local), None)
        iri = iri or next((iri for iri, node in nodes.items() if _local_name(iri) and _names(node, resource)), None)
        if iri is None:
            raise ClientError(f"The server describes nothing as {resource!r}.", hint="Graph.search() finds resources.")
        return Resource(iri, nodes[iri], nodes, document)

    def search(self, text: str, *, limit: int = 20) -> list[Hit]:
        """The resources whose names or codes match a text in any language, best first; 100 at most."""
        parameters = {"q": text, "limit": str(limit), "lang": self._language, "format": "json"}
        answer = self._get("search", parameters).json()
        with expected_form(self._transport.address):
            return [
                Hit(each["iri"], each["kind"], each["label"]["text"], each["notation"], each["match"]["text"])
                for each in answer["results"]
            ]

    def validate(self, file: str | Path, *, rules: str = "contribution") -> Report:
        """The report on a file of RDF or a spreadsheet, which is not stored. `rules` are those of `/validate?as=`."""
        path = Path(file)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ClientError(f"{path} cannot be read: {error.strerror}.") from error
        parameters = urlencode({"name": path.name, "as": rules, "findings": "all", "lang": self._language})
        self._require_software()
        answer = self._transport.post(f"validate?{parameters}", content, "application/octet-stream")
        with expected_form(self._transport.address):
            return read_report(answer.json(), self._language)

    def reconcile(self, names: Iterable[Any], *, kind: str | None = None) -> Table:
        """The best candidate for each name, such as those of a column: its IRI, name, score (0 to 100), and `match`.

        `match` is `yes` where it can be taken without a look. The rows have the order and the index of `names`; those
        without a candidate lack values. `kind` is that of the resources: `country`, `organisation`, `practice` …
        """
        wanted = [str(name) for name in names]
        distinct = list(dict.fromkeys(wanted))
        found: dict[str, tuple[str | None, ...]] = {}
        self._require_software()
        for start in range(0, len(distinct), _BATCH):
            part = distinct[start : start + _BATCH]
            kinds = {"type": kind} if kind else {}
            batch = {f"q{number}": {"query": name, "limit": 1, **kinds} for number, name in enumerate(part)}
            body = urlencode({"queries": json.dumps(batch)}).encode()
            form = f"reconcile?{urlencode({'lang': self._language})}"
            answer = self._transport.post(form, body, "application/x-www-form-urlencoded").json()
            with expected_form(self._transport.address):
                found |= {name: _candidate(answer[f"q{number}"]["result"]) for number, name in enumerate(part)}
        columns = ("query", "id", "name", "score", "match")
        rows = tuple((name, *found[name]) for name in wanted)
        return Table(columns, rows, getattr(names, "index", None) if hasattr(names, "to_frame") else None)

    def _get(self, path: str, parameters: Mapping[str, str] | None = None, accept: str = "application/json") -> Answer:
        self._require_software()
        return self._transport.get(path, parameters, accept)

    def _with_code(self, code: str) -> str | None:
        """The local name of the resource with a code."""
        parameters = {"q": code, "limit": "5", "format": "json"}
        answer = self._get("search", parameters).json()
        with expected_form(self._transport.address):
            found = [hit for hit in answer["results"] if hit["notation"] == code]
            return _local_name(found[0]["iri"]) if found else None

    def _document(self, local: str, *, foreign: bool) -> Answer | None:
        """The document about a resource; None where there is none and the address may be another's."""
        try:
            return self._get(f"doc/{quote(local)}", {"lang": self._language}, _JSON_LD)
        except ClientError as error:
            if error.status == 404 and foreign:
                return None
            raise

    def _sparql(self, query: str, accept: str) -> Answer:
        before = self._pinned()
        self._require_software()
        answer = self._transport.post("sparql", query.encode(), "application/sparql-query", accept)
        _require_whole(answer)
        if self._dataset:
            self._require(before)
        return answer

    def _health(self) -> Mapping[str, Any]:
        health = self._transport.get("health").json()
        if not isinstance(health, Mapping) or not str(health.get("software", "")).startswith("gcmgraph "):
            raise ClientError(f"The server at {self._transport.address} is not a GCM Graph server.")
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
            raise ClientError(
                f"This client is of version {ours}, the server of version {theirs}.",
                hint=f"Install the client of version {_series(theirs)}.",
            )
        self._checked = True

    def _pinned(self) -> str:
        """The dataset version before an answer. Raises `ClientError` where it differs from the required one."""
        found = self.version
        if self._dataset and found != self._dataset:
            raise ClientError(
                f"The server has dataset version {found}, not {self._dataset}.",
                hint=f"Its file is at {self._transport.address}dumps/{self._dataset}, if it is still kept.",
            )
        return found

    def _require(self, before: str) -> None:
        if (after := self.version) != before:
            raise ClientError(
                f"The dataset changed from version {before} to {after} while the answer was sent.", hint="Ask again."
            )


def _series(release: str) -> str:
    """The part of a version number that changes with what clients rely on: the first number, of 0.x the first two."""
    numbers = release.split(".")
    return ".".join(numbers[: 2 if numbers[0] == "0" else 1])


def _require_whole(answer: Answer) -> None:
    """Raise `ClientError` for an answer that the server cut at its limit, or that lacks the part of another server."""
    if (cut := answer.headers.get("Result-Truncated")) is not None:
        raise ClientError(
            f"The server cut the answer at its limit ({cut}).", hint="Ask in parts: ORDER BY, LIMIT, OFFSET."
        )
    if (missing := answer.headers.get("Result-Incomplete")) is not None:
        raise ClientError(f"Another server did not answer; its part is missing ({missing}).", hint="Ask again later.")


def _text(texts: Any, language: str) -> str | None:
    """A text in a language, of texts by language."""
    if isinstance(texts, Mapping):
        return texts.get(language) or texts.get("en") or next(iter(texts.values()), None)
    return None if texts is None else str(texts)


def _candidate(candidates: list[Mapping[str, Any]]) -> tuple[str | None, ...]:
    if not candidates:
        return None, None, None, "no"
    best = candidates[0]
    return best["id"], best["name"], f"{best['score']:g}", "yes" if best["match"] else "no"


def _local_name(iri: str) -> str | None:
    """The part of a resource's IRI after `/id/`; None for others."""
    parts = urlsplit(iri)
    _, found, local = unquote(parts.path).partition("/id/")
    return local if found and not parts.fragment else None


def _names(node: Mapping[str, Any], iri: str) -> bool:
    """Whether a node links to an IRI."""
    return "@type" in node and json.dumps(iri) in json.dumps(node)
