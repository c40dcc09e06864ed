"""Reader of names and codes from a SPARQL endpoint: in pages, with pauses, resumable.

A page starts after the last resource of the page before, so that no page costs more than the first.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

import tqdm

from gcmgraph.errors import DataError, Place, StoreError
from gcmgraph.linking.targets.entities import CODES, NAMES, EntityReader, LabelledEntity
from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.namespaces import PREFIXES
from gcmgraph.store.federation.client import EndpointClient, EndpointError

#: Limits of the answer with one page: seconds, bytes.
_SECONDS, _BYTES = 60, 64 * 2**20

#: Rows of a page; below the limits of known public servers.
PAGE = 5_000

_PROPERTIES = (
    *NAMES,
    *CODES,
    PREFIXES["rdf"] + "type",
    PREFIXES["owl"] + "deprecated",
    PREFIXES["dct"] + "isReplacedBy",
)

#: Parameters: the properties, the IRI (a string literal) after which the page starts, the number of rows.
_QUERY = """SELECT DISTINCT ?s ?p ?o WHERE {
  VALUES ?p { %s }
  { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } }
  FILTER(isIRI(?s) && STR(?s) > %s)
} ORDER BY STR(?s) LIMIT %d"""


@dataclass(frozen=True)
class _Row:
    subject: IRI
    predicate: IRI
    object: Term


def read_endpoint(url: str, state: Path | None, pause: float, page: int = PAGE) -> dict[str, LabelledEntity]:
    """The entities of an endpoint that have a name or code, by address.

    `state` is a file that stores the received pages (JSON lines), so that a later call requests only the others. Raises
    `StoreError` if the endpoint does not answer; the pages received before are in `state`.
    """
    client = EndpointClient()
    reader, last, whole = EntityReader(), "", False
    if state is not None and state.is_file():
        last, whole = _resume(state, url, reader)
    with tqdm.tqdm(unit=" things", desc="reading", initial=len(reader.entities), disable=None) as bar:
        while not whole:
            rows = _page(client, url, last, page)
            whole = len(rows) < page
            if not whole:  # the last resource may continue on the next page
                complete = [row for row in rows if row.subject != rows[-1].subject]
                if not complete:
                    raise StoreError(
                        f"<{rows[-1].subject.value}> alone has more than {page:,} names and codes at {url}."
                    )
                rows = complete
            if rows:
                last = rows[-1].subject.value
            reader.read((row.subject, row.predicate, row.object) for row in rows)
            if state is not None:
                _append(state, url, last, whole, rows)
            bar.update(len(reader.entities) - bar.n)
            if not whole:
                time.sleep(pause)
    return {iri: entity for iri, entity in reader.entities.items() if entity.names or entity.codes}


def _page(client: EndpointClient, url: str, after: str, page: int) -> list[_Row]:
    properties = " ".join(str(IRI(iri)) for iri in _PROPERTIES)
    query = _QUERY % (properties, Literal(after), page)
    try:
        found = client.fetch(url, query, seconds=_SECONDS, max_bytes=_BYTES)
    except EndpointError as error:
        raise StoreError(f"The SPARQL endpoint {url} {error.reason}.") from error
    rows = []
    for row in found.rows:
        subject, predicate, value = row["s"], row["p"], row["o"]
        if isinstance(subject, IRI) and isinstance(predicate, IRI):
            rows.append(_Row(subject, predicate, value))
    return rows


def _append(state: Path, url: str, last: str, whole: bool, rows: list[_Row]) -> None:
    texts = [
        [row.subject.value, row.predicate.value, row.object.value, getattr(row.object, "language", None)]
        for row in rows
        if isinstance(row.object, Literal)
    ]
    links = [[r.subject.value, r.predicate.value, r.object.value] for r in rows if isinstance(r.object, IRI)]
    line = json.dumps({"endpoint": url, "last": last, "whole": whole, "texts": texts, "links": links})
    try:
        with state.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    except OSError as error:
        raise DataError(f"The state cannot be written: {error.strerror}.", place=Place(str(state))) from error


def _resume(state: Path, url: str, reader: EntityReader) -> tuple[str, bool]:
    last, whole = "", False
    lines = state.read_text("utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        try:
            page = json.loads(line)
            if page["endpoint"] != url:
                raise DataError(f"This is the state of <{page['endpoint']}>.", place=Place(str(state), number))
            texts = [
                (IRI(s), IRI(p), Literal(o, language=tag) if tag else Literal(o)) for s, p, o, tag in page["texts"]
            ]
            links = [(IRI(s), IRI(p), IRI(o)) for s, p, o in page["links"]]
        except (ValueError, KeyError, TypeError) as error:
            if number == len(lines):  # an interrupted write: request that page again
                state.write_text("".join(f"{complete}\n" for complete in lines[:-1]), "utf-8")
                break
            raise DataError("This is no state of a reading.", place=Place(str(state), number)) from error
        reader.read(texts).read(links)
        last, whole = page["last"], page["whole"]
    return last, whole
