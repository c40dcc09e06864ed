"""/search, /search/suggest and /opensearch.xml: resources by names, codes and texts.

Browsers read /opensearch.xml: https://github.com/dewitt/opensearch
"""

from __future__ import annotations

import json
import re
from functools import cached_property, partial
from typing import Annotated, Any, TypedDict
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, render_template, request
from pyroaring import BitMap
from werkzeug.datastructures import MultiDict

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.dates import Moment
from gcmgraph.platform.similarity import nearest
from gcmgraph.platform.text import fold_words
from gcmgraph.publication.descriptions import Label
from gcmgraph.publication.lists.index import Filters
from gcmgraph.publication.search.contents import Passage
from gcmgraph.publication.search.index import FITS, SearchIndex
from gcmgraph.publication.search.index import Hit as SearchHit
from gcmgraph.rdf.terms import IRI
from gcmgraph.web.browse.excerpt import excerpt, excerpt_text
from gcmgraph.web.browse.list_formats import LabelJson
from gcmgraph.web.browse.list_request import read_list_request
from gcmgraph.web.browse.page import ListPage
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import HTML, JSON, Format
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
PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
MAX_OFFSET = 10_000_000

#: Values of the parameter `in`: names and codes, or descriptions, results and definitions; by
#: default both.
IN_NAMES = "names"
IN_TEXTS = "texts"
IN = (IN_NAMES, IN_TEXTS)

#: Suggestions while typing: default and maximum.
SUGGESTIONS = 8
MAX_SUGGESTIONS = 20

#: Passages, questions and similar names on a page at most.
MAX_PASSAGES = 5
MAX_QUESTIONS = 3
MAX_SIMILAR = 5

#: Words of a query from which on it may be a question.
WORDS_OF_QUESTION = 3

#: Name of the query for the passages on a topic.
ON_TOPIC = "passages-on-topic"

#: Forms of suggestions: JSON, or the form that browsers read, with its media type.
OPENSEARCH = "opensearch"
SUGGESTION_FORMS = ("json", OPENSEARCH)
SUGGESTIONS_JSON = "application/x-suggestions+json"

DESCRIPTION_XML = "application/opensearchdescription+xml"


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
_SUGGESTION_FORM = api.Parameter(
    "format", "JSON, or the form that browsers read.", api.one_of(SUGGESTION_FORMS)
)
_DESCRIPTION = api.answer("OpenSearch description.", DESCRIPTION_XML)


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


_FOUND = api.answer("Page of search results, best first.", Hits, HTML, headers=api.PAGED)
_SUGGESTED = api.answer("Suggestions, best match first.", Suggestions, SUGGESTIONS_JSON)


def add_routes(app: Flask, site: Site) -> None:
    """/search, /search/suggest, /opensearch.xml."""

    @app.get("/search")
    @api.operation("search", _FOUND, _PARAMETERS)
    def search() -> Response:
        """Search resources by name in any language, or by code."""
        form = chosen_format(JSON_OR_PAGE)
        page = Page.requested(site)
        search_results = _Results(page, search_index(page.snapshot))
        make_body = partial(_body, page, search_results, form)
        response = cached_document(page.snapshot, make_body, form)
        for relation, address in (("next", search_results.later), ("prev", search_results.earlier)):
            if address:
                response.headers.add("Link", f'<{address}>; rel="{relation}"')
        response.headers["X-Total-Count"] = str(search_results.total)
        return response

    @app.get("/search/suggest")
    @api.operation("suggest", _SUGGESTED, (_BEGINNING, _COUNT, _SUGGESTION_FORM, api.LANG))
    def suggest() -> Response:
        """Suggest resources for the beginning of a name or code."""
        query = _query()
        limit = read_number(request.args, "limit", 1, MAX_SUGGESTIONS) or SUGGESTIONS
        snapshot = site.dataset.snapshot()
        page = Page(site, snapshot, chosen_language(request))
        is_for_browsers = read_choice("format", SUGGESTION_FORMS) == OPENSEARCH

        def body() -> str:
            hits = search_index(snapshot).search(query, page.language, limit, within=IN_NAMES)
            if is_for_browsers:
                return json.dumps([query, *_suggestions_for_browsers(site, hits)])
            results = [_hit_json(page, hit) for hit in hits]
            return json.dumps({"query": query, "results": results}, ensure_ascii=False)

        media_type = SUGGESTIONS_JSON if is_for_browsers else JSON.media_type
        return cached_document(snapshot, body, media_type)

    @app.get("/opensearch.xml")
    @api.operation("opensearch", _DESCRIPTION, (api.LANG,))
    def opensearch() -> Response:
        """Describe the search for browsers."""
        language = chosen_language(request)
        body = partial(render_template, "opensearch.xml", base=site.public_base, language=language)
        return cached_document(site.dataset.snapshot(), body, DESCRIPTION_XML)


