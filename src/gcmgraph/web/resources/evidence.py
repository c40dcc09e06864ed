"""Pages with statements and their evidence: statements by property in reading order, addresses for remarks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import quote

from gcmgraph.model.terms import IRI, BlankNode, Literal, Term, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.properties import PROPERTIES
from gcmgraph.publication.describe.description import (
    Description,
    DocumentPassage,
    Evidence,
    EvidenceIndex,
    Fact,
    evidence_key,
)
from gcmgraph.publication.describe.provenance import Notes, OriginKind, Origins, StatementEvidence, StatementOrigin
from gcmgraph.publication.labels import LABEL_PROPERTIES, Label
from gcmgraph.store.port import Store
from gcmgraph.text import natural
from gcmgraph.translations import SOURCE_LANGUAGE, preference
from gcmgraph.web.http.urls import foreign_link, local_path
from gcmgraph.web.i18n import ORIGIN_NAMES, READER_NAMES
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.templating import Page


@dataclass(frozen=True)
class PropertyFacts:
    """The facts of one property."""

    predicate: IRI
    label: Label
    long: bool
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class PartTable:
    """Parts of a resource as rows, their properties as columns."""

    columns: dict[IRI, Label]
    rows: dict[IRI, dict[IRI, PropertyFacts]]


class EvidencePage(Page):
    """Terms and statements of one dataset version in one language, with the evidence of the statements."""

    def __init__(self, site: Site, snapshot: Snapshot, language: str) -> None:
        super().__init__(site, snapshot, language)
        self.evidence = PageEvidence(snapshot.store, site.addresses, snapshot.notes, language)
        v = Vocabulary(site.addresses)
        self._rank = {v(row.curie): rank for rank, row in enumerate(PROPERTIES)}
        self._long = {v(row.curie) for row in PROPERTIES if row.long}
        self._naming = {v(curie) for curie in LABEL_PROPERTIES}
        self._type = v("rdf:type")

    def origin_name(self, origin: StatementOrigin) -> str:
        """The name of an origin."""
        return str(ORIGIN_NAMES[origin.kind])

    def reader_name(self, proof: StatementEvidence) -> str:
        """The name of the reader of a statement."""
        return str(READER_NAMES[proof.reader])

    def feedback(self, fact: Fact, graph: IRI) -> str | None:
        """The path of the form for a remark on a statement; None for one that is not published or of another site."""
        page = local_path(self.site.addresses, fact.subject.value) if self.snapshot.published else None
        if page is None:
            return None
        key = statement_key(fact.subject, fact.predicate, fact.object, graph)
        return f"/feedback?page={quote(page)}&statement={key}"

    def by_property(self, facts: Iterable[Fact], *, names: bool = False) -> list[PropertyFacts]:
        """Stated facts grouped by property in reading order, without types and inferred facts.

        The label in the heading is only included with `names`, so that its evidence has a row.
        """
        groups: dict[IRI, list[Fact]] = {}
        for fact in facts:
            nameless = isinstance(fact.object, BlankNode)  # lists in shapes, which only the RDF has
            if not (fact.inferred or nameless or fact.predicate == self._type):
                groups.setdefault(fact.predicate, []).append(fact)
        if not names:
            groups = {p: g for p, g in groups.items() if len(g) > 1 or p not in self._naming}
        return sorted(
            (
                PropertyFacts(predicate, self.term_label(predicate), predicate in self._long, self._ordered(group))
                for predicate, group in groups.items()
            ),
            key=lambda group: self._reading_order(group.predicate),
        )

    def loose_parts(self, description: Description) -> PartTable | None:
        """A table of the parts that refer to their whole, and to which neither the whole nor a part refers."""
        facts = [*description.facts, *(fact for part in description.parts.values() for fact in part)]
        named = {fact.object for fact in facts}
        rows = {
            part: {
                group.predicate: group
                for group in self.by_property((f for f in own if f.object != description.iri), names=True)
            }
            for part, own in description.parts.items()
            if part not in named
        }
        columns = {predicate: group.label for row in rows.values() for predicate, group in row.items()}
        ordered = sorted(columns, key=self._reading_order)
        return PartTable({predicate: columns[predicate] for predicate in ordered}, rows) if rows else None

    def _reading_order(self, predicate: IRI) -> tuple[int, str]:
        return self._rank.get(predicate, len(self._rank)), self.term_label(predicate).text.casefold()

    def inbound(self, facts: Iterable[Fact]) -> list[PropertyFacts]:
        """Facts with the resource as object, by property, then by label of the subject."""
        groups: dict[IRI, list[Fact]] = {}
        for fact in facts:
            if not fact.inferred:
                groups.setdefault(fact.predicate, []).append(fact)
        return [
            PropertyFacts(
                predicate,
                self.term_label(predicate),
                False,
                tuple(sorted(group, key=lambda f: (self.notation(f.subject) or "", self.label(f.subject).text))),
            )
            for predicate, group in sorted(groups.items(), key=lambda item: self.term_label(item[0]).text)
        ]

    def _ordered(self, facts: list[Fact]) -> tuple[Fact, ...]:
        def key(fact: Fact) -> tuple[bool, str, list[tuple[int, str]], str]:
            value = fact.object
            if isinstance(value, Literal):
                return value.language != self.language, value.language or "", [], value.value
            if isinstance(value, IRI):
                return False, "", natural(self.notation(value) or ""), self.label(value).text
            return False, "", [], value.value

        return tuple(sorted(facts, key=key))


#: Maximum number of characters before and after a quotation.
_AROUND = 200

#: End of a sentence or a line.
_STOP = re.compile(r"[.!?…؟。！？](?=\s)|\n")


@dataclass(frozen=True)
class Quotation:
    """A quotation in its sentence."""

    before: str
    exact: str
    after: str


_Key = tuple[IRI, IRI, Term, tuple[str, ...]]


def _key_of(fact: Fact) -> _Key:
    return fact.subject, fact.predicate, fact.object, fact.graphs


class PageEvidence:
    """Evidence of the statements of one page."""

    def __init__(self, store: Store, addresses: Addresses, notes: Notes, language: str = SOURCE_LANGUAGE) -> None:
        """`language`: that of the reader, whose quotations are first."""
        self._addresses = addresses
        self._rank = preference(language)
        self._origins = Origins(store, addresses, notes)
        self._index = EvidenceIndex(store, addresses)
        self._blocks: dict[IRI, DocumentPassage | None] = {}
        self._found: dict[_Key, tuple[StatementOrigin, ...]] = {}
        self._written: dict[_Key, str] = {}
        self._store = store
        v = Vocabulary(addresses)
        self._files, self._pages = v("dcat:downloadURL"), v("foaf:page")

    def of(self, fact: Fact) -> tuple[StatementOrigin, ...]:
        """Origins of a statement, those with passages first; passages in the language of the reader first."""
        key = _key_of(fact)
        if key not in self._found:
            origins = self._origins.of(fact)
            self._found[key] = tuple(replace(each, evidence=self._ordered(each.evidence)) for each in origins)
        return self._found[key]

    def written(self, fact: Fact, macro: Callable[..., str], *values: object) -> str:
        """The text of a macro about a statement, written once for the box above and the list of all statements."""
        key = _key_of(fact)
        if key not in self._written:
            self._written[key] = macro(fact, *values)
        return self._written[key]

    def _ordered(self, proofs: tuple[StatementEvidence, ...]) -> tuple[StatementEvidence, ...]:
        return tuple(sorted(proofs, key=lambda proof: self._rank(proof.evidence.passage.language or "")))

    def graphs(self, facts: Iterable[Fact]) -> list[IRI]:
        """Graphs of some statements, without those of inferred statements."""
        found = {IRI(graph) for fact in facts for graph in fact.graphs if graph}
        stated = [graph for graph in found if self._origins.kind(graph)[0] is not OriginKind.INFERRED]
        return sorted(stated, key=lambda graph: graph.value)

    def link(self, evidence: Evidence) -> str | None:
        """The path of the passage in the page of its document; None for an external document."""
        source = evidence.passage.source
        path = local_path(self._addresses, source.value) if source is not None else None
        return path + self.reference(evidence) if path is not None else None

    def published(self, passage: DocumentPassage) -> str | None:
        """The web address of the document of a passage; None where none is stated.

        A PDF opens at the page of the passage by its fragment, `#page=3` (https://www.rfc-editor.org/rfc/rfc3778#section-3).
        """
        if passage.source is None:
            return None
        for predicate in (self._files, self._pages):
            stated = (triple.object for triple in self._store.triples(passage.source, predicate))
            links = sorted(link for iri in stated if isinstance(iri, IRI) and (link := foreign_link(iri.value)))
            if links:
                at_page = predicate == self._files and passage.page and "#" not in links[0]
                return f"{links[0]}#page={passage.page}" if at_page else links[0]
        return None

    def reference(self, evidence: Evidence) -> str:
        """The relative reference from the page of a document to a passage in it."""
        name, key = evidence.passage.name, evidence_key(evidence.iri)
        query = f"statement={key}" if re.fullmatch(r"[\w.-]+", key, re.ASCII) else f"passage={name}"
        return f"?{query}#passage-{name}"

    def quotation(self, evidence: Evidence) -> Quotation | None:
        """The quotation in its sentence, within its block; None for a passage without text."""
        passage = evidence.passage
        if passage.exact is None:
            return None
        block = self._block(passage.within) if passage.within is not None else None
        text, start = (block.exact or "", block.start) if block is not None else ("", 0)
        begin, end = passage.start - start, passage.end - start
        if begin < 0 or text[begin:end] != passage.exact:  # offsets of another text
            return Quotation("", passage.exact, "")
        return Quotation(_tail(text[:begin]), passage.exact, _head(text[end:]))

    def _block(self, iri: IRI) -> DocumentPassage | None:
        if iri not in self._blocks:
            self._blocks[iri] = self._index.passage(iri)
        return self._blocks[iri]


def _tail(text: str) -> str:
    """The incomplete last sentence of a text."""
    stops = [stop.end() for stop in _STOP.finditer(text)]
    tail = text[stops[-1] :].lstrip() if stops else text
    return tail if len(tail) <= _AROUND else f"… {tail[-_AROUND:].partition(' ')[2] or tail[-_AROUND:]}"


def _head(text: str) -> str:
    """The rest of the sentence in which a text begins."""
    stop = _STOP.search(text)
    head = text[: stop.end()].rstrip("\n") if stop else text
    return head if len(head) <= _AROUND else f"{head[:_AROUND].rpartition(' ')[0] or head[:_AROUND]} …"


def statement_key(subject: object, predicate: IRI, value: object, graph: IRI) -> str:
    """The key of a statement among those of its subject."""
    return hashlib.blake2b(f"{subject} {predicate} {value} {graph}".encode(), digest_size=6).hexdigest()
