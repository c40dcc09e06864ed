"""/search, /search/suggest and /opensearch.xml: resources by names, codes and texts in any language; excerpts.

Browsers read /opensearch.xml: https://github.com/dewitt/opensearch
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, TypedDict
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.datastructures import MultiDict

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.dates import Moment
from gcmgraph.platform.similarity import nearest
from gcmgraph.platform.text import fold_words
from gcmgraph.publication.descriptions import Label
from gcmgraph.publication.lists.index import Filters
from gcmgraph.publication.search.file import Passage
from gcmgraph.publication.search.index import FITS, SearchIndex
from gcmgraph.publication.search.index import Hit as SearchHit
from gcmgraph.rdf.terms import IRI
from gcmgraph.web.browse.page import ListPage, read_list_request
from gcmgraph.web.browse.routes import LabelJson
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import HTML, JSON
from gcmgraph.web.http.links import local_path
from gcmgraph.web.http.negotiation import JSON_OR_PAGE, chosen_format
from gcmgraph.web.http.parameters import read_choice, read_number, require_short, require_utf8
from gcmgraph.web.i18n import KIND_NAMES, best_text, chosen_language
from gcmgraph.web.responses.negotiated import cached_document
from gcmgraph.web.services import Site, search_index
from gcmgraph.web.templating import Page, addressing, changed_address

#: Maximum number of characters of a search text.
MAX_QUERY = 500

#: Resources on one page: default and maximum; and the maximum offset.
PAGE_SIZE, MAX_PAGE_SIZE, MAX_OFFSET = 20, 100, 10_000_000

#: Values of the parameter `in`: names and codes, or descriptions, results and definitions; by
#: default both.
IN = IN_NAMES, IN_TEXTS = ("names", "texts")

#: Suggestions while typing: default and maximum.
SUGGESTIONS, MAX_SUGGESTIONS = 8, 20

#: Passages, questions and similar names on a page at most.
PASSAGES, QUESTIONS, NEAR = 5, 3, 5

#: Name of the query for the passages on a topic.
ON_TOPIC = "passages-on-topic"

#: Forms of suggestions, and media types of the one for browsers and of the description of the
#: search.
SUGGESTION_FORMS = _, OPENSEARCH = ("json", "opensearch")
SUGGESTIONS_JSON, DESCRIPTION_XML = (
    "application/x-suggestions+json",
    "application/opensearchdescription+xml",
)


class Match(TypedDict):
    """Name, code or text by which a resource was found."""

    text: str
    language: str | None
    fit: Annotated[str, api.among(FITS)]
    #: resource or topic by whose name it was found
    through: api.Address | None


class ShownHit(TypedDict):
    """Resource that was found."""

    iri: api.Address
    href: str
    kind: Annotated[str, api.among(KINDS)]
    kind_name: str
    notation: str | None
    label: LabelJson
    match: Match


class NamedLink(TypedDict):
    """Page with its name."""

    href: str
    label: LabelJson


class FoundPassage(TypedDict):
    """Passage of a document that is present, and the resource that it is about."""

    iri: api.Address
    href: str
    document: LabelJson
    page: str
    language: str
    text: str
    about: NamedLink | None


class Hits(TypedDict):
    """Page of search results, with counts by kind and in texts, and ways on."""

    query: str
    total: api.Count
    offset: api.Count
    limit: api.Count
    results: list[ShownHit]
    kinds: dict[str, api.Count]
    in_texts: api.Count
    passages: list[FoundPassage]
    facets: dict[str, dict[str, api.Count]]
    unknown: list[str]
    proposal: str | None
    near: list[ShownHit]
    questions: list[NamedLink]


class Suggestions(TypedDict):
    """Resources for the beginning of a name or code."""

    query: str
    results: list[ShownHit]


_PARAMETERS = (
    api.Parameter(
        "q",
        "Words in any language, a name, a code, a phrase in quotation marks.",
        api.text(MAX_QUERY),
        "UNODC",
    ),
    api.Parameter(
        "in", "Texts to search: names and codes, or descriptions; both if absent.", api.one_of(IN)
    ),
    api.Parameter("kind", "Kind of resources.", api.one_of(KIND_NAMES)),
    api.Parameter("limit", "Results per page.", api.whole(1, MAX_PAGE_SIZE, PAGE_SIZE)),
    api.Parameter("offset", "Number of results to skip.", api.whole(0, MAX_OFFSET, 0)),
    api.format_of(JSON_OR_PAGE.by_name),
    api.LANG,
)
_BEGINNING = api.Parameter("q", "Beginning of a name or code.", api.text(MAX_QUERY), "UNO")
_COUNT = api.Parameter(
    "limit", "Maximum number of suggestions.", api.whole(1, MAX_SUGGESTIONS, SUGGESTIONS)
)
_FOUND = api.answer("Page of search results, best first.", Hits, HTML, headers=api.PAGED)
_SUGGESTION_FORM = api.Parameter(
    "format", "JSON, or the form that browsers read.", api.one_of(SUGGESTION_FORMS)
)
_SUGGESTED = api.answer("Suggestions, best match first.", Suggestions, SUGGESTIONS_JSON)
_DESCRIPTION = api.answer("OpenSearch description.", DESCRIPTION_XML)


def add_routes(app: Flask, site: Site) -> None:
    """/search, /search/suggest, /opensearch.xml."""

    @app.get("/search")
    @api.operation("search", _FOUND, _PARAMETERS)
    def search() -> Response:
        """Search resources by name in any language, or by code."""
        form = chosen_format(JSON_OR_PAGE)
        page = Page.requested(site)
        found = _Results(page, search_index(page.snapshot))

        def body() -> bytes | str:
            ways = found.ways_on()
            if form is HTML:
                return render_template(
                    "search.html", page=page, found=found, excerpt=excerpt, **ways
                )
            hits = {"results": found.shown, "near": ways["near"]}
            shown = {name: [_hit_json(page, hit) for hit in some] for name, some in hits.items()}
            return jsonify(found.counts() | ways | shown).get_data()

        response = cached_document(page.snapshot, body, form)
        for relation, address in (("next", found.later), ("prev", found.earlier)):
            if address:
                response.headers.add("Link", f'<{address}>; rel="{relation}"')
        response.headers["X-Total-Count"] = str(found.total)
        return response

    @app.get("/search/suggest")
    @api.operation("suggest", _SUGGESTED, (_BEGINNING, _COUNT, _SUGGESTION_FORM, api.LANG))
    def suggest() -> Response:
        """Suggest resources for the beginning of a name or code."""
        query = _query()
        limit = read_number(request.args, "limit", 1, MAX_SUGGESTIONS) or SUGGESTIONS
        snapshot = site.dataset.snapshot()
        language, form = chosen_language(request), read_choice("format", SUGGESTION_FORMS)

        def body() -> str:
            hits = search_index(snapshot).search(query, language, limit, within=IN_NAMES)
            if form != OPENSEARCH:
                results = [_hit_json(Page(site, snapshot, language), hit) for hit in hits]
                return json.dumps({"query": query, "results": results}, ensure_ascii=False)
            paths = [local_path(site.addresses, hit.iri.value) or "" for hit in hits]
            names, kinds = [hit.text for hit in hits], [str(KIND_NAMES[hit.kind]) for hit in hits]
            return json.dumps(
                [query, names, kinds, [f"{site.public_base}{path[1:]}" for path in paths]]
            )

        media_type = SUGGESTIONS_JSON if form == OPENSEARCH else JSON.media_type
        return cached_document(snapshot, body, media_type)

    @app.get("/opensearch.xml")
    @api.operation("opensearch", _DESCRIPTION, (api.LANG,))
    def opensearch() -> Response:
        """Describe the search for browsers."""
        snapshot, language = site.dataset.snapshot(), chosen_language(request)
        body = partial(render_template, "opensearch.xml", base=site.public_base, language=language)
        return cached_document(snapshot, body, DESCRIPTION_XML)


class _Results:
    """The results of the requested search."""

    def __init__(self, page: Page, index: SearchIndex) -> None:
        self.query, self.within, self.kind = (
            _query(),
            read_choice("in", IN),
            read_choice("kind", KIND_NAMES),
        )
        self.limit = read_number(request.args, "limit", 1, MAX_PAGE_SIZE) or PAGE_SIZE
        self.offset = read_number(request.args, "offset", 0, MAX_OFFSET) or 0
        self._page, self._index, language = page, index, page.language
        self.kinds = index.counts(self.query, self.within)
        self.every = sum(self.kinds.values())
        self.listing = self._listing(self.kind) if self.kind else None
        among = self.listing.iris if self.listing and self.listing.asked.values else None
        self.total = (
            len(among)
            if among is not None
            else self.kinds.get(self.kind, 0)
            if self.kind
            else self.every
        )
        of = [self.kind] if self.kind else ()
        self.shown: list[SearchHit] = []
        if self.offset < self.total:
            self.shown = index.search(
                self.query, language, self.limit, self.offset, of, self.within, among
            )
        self.later = (
            changed_address(offset=str(self.offset + self.limit))
            if self.offset + self.limit < self.total
            else None
        )
        self.earlier = (
            changed_address(offset=str(max(0, self.offset - self.limit)))
            if self.offset > 0
            else None
        )
        self.marks: tuple[str, ...] = ()
        #: number of resources that are searched
        self.searched = sum(page.snapshot.listings.counts().values())

    def _listing(self, kind: str) -> ListPage:
        """The results of a kind as a list, narrowed by its facets in the address."""
        index = self._page.snapshot.listings.of(kind)
        facets = {facet.name for facet in index.facets} - {"kind"}
        given = MultiDict(
            (name, value) for name, value in request.args.items(multi=True) if name in facets
        )
        asked = read_list_request(given, index, self._page.site.addresses)
        only = index.rows(self._index.found(self.query, kind, self.within))
        filters = Filters(asked.values, only=only, day=Moment.of(self._page.snapshot.day))
        return ListPage(self._page, asked, filters)

    def by_kind(self) -> dict[str, list[SearchHit]]:
        """The results of the page by kind, that of the best first."""
        groups: dict[str, list[SearchHit]] = {}
        for hit in self.shown:
            groups.setdefault(hit.kind, []).append(hit)
        return groups

    def counts(self) -> dict[str, object]:
        """The counts of the results, as JSON."""
        in_texts = self.total if self.within == IN_TEXTS else 0
        if not (self.kind or in_texts):
            in_texts = self._index.count(self.query, within=IN_TEXTS)
        menus = self.listing.menus() if self.listing else []
        return {
            "query": self.query,
            "total": self.total,
            "offset": self.offset,
            "limit": self.limit,
            "kinds": self.kinds,
            "in_texts": in_texts,
            "facets": {
                menu.name: {option.key: option.count for option in menu.options} for menu in menus
            },
        }

    def ways_on(self) -> dict[str, Any]:
        """Passages, words that no text has, a proposal for misspelt ones, similar names, and questions."""
        first, passages = not self.offset, list[Passage]()
        if first and not (self.kind or self.within):
            passages, self.marks = self._index.passages(self.query, PASSAGES)
        return {
            "passages": [self._passage(passage) for passage in passages],
            "unknown": self._index.unknown(self.query),
            "proposal": self._proposal(),
            "near": self._near() if first and not self.total else [],
            "questions": self._questions() if first else [],
        }

    def _proposal(self) -> str | None:
        """The query with words of the results in place of misspelt ones; None where it has none."""
        proposal, misspelt = self.query, self._index.replaced(self.query)
        pieces = (
            piece
            for hit in self.shown
            if misspelt
            for piece in excerpt(hit.text, hit.words)
            if piece.marked
        )
        words = [piece.text for piece in pieces]
        for word in misspelt:
            for right in nearest(fold_words(word), words, key=fold_words):
                proposal = re.sub(re.escape(word), right, proposal, flags=re.IGNORECASE)
        return proposal if proposal != self.query else None

    def _near(self) -> list[SearchHit]:
        """The names that are most similar to the query, or to one of its words."""
        texts = (self.query, *self.query.split()[:NEAR])
        return list({hit.iri: hit for text in texts for hit in self._index.near(text)}.values())[
            :NEAR
        ]

    def _questions(self) -> list[dict[str, object]]:
        """The queries of the library that fit, with the resources that the query names as parameters."""
        fitting = self._page.site.fitting_queries(self._page.snapshot, self.query)
        fitting.sort(key=lambda one: not (one.query.name == ON_TOPIC and "topic" in one.values))
        found: list[dict[str, object]] = []
        for one in fitting[:QUESTIONS]:
            given = urlencode(one.values)
            path = f"/queries/{one.query.name}{'?' if given else ''}{given}"
            found.append(_link(addressing()(path), best_text(one.query.title, self._page.language)))
        return found

    def _passage(self, passage: Passage) -> dict[str, object]:
        def link(local: str, more: str = "") -> dict[str, object]:
            iri = IRI(f"{self._page.site.addresses.base}id/{local}")
            return _link(addressing()(f"{self._page.link(iri)}{more}"), self._page.label(iri))

        document, _, place = passage.address.rpartition("/")
        shown = link(document, f"?passage={place}#passage-{place}")
        return {
            "iri": f"{self._page.site.addresses.base}id/{passage.address}",
            "href": shown["href"],
            "document": shown["label"],
            "page": passage.page,
            "language": passage.language,
            "text": "".join(piece.text for piece in excerpt(passage.text, self.marks)),
            "about": link(passage.about) if passage.about else None,
        }


def _link(href: str, label: Label) -> dict[str, object]:
    """A page with its name."""
    return {"href": href, "label": {"text": label.text, "language": label.language}}


def _query() -> str:
    """The search text."""
    require_utf8(request)
    return require_short(request.args.get("q", ""), MAX_QUERY)


def _hit_json(page: Page, hit: SearchHit) -> dict[str, object]:
    link = _link(f"{request.script_root}{page.link(hit.iri) or ''}", page.label(hit.iri))
    text = (
        "".join(piece.text for piece in excerpt(hit.text, hit.words))
        if hit.fit == "text"
        else hit.text
    )
    return {
        "iri": hit.iri.value,
        **link,
        "kind": hit.kind,
        "kind_name": str(KIND_NAMES[hit.kind]),
        "notation": page.notation(hit.iri),
        "match": {
            "text": text,
            "language": hit.language,
            "fit": hit.fit,
            "through": hit.through.value if hit.through else None,
        },
    }


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
    pieces, past = ([ExcerptPiece("… ", False)] if begin else []), begin
    for first, last in spans:
        if first >= past and last <= end:
            pieces += [ExcerptPiece(text[past:first], False)] * (first > past) + [
                ExcerptPiece(text[first:last], True)
            ]
            past = last
    pieces += [ExcerptPiece(text[past:end], False)] * (end > past)
    return (*pieces, ExcerptPiece(" …", False)) if end < len(text) else tuple(pieces)
