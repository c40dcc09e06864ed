"""The graph as tools read it: names of resources, values and tables as text, reasons of empty answers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gcmgraph.model.terms import IRI, BlankNode, Literal, Term, Vocabulary
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.text import fold_words
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.mcp.offers import ToolError
from gcmgraph.web.resources.resolve import Links
from gcmgraph.web.services import PerVersion, Site, Snapshot
from gcmgraph.web.sparql.hints import local_name, names_of_terms, nearest_terms

#: Characters of a table, and of one cell, at most.
MAX_TABLE, MAX_CELL = 60_000, 2_000


class Reason(StrEnum):
    """Reason why an answer is empty."""

    NOT_IN_GRAPH = "not in this graph"
    NOT_READ = "document not read"
    NOT_STATED = "source does not say"


def not_known(reason: Reason, explanation: str) -> str:
    """An empty answer, with its reason."""
    return f"Not known here: {reason}. {explanation} State this reason; it is no evidence of absence."


def one_line(text: str) -> str:
    """A text of the dataset on one line, without control characters, which could forge lines of an answer."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> tuple[str, int]:
    """CSV (RFC 4180) with a header, and the number of its rows: those that fit into `MAX_TABLE`."""
    text, count = io.StringIO(), 0
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = map(one_line, row)
        writer.writerow([cell if len(cell) <= MAX_CELL else f"{cell[:MAX_CELL]}…" for cell in cells])
        if text.tell() > MAX_TABLE and count:
            break
        count += 1
    return "\n".join(text.getvalue().splitlines()[: count + 1]), count


def extent(first: int, shown: int, total: int, *, cut: bool = False) -> str:
    """A sentence on the rows of an answer: `Rows 1 to 100 of 1,234`."""
    if shown == total and not first and not cut:
        return f"{total:,} row{'s' if total != 1 else ''}."
    more = " or more" if cut else ""
    rest = "" if first + shown >= total and not cut else f"; continue with offset {first + shown}"
    return f"Rows {first + 1:,} to {first + shown:,} of {total:,}{more}{rest}."


@dataclass(frozen=True)
class Graph:
    """The current version, in the language of a call."""

    site: Site
    snapshot: Snapshot
    language: str
    indexes: PerVersion[SearchIndex]
    version_links: PerVersion[Links]

    @property
    def index(self) -> SearchIndex:
        """The search index."""
        return self.indexes.of(self.snapshot)

    @property
    def links(self) -> Links:
        """Resources by IRIs of other datasets."""
        return self.version_links.of(self.snapshot)

    @property
    def document_count(self) -> int:
        """The number of source documents."""
        return self.snapshot.figures.classes.get(self.site.addresses.term("SourceDocument"), 0)

    def iri(self, curie: str) -> IRI:
        """The IRI of a CURIE of this software."""
        return Vocabulary(self.site.addresses)(curie)

    def short(self, iri: IRI) -> str:
        """An IRI in short form."""
        return self.site.addresses.short_form(iri.value)

    def named(self, iri: IRI) -> str:
        """A resource by its label and short form."""
        label = self.snapshot.labels.of(iri, self.language)
        return self.short(iri) if label.language is None else f"“{one_line(label.text)}” ({self.short(iri)})"

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

    def find_property(self, text: str) -> IRI:
        """The property of a short form, an IRI or a label. Raises `ToolError` with similar ones."""
        return self._find(text, self.snapshot.figures.properties, "property")

    def find_class(self, text: str) -> IRI:
        """The class of a short form, an IRI or a label. Raises `ToolError` with similar ones."""
        return self._find(text, self.snapshot.figures.classes, "class")

    def _find(self, text: str, used: Iterable[str], sort: str) -> IRI:
        addresses = self.site.addresses
        try:
            iri = addresses.rebase(text) if text.startswith(("http://", "https://")) else addresses.expand(text)
            if iri in set(used):
                return IRI(iri)
        except (KeyError, ValueError):  # a label
            pass
        if named := names_of_terms(addresses, self.snapshot, used).get(fold_words(local_name(text))):
            return IRI(named[0])
        near = nearest_terms(addresses, self.snapshot, text, used)
        hint = f"Did you mean {' or '.join(near)}?" if near else "`schema` lists what it uses."
        raise ToolError(f"The graph uses no such {sort}.", hint=hint)

    def sources_of(self, iri: IRI) -> list[IRI]:
        """The documents that a resource, or the whole that it is a part of, was read from."""
        whole = IRI(iri.value.partition("#")[0])
        found = {triple.object for triple in self.snapshot.store.triples(whole, self.iri("dct:source"))}
        return sorted((one for one in found if isinstance(one, IRI)), key=lambda document: document.value)

    def languages_of(self, documents: Iterable[IRI]) -> set[str]:
        """The languages of documents."""
        language, store = self.iri("dct:language"), self.snapshot.store
        tags = (triple.object for document in documents for triple in store.triples(document, language))
        return {tag.value for tag in tags if isinstance(tag, Literal)}
