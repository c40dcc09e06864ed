"""/search and /search/suggest: resources by names, codes and texts in any language, as a page or JSON; excerpts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, TypedDict
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, render_template, request
from flask_babel import gettext

from gcmgraph.kinds import KINDS
from gcmgraph.publication.search.index import FITS, SearchIndex
from gcmgraph.publication.search.index import Hit as SearchHit
from gcmgraph.text import fold_words
from gcmgraph.web.browse.page import one_of
from gcmgraph.web.browse.routes import LabelJson
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import HTML, JSON
from gcmgraph.web.http.requests import JSON_OR_PAGE, negotiate, read_number
from gcmgraph.web.http.responses import Caching, bad_request, cached, is_known, local_path, require_utf8
from gcmgraph.web.i18n import KIND_NAMES, chosen_language
from gcmgraph.web.responses.documents import cached_document, entity_tag, last_modified
from gcmgraph.web.services import PerVersion, Site, Snapshot
from gcmgraph.web.templating import Page

#: Maximum number of characters of a search text.
MAX_QUERY = 500

#: Resources on one page: default and maximum; and the maximum offset.
PAGE_SIZE, MAX_PAGE_SIZE, MAX_OFFSET = 20, 100, 10_000_000

#: Values of the parameter `in`: names and codes, or descriptions, results and definitions; by default both.
IN = IN_NAMES, IN_TEXTS = ("names", "texts")

#: Suggestions while typing: default and maximum.
SUGGESTIONS, MAX_SUGGESTIONS = 8, 20


class Match(TypedDict):
    """Name, code or text by which a resource was found."""

    text: str
    language: str | None
    fit: Annotated[str, api.among(FITS)]


class Hit(TypedDict):
    """Resource that was found."""

    iri: api.Address
    href: str
    kind: Annotated[str, api.among(KINDS)]
    kind_name: str
    notation: str | None
    label: LabelJson
    match: Match


class Hits(TypedDict):
    """Page of search results, with counts by kind and in texts."""

    query: str
    total: api.Count
    offset: api.Count
    limit: api.Count
    results: list[Hit]
    kinds: dict[str, api.Count]
    in_texts: api.Count


class Suggestions(TypedDict):
    """Resources for the beginning of a name or code."""

    query: str
    results: list[Hit]


_PARAMETERS = (
    api.Parameter(
        "q", "Words in any language, a name, a code, a phrase in quotation marks.", api.text(MAX_QUERY), "UNODC"
    ),
    api.Parameter("in", "Texts to search: names and codes, or descriptions; both if absent.", api.one_of(IN)),
    api.Parameter("kind", "Kind of resources.", api.one_of(KIND_NAMES)),
    api.Parameter("limit", "Results per page.", api.whole(1, MAX_PAGE_SIZE, PAGE_SIZE)),
    api.Parameter("offset", "Number of results to skip.", api.whole(0, MAX_OFFSET, 0)),
    api.format_of(JSON_OR_PAGE.by_name),
    api.LANG,
)
_BEGINNING = api.Parameter("q", "Beginning of a name or code.", api.text(MAX_QUERY), "UNO")
_COUNT = api.Parameter("limit", "Maximum number of suggestions.", api.whole(1, MAX_SUGGESTIONS, SUGGESTIONS))
_FOUND = api.answer("Page of search results, best first.", Hits, HTML, headers=api.PAGED)
_SUGGESTED = api.answer("Suggestions, best match first.", Suggestions)


def blueprint(site: Site, indexes: PerVersion[SearchIndex]) -> Blueprint:
    """/search."""
    routes = Blueprint("search", __name__)

    @routes.get("/search")
    @api.operation("search", _FOUND, _PARAMETERS)
    def search() -> Response:
        """Search resources by name in any language, or by code."""
        form = negotiate(JSON_OR_PAGE, "/search?format={}".format, name=request.args.get("format"))
        query = _query()
        limit = read_number(request.args, "limit", 1, MAX_PAGE_SIZE) or PAGE_SIZE
        offset = read_number(request.args, "offset", 0, MAX_OFFSET) or 0
        snapshot = site.dataset.snapshot()
        language = chosen_language(request)
        tag = entity_tag(snapshot.version, "search", form.media_type, language, repr(request.query_string))
        index, within, kind = indexes.of(snapshot), _one_of("in", IN), _one_of("kind", KIND_NAMES)
        known = is_known(request.headers.get("If-None-Match"), tag)
        kinds = {} if known else index.counts(query, within)
        total = kinds.get(kind, 0) if kind else sum(kinds.values())
        shown = index.search(query, language, limit, offset, [kind] if kind else (), within) if offset < total else []
        later = _address(offset=str(offset + limit)) if offset + limit < total else None
        earlier = _address(offset=str(max(0, offset - limit))) if offset > 0 else None
        if form is HTML:
            body = render_template(
                "search.html",
                page=Page(site, snapshot, language),
                query=query,
                hits=shown,
                excerpt=excerpt,
                total=total,
                kinds=[(name, kinds[name], _of_kind(name)) for name in KIND_NAMES if name in kinds],
                kind=kind,
                any_kind=(sum(kinds.values()), _of_kind("")),
                first=offset + 1,
                later=later,
                earlier=earlier,
                longest=MAX_QUERY,
            )
            response = Response(body, content_type=HTML.content_type)
        else:
            in_texts = total if within == IN_TEXTS else 0 if known or kind else index.count(query, within=IN_TEXTS)
            results = [_hit_json(site, snapshot, hit, language) for hit in shown]
            response = jsonify(
                query=query, total=total, offset=offset, limit=limit, results=results, kinds=kinds, in_texts=in_texts
            )
        for relation, address in (("next", later), ("prev", earlier)):
            if address:
                response.headers.add("Link", f'<{address}>; rel="{relation}"')
        if not known:
            response.headers["X-Total-Count"] = str(total)
        return cached(response, Caching.BY_VERSION, tag=tag, modified=last_modified(snapshot))

    @routes.get("/search/suggest")
    @api.operation("suggest", _SUGGESTED, (_BEGINNING, _COUNT, api.LANG))
    def suggest() -> Response:
        """Suggest resources for the beginning of a name or code."""
        query = _query()
        limit = read_number(request.args, "limit", 1, MAX_SUGGESTIONS) or SUGGESTIONS
        snapshot = site.dataset.snapshot()
        language = chosen_language(request)

        def body() -> str:
            hits = indexes.of(snapshot).search(query, language, limit, within=IN_NAMES)
            results = [_hit_json(site, snapshot, hit, language) for hit in hits]
            return json.dumps({"query": query, "results": results}, ensure_ascii=False)

        tag = entity_tag(snapshot.version, "suggest", language, query, str(limit), request.script_root)
        return cached_document(snapshot, body, JSON.media_type, tag=tag)

    return routes


def _query() -> str:
    """The search text."""
    require_utf8(request)
    query = request.args.get("q", "")
    if len(query) > MAX_QUERY:
        raise bad_request(
            gettext("The search text has %(count)s characters; it may have %(most)s.", count=len(query), most=MAX_QUERY)
        )
    return query


def _one_of(name: str, values: Iterable[str]) -> str:
    """A parameter that is one of some values, or empty."""
    value = request.args.get(name, "")
    if value and value not in values:
        raise bad_request(one_of(name, values))
    return value


def _hit_json(site: Site, snapshot: Snapshot, hit: SearchHit, language: str) -> dict[str, object]:
    label = snapshot.labels.of(hit.iri, language)
    text = "".join(piece.text for piece in excerpt(hit.text, hit.words)) if hit.fit == "text" else hit.text
    return {
        "iri": hit.iri.value,
        "href": f"{request.script_root}{local_path(site.addresses, hit.iri.value)}",
        "kind": hit.kind,
        "kind_name": str(KIND_NAMES[hit.kind]),
        "notation": snapshot.labels.notation(hit.iri),
        "label": {"text": label.text, "language": label.language},
        "match": {"text": text, "language": hit.language, "fit": hit.fit},
    }


def _of_kind(kind: str) -> str:
    """The address of the first results of this search, for resources of a kind or of any."""
    return _address(kind=kind, offset="")


def _address(**changed: str) -> str:
    """The address of this search with other parameters; an empty one is left out."""
    others = [(key, value) for key, value in request.args.items(multi=True) if key not in changed]
    return f"{request.script_root}/search?{urlencode([*others, *((k, v) for k, v in changed.items() if v)])}"


_WORD = re.compile(r"\w+")

#: Characters of an excerpt before the first marked word, and in all.
_BEFORE, _LENGTH = 80, 280

#: Characters of a text that are read.
_READ = 20_000


@dataclass(frozen=True)
class ExcerptPiece:
    """A piece of a text, and whether it is a word of the query."""

    text: str
    marked: bool


def excerpt(text: str, words: tuple[str, ...], length: int = _LENGTH) -> tuple[ExcerptPiece, ...]:
    """The text around the first word that begins with one of `words`, folded; with an ellipsis where it was cut."""
    spans: list[tuple[int, int]] = []
    for found in _WORD.finditer(text[:_READ]) if words else ():
        if spans and found.start() > spans[0][0] + length:
            break
        if any(part.startswith(words) for part in fold_words(found[0]).split()):
            spans.append(found.span())
    begin = max(0, spans[0][0] - _BEFORE) if spans and len(text) > length else 0
    if begin:
        begin = text.find(" ", begin) + 1
    end = min(len(text), begin + length)
    if end < len(text):
        end = max(text.rfind(" ", begin, end), spans[0][1] if spans else begin + 1)
    pieces, at = ([ExcerptPiece("… ", False)] if begin else []), begin
    for first, last in spans:
        if first >= at and last <= end:
            pieces += [ExcerptPiece(text[at:first], False)] * (first > at) + [ExcerptPiece(text[first:last], True)]
            at = last
    pieces += [ExcerptPiece(text[at:end], False)] * (end > at)
    return (*pieces, ExcerptPiece(" …", False)) if end < len(text) else tuple(pieces)
