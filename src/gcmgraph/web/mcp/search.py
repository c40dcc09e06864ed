"""The graph as tools read it, and `search`: names, codes and IRIs of any dataset, to the IRIs of this graph.

Names of resources, values and tables are given as text; an empty answer has its reason.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.text import fold_words
from gcmgraph.publication.descriptions import Description
from gcmgraph.publication.search.index import Hit, SearchIndex
from gcmgraph.queries.library import NamedQuery
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Quad, Term, Triple
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.http.links import foreign_link
from gcmgraph.web.mcp.protocol import TEXTS, Json, ToolError
from gcmgraph.web.named_queries.results import OF_GAPS
from gcmgraph.web.resources.facts import EvidencePage
from gcmgraph.web.resources.resolve import links_of
from gcmgraph.web.services import Site, search_index
from gcmgraph.web.sparql.hints import local_name, names_of_terms, nearest_terms

#: Characters of a table, and of one cell, at most.
MAX_TABLE, MAX_CELL = 60_000, 2_000


class Absence(StrEnum):
    """Reason why an answer is empty."""

    NOT_IN_GRAPH = "not in this graph"
    NOT_READ = "document not read"
    NOT_STATED = "source does not say"


def not_known(reason: Absence, explanation: str) -> str:
    """An empty answer, with its reason."""
    return (
        f"Not known here: {reason}. {explanation} State this reason; it is no evidence of absence."
    )


def one_line(text: str) -> str:
    """A text of the dataset on one line, without control characters, which could forge lines of an answer."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def table(
    graph: GraphReader, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> tuple[str, int]:
    """CSV (RFC 4180) with a header, and the number of its rows: those that fit into `MAX_TABLE`; also as JSON."""
    text, count = io.StringIO(), 0
    listed = graph.data["rows"] = []
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = [
            cell if len(cell) <= MAX_CELL else f"{cell[:MAX_CELL]}…" for cell in map(one_line, row)
        ]
        writer.writerow(cells)
        if text.tell() > MAX_TABLE and count:
            break
        count += 1
        listed.append(dict(zip(columns, cells, strict=True)))
    return "\n".join(text.getvalue().splitlines()[: count + 1]), count


def extent(first: int, shown: int, total: int, *, cut: bool = False) -> str:
    """A sentence on the rows of an answer: `Rows 1 to 100 of 1,234`."""
    if shown == total and not first and not cut:
        return f"{total:,} row{'s' if total != 1 else ''}."
    more = " or more" if cut else ""
    rest = "" if first + shown >= total and not cut else f"; continue with offset {first + shown}"
    return f"Rows {first + 1:,} to {first + shown:,} of {total:,}{more}{rest}."


