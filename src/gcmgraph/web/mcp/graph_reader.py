"""The graph as tools read it: names, values and tables as text, and the answer as JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from gcmgraph.platform.text import fold_words
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Quad, Term, Triple, iri_of_name
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.mcp.messages import Json
from gcmgraph.web.mcp.tools import TEXTS, ToolError
from gcmgraph.web.resources.facts import EvidencePage
from gcmgraph.web.services import Site, search_index
from gcmgraph.web.sparql.unknown_terms import local_name, names_of_terms, nearest_terms

#: Characters of a table, and of one cell, at most.
MAX_TABLE = 60_000
MAX_CELL = 2_000

#: Fits of a resource that a text may name.
NAMING_FITS = frozenset(("code", "whole", "beginning"))

#: Results of a search for topics.
_MAX_TOPICS = 10


def one_line(text: str) -> str:
    r"""A text of the dataset on one line, without control characters.

    They could forge lines of an answer.

    >>> one_line("two\nlines")
    'two lines'
    """
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())


def table(
    graph: GraphReader, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> tuple[str, int]:
    """CSV (RFC 4180) with a header, and the number of its rows: those that fit into `MAX_TABLE`.

    The rows become the member `rows` of the answer as JSON.
    """
    text = io.StringIO()
    count = 0
    json_rows = graph.data["rows"] = []
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = [_cell(value) for value in row]
        writer.writerow(cells)
        if text.tell() > MAX_TABLE and count:
            break
        count += 1
        json_rows.append(dict(zip(columns, cells, strict=True)))
    lines = text.getvalue().splitlines()
    return "\n".join(lines[: count + 1]), count


def _cell(value: str) -> str:
    line = one_line(value)
    return line if len(line) <= MAX_CELL else f"{line[:MAX_CELL]}…"


def extent(offset: int, count: int, total: int, *, cut: bool = False) -> str:
    """A sentence on the rows of an answer.

    >>> extent(0, 100, 1234), extent(0, 1, 1)
    ('Rows 1 to 100 of 1,234; continue with offset 100.', '1 row.')
    """
    if count == total and not offset and not cut:
        return f"{total:,} row{'s' if total != 1 else ''}."
    or_more = " or more" if cut else ""
    end = offset + count
    is_last = end >= total and not cut
    continuation = "" if is_last else f"; continue with offset {end}"
    return f"Rows {offset + 1:,} to {end:,} of {total:,}{or_more}{continuation}."


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
        source_document = self.site.addresses.term("SourceDocument")
        return self.snapshot.figures.classes.get(source_document, 0)

    def short(self, iri: IRI) -> str:
        """An IRI in short form."""
        return self.site.addresses.short_form(iri.value)

    def named(self, iri: IRI) -> str:
        """A resource by its label and short form, with who contributed the label."""
        label = self.label(iri)
        if label.language is None:
            return self.short(iri)
        quads = self.snapshot.store.quads(iri)
        writers = self.names_by(quads, label.text.removesuffix(label.part))
        contribution = f"; {writers}" if writers.startswith("contribution:") else ""
        return f"“{one_line(label.text)}” ({self.short(iri)}{contribution})"

    def names_by(self, quads: Iterable[Quad], *texts: str) -> str:
        """Writers of some texts: documents, editors, lists, contributions.

        They are known by the graphs of the quads with the texts.
        """
        graph_prefix = self.site.addresses.graph("")
        writers = set()
        for quad in quads:
            if not isinstance(quad.object, Literal) or quad.object.value not in texts:
                continue
            if isinstance(quad.graph_name, IRI):
                writers.add(_writer(quad.graph_name.value.removeprefix(graph_prefix)))
        return "; ".join(sorted(writers))

    def triples(self, subject: object, curie: str) -> list[Triple]:
        """The statements of a property of a resource; none of another term."""
        if not isinstance(subject, IRI):
            return []
        return list(self.snapshot.store.triples(subject, self.term(curie)))

    def topics(self, text: str) -> list[IRI]:
        """The topics that a text names by any of their names and synonyms, in any language."""
        topic_prefix = self.site.addresses.resource("concept", "topic/")
        hits = [
            hit
            for hit in self.index.search(text, "", _MAX_TOPICS, 0, ["concept"])
            if hit.iri.value.startswith(topic_prefix) and hit.fit in {*NAMING_FITS, "words"}
        ]
        return [hit.iri for hit in hits if hit.fit == hits[0].fit]

    def property_name(self, iri: IRI, language: str = SOURCE_LANGUAGE) -> str:
        """A property by short form, and label in a language."""
        label = self.snapshot.labels.of(iri, language)
        return f"{self.short(iri)} ({one_line(label.text)})" if label.language else self.short(iri)

    def value_text(self, term: Term) -> str:
        """A value for people and models.

        A label and short form, or the text with its language or special datatype.
        """
        if isinstance(term, IRI):
            return self.named(term)
        if isinstance(term, BlankNode):
            return "(a resource without IRI)"
        text = one_line(term.value)
        if term.language:
            return f"{text} [{term.language}]"
        if term.datatype.value.startswith("http://www.w3.org/"):
            return text
        return f"{text} [{self.short(term.datatype)}]"

    def find_class(self, name: str) -> IRI:
        """The class of a short form, an IRI or a label. Raises `ToolError` with similar ones."""
        classes = self.snapshot.figures.classes
        addresses = self.site.addresses
        iri = iri_of_name(name, addresses)
        if iri is not None and iri.value in classes:
            return iri
        iris_by_name = names_of_terms(addresses, self.snapshot, classes)
        iris = iris_by_name.get(fold_words(local_name(name)))
        if iris:
            return IRI(iris[0])
        similar = nearest_terms(addresses, self.snapshot, name, classes)
        hint = (
            f"Did you mean {' or '.join(similar)}?" if similar else "`schema` lists what it uses."
        )
        raise ToolError("The graph uses no such class.", hint=hint)

    def sources_of(self, iri: IRI) -> list[IRI]:
        """The documents that a resource, or the whole that it is a part of, was read from."""
        return list(self.stated(self.whole(iri)).iris("dct:source"))

    def languages_of(self, documents: Iterable[IRI]) -> set[str]:
        """The languages of documents."""
        languages = set()
        for document in documents:
            for triple in self.snapshot.store.triples(document, self.term("dct:language")):
                if isinstance(triple.object, Literal):
                    languages.add(triple.object.value)
        return languages


def _writer(graph_name: str) -> str:
    """The writer of a graph, by the part of its IRI after `{base}graph/`."""
    kind = graph_name.partition("/")[0]
    if kind == "contribution":
        return graph_name.replace("/", ":", 1)
    writer: str = TEXTS["writers"].get(kind, "another graph")
    return writer