def _suggestions_for_browsers(site: Site, hits: list[SearchHit]) -> list[list[str]]:
    """The names, the kinds and the addresses of hits."""
    names = [hit.text for hit in hits]
    kinds = [str(KIND_NAMES[hit.kind]) for hit in hits]
    paths = [local_path(site.addresses, hit.iri.value) or "" for hit in hits]
    return [names, kinds, [f"{site.public_base}{path[1:]}" for path in paths]]


def _body(page: Page, search_results: _Results, form: Format) -> bytes | str:
    """The results as a page or JSON."""
    ways_on = search_results.ways_on()
    if form is HTML:
        return render_template(
            "search.html", page=page, search=search_results, excerpt=excerpt, **ways_on
        )
    members = {
        **search_results.counts(),
        **ways_on,
        "results": [_hit_json(page, hit) for hit in search_results.hits],
        "near": [_hit_json(page, hit) for hit in ways_on["near"]],
    }
    return jsonify(members).get_data()


class _Results:
    """The results of the requested search."""

    def __init__(self, page: Page, index: SearchIndex) -> None:
        self._page = page
        self._index = index
        self.query = _query()
        self.within = read_choice("in", IN)
        self.kind = read_choice("kind", KIND_NAMES)
        self.limit = read_number(request.args, "limit", 1, MAX_PAGE_SIZE) or PAGE_SIZE
        self.offset = read_number(request.args, "offset", 0, MAX_OFFSET) or 0
        self._repeated = self._repeated_practices()
        self.kinds = index.counts(self.query, self.within)
        if self._repeated:
            self.kinds["practice"] -= len(self._repeated)
        #: number of results of all kinds
        self.total_of_kinds = sum(self.kinds.values())
        self.listing = self._listing(self.kind) if self.kind else None
        self._filtered = self._filtered_results()
        self.total = self._total()
        self.hits = self._hits()
        self.marks: tuple[str, ...] = ()
        #: whether the query is a sentence for which a query of the library is filled in
        self.is_question = False
        #: number of resources that are searched
        self.searched = sum(page.snapshot.listings.counts().values())

    def _filtered_results(self) -> frozenset[IRI] | None:
        """The results that pass the filters; None without filters."""
        if self.listing is None or not self.listing.list_request.values:
            return None
        return self.listing.iris - self._repeated

    def _repeated_practices(self) -> frozenset[IRI]:
        """The practices of which a part or the whole is a better result: one of them is listed."""
        practices = self._page.snapshot.listings.of("practice")
        repeated: set[IRI] = set()
        listed_wholes = BitMap()
        for practice in self._index.matches(self.query, "practice", self.within):
            if practice not in practices.parts_and_wholes:
                continue
            wholes = practices.wholes(practices.rows([practice]))
            if wholes & listed_wholes:
                repeated.add(practice)
            listed_wholes |= wholes
        return frozenset(repeated)

    def _total(self) -> int:
        """The number of results of the requested kind, or of all."""
        if self._filtered is not None:
            return len(self._filtered)
        return self.kinds.get(self.kind, 0) if self.kind else self.total_of_kinds

    def _hits(self) -> list[SearchHit]:
        """The results of the requested page, best first."""
        if self.offset >= self.total:
            return []
        kinds = [self.kind] if self.kind else ()
        return self._index.search(
            self.query,
            self._page.language,
            self.limit,
            self.offset,
            kinds,
            self.within,
            self._filtered,
            self._repeated,
        )

    @cached_property
    def later(self) -> str | None:
        """The address of the next page; None on the last one."""
        next_offset = self.offset + self.limit
        return changed_address(offset=str(next_offset)) if next_offset < self.total else None

    @cached_property
    def earlier(self) -> str | None:
        """The address of the page before; None on the first one."""
        if self.offset == 0:
            return None
        return changed_address(offset=str(max(0, self.offset - self.limit)))

    def _listing(self, kind: str) -> ListPage:
        """The results of a kind as a list, narrowed by its facets in the address."""
        index = self._page.snapshot.listings.of(kind)
        facets = {facet.name for facet in index.facets} - {"kind"}
        facet_values = MultiDict(
            (name, value) for name, value in request.args.items(multi=True) if name in facets
        )
        list_request = read_list_request(facet_values, index, self._page.site.addresses)
        matching_rows = index.rows(self._index.matches(self.query, kind, self.within))
        filters = Filters(
            list_request.values, only=matching_rows, day=Moment.of(self._page.snapshot.day)
        )
        return ListPage(self._page, list_request, filters)

    def by_kind(self) -> dict[str, list[SearchHit]]:
        """The results of the page by kind, that of the best first."""
        groups: dict[str, list[SearchHit]] = {}
        for hit in self.hits:
            groups.setdefault(hit.kind, []).append(hit)
        return groups

    def counts(self) -> dict[str, object]:
        """The counts of the results, as JSON."""
        in_texts = self.total if self.within == IN_TEXTS else 0
        if not (self.kind or in_texts):
            in_texts = self._index.count(self.query, within=IN_TEXTS)
        counts_of_facets = {}
        for menu in self.listing.menus() if self.listing else ():
            counts_of_facets[menu.name] = {option.key: option.count for option in menu.options}
        return {
            "query": self.query,
            "total": self.total,
            "offset": self.offset,
            "limit": self.limit,
            "kinds": self.kinds,
            "in_texts": in_texts,
            "facets": counts_of_facets,
        }

    def ways_on(self) -> dict[str, Any]:
        """Passages, unknown words, a proposal for misspelt ones, similar names, and questions."""
        is_first_page = self.offset == 0
        passages: list[Passage] = []
        if is_first_page and not (self.kind or self.within):
            passages, self.marks = self._index.passages(self.query, MAX_PASSAGES)
        return {
            "passages": [self._passage(passage) for passage in passages],
            "unknown": self._index.unknown(self.query),
            "proposal": self._proposal(),
            "near": self._similar_names() if is_first_page and not self.total else [],
            "questions": self._questions() if is_first_page else [],
        }

    def _proposal(self) -> str | None:
        """The query with words of the results in place of misspelt ones; None where it has none."""
        misspelt_words = self._index.replaced(self.query)
        if not misspelt_words:
            return None
        marked_words = [
            piece.text
            for hit in self.hits
            for piece in excerpt(hit.text, hit.words)
            if piece.marked
        ]
        proposal = self.query
        for misspelt in misspelt_words:
            for word in nearest(fold_words(misspelt), marked_words, key=fold_words):
                proposal = re.sub(re.escape(misspelt), word, proposal, flags=re.IGNORECASE)
        return proposal if proposal != self.query else None

    def _similar_names(self) -> list[SearchHit]:
        """The names that are most similar to the query, or to one of its words."""
        hits: dict[IRI, SearchHit] = {}
        for text in (self.query, *self.query.split()[:MAX_SIMILAR]):
            hits |= {hit.iri: hit for hit in self._index.similar_names(text)}
        return list(hits.values())[:MAX_SIMILAR]

    def _questions(self) -> list[dict[str, object]]:
        """The queries of the library that fit, with the named resources as parameters."""
        fitting = self._page.site.fitting_queries(self._page.snapshot, self.query)
        # passages on a topic that the query names are first
        fitting.sort(key=lambda fit: not (fit.query.name == ON_TOPIC and "topic" in fit.values))
        has_words = len(self.query.split()) >= WORDS_OF_QUESTION
        self.is_question = has_words and bool(fitting) and bool(fitting[0].values)
        links: list[dict[str, object]] = []
        for fit in fitting[:MAX_QUESTIONS]:
            parameters = urlencode(fit.values)
            path = f"/queries/{fit.query.name}{'?' if parameters else ''}{parameters}"
            title = best_text(fit.query.title, self._page.language)
            links.append(_link(addressing()(path), title))
        return links

    def _passage(self, passage: Passage) -> dict[str, object]:
        """A passage as JSON."""
        document, _, slug = passage.address.rpartition("/")
        link = self._resource_link(document, f"?passage={slug}#passage-{slug}")
        return {
            "iri": f"{self._page.site.addresses.base}id/{passage.address}",
            "href": link["href"],
            "document": link["label"],
            "page": passage.page,
            "language": passage.language,
            "text": excerpt_text(passage.text, self.marks),
            "about": self._resource_link(passage.about) if passage.about else None,
        }

    def _resource_link(self, local: str, suffix: str = "") -> dict[str, object]:
        """The page of a resource, by its address below `id/`, with its name."""
        iri = IRI(f"{self._page.site.addresses.base}id/{local}")
        return _link(addressing()(f"{self._page.link(iri)}{suffix}"), self._page.label(iri))


def _link(href: str, label: Label) -> dict[str, object]:
    """A page with its name."""
    return {"href": href, "label": {"text": label.text, "language": label.language}}


def _query() -> str:
    """The search text."""
    require_utf8(request)
    return require_short(request.args.get("q", ""), MAX_QUERY)


def _hit_json(page: Page, hit: SearchHit) -> dict[str, object]:
    """A result as JSON."""
    link = _link(f"{request.script_root}{page.link(hit.iri) or ''}", page.label(hit.iri))
    text = excerpt_text(hit.text, hit.words) if hit.fit == "text" else hit.text
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