class GraphReader(EvidencePage):
    """The current version, in the language of a call, which is no language of a request."""

    term_label = EvidencePage.label

    def __init__(self, site: Site, language: str) -> None:
        super().__init__(site, site.dataset.snapshot(), language)
        #: the answer as JSON, beside its text
        self.data: Json = {}

    @property
    def index(self) -> SearchIndex:
        """The search index."""
        return search_index(self.snapshot)

    @property
    def document_count(self) -> int:
        """The number of source documents."""
        return self.snapshot.figures.classes.get(self.site.addresses.term("SourceDocument"), 0)

    def short(self, iri: IRI) -> str:
        """An IRI in short form."""
        return self.site.addresses.short_form(iri.value)

    def named(self, iri: IRI) -> str:
        """A resource by its label and short form, with who contributed the label."""
        label = self.label(iri)
        said = self.names_by(self.snapshot.store.quads(iri), label.text.removesuffix(label.part))
        mark = f"; {said}" if said.startswith("contribution:") else ""
        return (
            self.short(iri)
            if label.language is None
            else f"“{one_line(label.text)}” ({self.short(iri)}{mark})"
        )

    def names_by(self, quads: Iterable[Quad], *texts: str) -> str:
        """Writers of some texts: documents, editors, lists, contributions; by the graphs of their quads."""
        writers = set()
        for quad in quads:
            if (
                isinstance(quad.object, Literal)
                and quad.object.value in texts
                and isinstance(quad.graph_name, IRI)
            ):
                name = quad.graph_name.value.removeprefix(self.site.addresses.graph(""))
                kind = name.partition("/")[0]
                contributed = kind == "contribution"
                writers.add(
                    name.replace("/", ":", 1)
                    if contributed
                    else TEXTS["writers"].get(kind, "another graph")
                )
        return "; ".join(sorted(writers))

    def triples(self, subject: object, curie: str) -> list[Triple]:
        """The statements of a property of a resource; none of another term."""
        return (
            list(self.snapshot.store.triples(subject, self.term(curie)))
            if isinstance(subject, IRI)
            else []
        )

    def topics(self, text: str) -> list[IRI]:
        """The topics that a text names by any of their names and synonyms, in any language."""
        stem, hits = (
            self.site.addresses.resource("concept", "topic/"),
            self.index.search(text, "", 10, 0, ["concept"]),
        )
        named = [
            hit for hit in hits if hit.iri.value.startswith(stem) and hit.fit in {*_NAMED, "words"}
        ]
        return [hit.iri for hit in named if hit.fit == named[0].fit]

    def property_name(self, iri: IRI, language: str = SOURCE_LANGUAGE) -> str:
        """A property by short form, and label in a language."""
        label = self.snapshot.labels.of(iri, language)
        return f"{self.short(iri)} ({one_line(label.text)})" if label.language else self.short(iri)

    def value_text(self, term: Term) -> str:
        """A value for people and models: label and short form, or the text with its language or special datatype."""
        if isinstance(term, IRI):
            return self.named(term)
        if isinstance(term, BlankNode):
            return "(a resource without IRI)"
        special = not term.datatype.value.startswith("http://www.w3.org/")
        mark = term.language or (self.short(term.datatype) if special else None)
        return f"{one_line(term.value)} [{mark}]" if mark else one_line(term.value)

    def find_class(self, text: str) -> IRI:
        """The class of a short form, an IRI or a label. Raises `ToolError` with similar ones."""
        used = self.snapshot.figures.classes
        addresses = self.site.addresses
        try:
            iri = (
                addresses.rebase(text)
                if text.startswith(("http://", "https://"))
                else addresses.expand(text)
            )
            if iri in used:
                return IRI(iri)
        except (KeyError, ValueError):  # a label
            pass
        if named := names_of_terms(addresses, self.snapshot, used).get(
            fold_words(local_name(text))
        ):
            return IRI(named[0])
        near = nearest_terms(addresses, self.snapshot, text, used)
        hint = f"Did you mean {' or '.join(near)}?" if near else "`schema` lists what it uses."
        raise ToolError("The graph uses no such class.", hint=hint)

    def sources_of(self, iri: IRI) -> list[IRI]:
        """The documents that a resource, or the whole that it is a part of, was read from."""
        return list(self.stated(self.whole(iri)).iris("dct:source"))

    def languages_of(self, documents: Iterable[IRI]) -> set[str]:
        """The languages of documents."""
        language, store = self.term("dct:language"), self.snapshot.store
        tags = (
            triple.object for document in documents for triple in store.triples(document, language)
        )
        return {tag.value for tag in tags if isinstance(tag, Literal)}


#: Characters of a text that is found.
_SHOWN = 160

_SCHEME = re.compile(r"https?://", re.IGNORECASE)

#: Text that can only be a code.
_CODE = re.compile(r"(?=.*\d)[\w./-]+")

#: Fits of a resource that a text may name.
_NAMED = frozenset(("code", "whole", "beginning"))

_COLUMNS = ("resource", "kind", "label", "code", "match", "names_by", "iri")

_NO_PARTIES = not_known(
    Absence.NOT_READ,
    "The list of parties of this instrument was not read; the instrument is known.",
)


