"""A page of a list as JSON or RDF."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, TypedDict

from msgspec import Meta

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import Literal, Triple, Vocabulary, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.index import SORTS, KindIndex, Listed
from gcmgraph.text.partial_dates import Moment
from gcmgraph.web.browse.request import ListRequest
from gcmgraph.web.http import api
from gcmgraph.web.http.urls import local_path


class Label(TypedDict):
    """Name of a resource with its language."""

    text: str
    language: str | None


class Item(TypedDict):
    """Resource in a list. It has its values by filter name, too."""

    iri: api.Address
    href: str
    notation: str | None
    label: Label


class Things(TypedDict):
    """Page of a list."""

    kind: Annotated[str, api.among(KINDS)]
    filters: dict[str, Any]
    sort: Annotated[str, api.among(SORTS)]
    total: api.Count
    page: Annotated[int, Meta(ge=1)]
    pages: Annotated[int, Meta(ge=1)]
    items: list[Item]
    counts: dict[str, dict[str, api.Count]]


def list_json(
    asked: ListRequest,
    index: KindIndex,
    items: Iterable[Listed],
    total: int,
    counts: dict[str, dict[str, int]],
    addresses: Addresses,
    language: str,
    root: str,
    day: Moment,
) -> str:
    """A page of a list as JSON: the request, the items with their values, the counts of all values.

    `day` is that of the states of practices.
    """
    names = index.names
    members: list[dict[str, object]] = []
    for item in items:
        label = names.of(item.iri, language)
        member: dict[str, object] = {
            "iri": item.iri.value,
            "href": f"{root}{local_path(addresses, item.iri.value)}",
            "notation": names.notation(item.iri),
            "label": {"text": label.text, "language": label.language},
        }
        if index.has_periods:
            start, end = item.period.start, item.period.end
            member |= {"start": str(start) if start else None, "end": str(end) if end else None}
        members.append(member | {name: list(keys) for name, keys in item.values.items()})
    document = {
        "kind": asked.kind,
        "filters": {name: list(keys) for name, keys in asked.values.items()}
        | {"from": asked.first_year, "to": asked.last_year, "q": asked.text or None}
        | ({"on": str(day)} if index.has_periods else {}),
        "sort": asked.sort,
        "total": total,
        "page": asked.page,
        "pages": max(1, -(-total // asked.size)),
        "items": members,
        "counts": counts,
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def list_triples(index: KindIndex, items: Iterable[Listed], addresses: Addresses) -> Iterator[Triple]:
    """The statements of the graph in a list: class, names, code, dates, and values of facets.

    Values that hold only through another resource (the targets of a practice's objective) are not included.
    """
    v = Vocabulary(addresses)
    listed = list(items)
    for item in listed:
        yield Triple(item.iri, v("rdf:type"), v(_class_of(index.kind, item)))
        for naming, text in index.names.statements(item.iri):
            yield Triple(item.iri, naming, text)
        if code := index.names.notation(item.iri):
            yield Triple(item.iri, v("skos:notation"), Literal(code))
        for curie, moment in (("schema:startDate", item.period.start), ("schema:endDate", item.period.end)):
            if moment is not None:
                yield Triple(item.iri, v(curie), _date(moment))
    yield from index.stated(item.iri for item in listed)


def _class_of(kind: str, item: Listed) -> str:
    """The class of an item. In the kind `sdg`, an item with a goal is a target."""
    classes = KINDS[kind].classes
    return classes[1] if len(classes) > 1 and item.values.get("goal") else classes[0]


def _date(moment: Moment) -> Literal:
    return typed(str(moment), moment.datatype)