def search(graph: GraphReader, arguments: Json) -> str:
    """The resources of a name, a code or an IRI, as a table."""
    text, kind = arguments["text"], arguments["kind"]
    if _SCHEME.match(text):
        linked = [(iri, "link" if link else "own IRI") for iri, link in _by_iri(graph, text)]
        return _answer(graph, linked, len(linked), 0) if linked else _nothing(graph)
    limit, offset = arguments["limit"], arguments["offset"]
    kinds = [kind] if kind else []
    hits = graph.index.search(text, graph.language, limit, offset, kinds)
    total = graph.index.count(text, kinds)
    if not hits:
        if total:
            raise ToolError(f"There are {total:,} results; the offset is beyond them.")
        return _nothing(
            graph, [hit for hit in graph.index.near(text) if not kind or hit.kind == kind]
        )
    if _CODE.fullmatch(text) and not offset and hits[0].fit not in _NAMED:  # 18.1 is no code
        return _nothing(graph, hits[:3])
    found = [(hit.iri, f"{hit.fit}: {one_line(hit.text)[:_SHOWN]}") for hit in hits]
    answer = _answer(graph, found, total, offset)
    if (unknown := graph.index.unknown(text)) and hits[0].fit not in _NAMED:
        words = ", ".join(f'"{one_line(word)}"' for word in unknown)
        return f"{not_known(Absence.NOT_IN_GRAPH, f'No name or text has {words}.')} Found by the other words: {answer}"
    return answer


def _answer(graph: GraphReader, found: list[tuple[IRI, str]], total: int, offset: int) -> str:
    start = f"{graph.site.addresses.base}id/"
    rows = []
    for iri, match in found:
        kind = iri.value.removeprefix(start).partition("/")[0]
        label, code = graph.label(iri).text, graph.notation(iri) or ""
        said = graph.names_by(graph.snapshot.store.quads(iri), label, match.partition(": ")[2])
        rows.append(
            (graph.short(iri), kind if kind in KINDS else "", label, code, match, said, iri.value)
        )
    text, shown = table(graph, _COLUMNS, rows)
    return f"{extent(offset, shown, total)}\n\n{text}"


def _nothing(graph: GraphReader, near: Iterable[Hit] = ()) -> str:
    read = f"the graph was read from {graph.document_count:,} documents and lists."
    return not_known(
        Absence.NOT_IN_GRAPH, f"No resource has this name, code or IRI; {read}"
    ) + similar(graph, near)


def _by_iri(graph: GraphReader, text: str) -> list[tuple[IRI, IRI | None]]:
    """The resources with an IRI, or linked to it, and the property of the link.

    Raises `ToolError` for no IRI.
    """
    refused = ToolError("This is not an http(s) IRI.")
    if foreign_link(text) is None:
        raise refused
    try:
        iri = IRI(graph.site.addresses.rebase(text))
    except ValueError:
        raise refused from None
    return list(links_of(graph.snapshot).find(iri).items())


def resolve(graph: GraphReader, text: str, kind: str = "") -> list[IRI]:
    """The resources that a text identifies: an IRI, a CURIE, a code (`9`, `objective 9`), or a whole name.

    Raises `ToolError` for no IRI.
    """
    addresses, knows = graph.site.addresses, graph.snapshot.describer.knows
    if _SCHEME.match(text):
        own = [iri for iri, _ in _by_iri(graph, text)]
        known = IRI(addresses.rebase(text))
        return own or ([known] if knows(known) else [])
    try:
        expanded = IRI(addresses.expand(text))
        if knows(expanded):
            return [expanded]
    except (KeyError, ValueError):  # no CURIE
        pass
    index = graph.index
    start = addresses.resource(kind, "") if kind else addresses.base
    codes = index.with_code(text) or [
        hit.iri for hit in index.search(text, "", 5) if hit.fit == "code"
    ]
    coded = [iri for iri in codes if iri.value.startswith(start)]
    return coded or [iri for iri in index.named(text) if iri.value.startswith(start)]


def choice(graph: GraphReader, text: str, kind: str = "", where: str = "") -> ToolError | None:
    """The error of a text that is a part of names, none of them whole; None where no name has its words."""
    if _CODE.fullmatch(text) or _SCHEME.match(text):
        return None
    hits = graph.index.search(text, "", 5, 0, [kind] if kind else [], "names")
    named = _listed(graph, (hit for hit in hits if hit.fit in {*_NAMED, "words"}))
    if not named:
        return None
    return ToolError(
        f"No {kind or 'resource'} has exactly this name{where}.", hint=f"Choose one: {named}."
    )


def _listed(graph: GraphReader, hits: Iterable[Hit]) -> str:
    """Resources with the names that were found."""
    return "; ".join(f"{graph.short(hit.iri)} ({hit.text})" for hit in hits)


def similar(graph: GraphReader, hits: Iterable[Hit]) -> str:
    """A sentence with similar names; empty if there are none."""
    near = _listed(graph, hits)
    return f" Similar names: {near}." if near else ""


def resource_not_known(graph: GraphReader, text: str) -> str:
    """No resource has this name, code or IRI."""
    if "://" in text:
        iris = "; ".join(graph.short(iri) for iri in links_of(graph.snapshot).near(text))
        more = f" Similar IRIs: {iris}." if iris else ""
    else:
        more = similar(graph, graph.index.near(text))
    return (
        not_known(
            Absence.NOT_IN_GRAPH, "No resource has this name, code or IRI. Find one with `search`."
        )
        + more
    )


def property_not_known(
    graph: GraphReader, description: Description, wanted: IRI, language: str | None
) -> str:
    """The resource has no value of a property, or none in a language."""
    documents, name = graph.sources_of(description.iri), graph.property_name(wanted)
    others = {
        fact.object.language
        for fact in description.facts
        if fact.predicate == wanted and isinstance(fact.object, Literal) and fact.object.language
    }
    if language and others:
        exists = f"{name} is known in: {', '.join(sorted(others))}."
        if documents and language not in graph.languages_of(documents):
            unread = (
                f"No document in the language '{language}' was read for this resource. {exists}"
            )
            return not_known(Absence.NOT_READ, unread)
        return not_known(
            Absence.NOT_STATED, f"What was read gives {name} in no text of '{language}'. {exists}"
        )
    if documents:
        read = "; ".join(graph.short(document) for document in documents)
        return not_known(
            Absence.NOT_STATED,
            f"The documents read for this resource ({read}) do not state {name}.",
        )
    if _is_instrument(graph, description.iri) and wanted in {
        graph.term(f"gcm:{name}")
        for name in ("participationIn", "participant", "bindingDate", "bindingAction")
    }:
        return _NO_PARTIES
    read = f"the {graph.document_count:,} documents read"
    return not_known(Absence.NOT_STATED, f"Neither the reference lists nor {read} state {name}.")


def rows_not_known(graph: GraphReader, query: NamedQuery, terms: Mapping[str, Term]) -> str:
    """A query of the library has no rows for its parameters."""
    store, treaty = graph.snapshot.store, "gcm:participationIn"
    resources = [term for term in terms.values() if isinstance(term, IRI)]
    for iri in resources:
        if next(store.quads(iri), None) is None and next(store.quads(object=iri), None) is None:
            return not_known(
                Absence.NOT_IN_GRAPH, f"The graph contains nothing about {graph.short(iri)}."
            )
    if treaty in query.text and any(
        _is_instrument(graph, iri)
        and next(store.quads(predicate=graph.term(treaty), object=iri), None) is None
        for iri in resources
    ):
        return _NO_PARTIES
    if query.name in OF_GAPS:
        return "0 rows. The query lists what is missing: for these parameters the graph lacks none of it."
    about = " and ".join(graph.short(iri) for iri in resources)
    return not_known(
        Absence.NOT_STATED,
        f"The query ran and has no rows{f' for {about}' if about else ''}: none of the {graph.document_count:,} "
        "documents and lists read states it. Other documents, not read, may.",
    )


def _is_instrument(graph: GraphReader, iri: IRI) -> bool:
    return graph.site.addresses.kind_of(iri.value) == "instrument"
