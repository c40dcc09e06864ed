"""The blocks of a source document in the order of the text, with the evidence that each gives, and their segments.

Segments are ranges between the ends of quotations, so that overlapping quotations can be marked. Offsets count Unicode
code points (docs/model.md, "Evidence"); the end is exclusive.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe.description import DocumentPassage, Evidence, EvidenceIndex, evidence_key
from gcmgraph.store.port import Store

#: Limits of a page in characters and blocks; a page ends with the block that reaches one.
PAGE_CHARACTERS, PAGE_BLOCKS = 30_000, 200

#: Kinds of blocks in the table of contents, with their level.
CONTENTS = {"title": 1, "objective": 1, "heading": 2, "practice-title": 3, "sdg-goal": 3}

#: The graphs with the passages of a document.
_PASSAGE_GRAPHS = ("evidence", "curated")

_OFFSETS = re.compile(r"/(\d{1,15})-(\d{1,15})\Z")


@dataclass(frozen=True)
class Placed:
    """A passage with its offsets, not yet read."""

    iri: IRI
    start: int
    end: int


@dataclass(frozen=True)
class DocumentBlock:
    """A block of the text: a heading, a list item, a paragraph. Its quotations are passages, too."""

    place: Placed
    #: last part of the IRI of its kind (concept:passage-kind/…), such as `heading`; empty if unknown
    kind: str
    quotations: tuple[Placed, ...]


@dataclass(frozen=True)
class ReadBlock:
    """A block with its text, and the evidence of it and its quotations, in the order of the text."""

    passage: DocumentPassage
    kind: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class DocumentMap:
    """Offsets of the passages of a document. Their evidence is read page by page."""

    source: IRI
    blocks: tuple[DocumentBlock, ...]
    #: fragment of the evidence (`evidence-3f2a…`) to the passages that support the statement
    supports: dict[str, tuple[Placed, ...]]
    #: first block of each page
    pages: tuple[int, ...] = field(default=())

    @property
    def quotation_count(self) -> int:
        """Number of quotations, without the blocks themselves."""
        return sum(len(block.quotations) for block in self.blocks)

    def page_of(self, offset: int) -> int:
        """The page (from 1) of the block at an offset, or of the last block before it."""
        block = max(0, bisect_right(self.blocks, offset, key=lambda block: block.place.start) - 1)
        return max(1, bisect_right(self.pages, block))

    def on_page(self, number: int) -> tuple[DocumentBlock, ...]:
        """The blocks of a page, from 1."""
        first = self.pages[number - 1]
        after = self.pages[number] if number < len(self.pages) else len(self.blocks)
        return self.blocks[first:after]


def map_document(store: Store, addresses: Addresses, source: IRI) -> DocumentMap:
    """The passages of a document by offset.

    Passages of contributions are left out: they support statements, but do not define the text of the document. A
    passage that starts within another is a quotation of it; one that reaches into the next block belongs to both.
    """
    v = Vocabulary(addresses)
    index = EvidenceIndex(store, addresses)
    graphs = [IRI(addresses.graph(name)) for name in _PASSAGE_GRAPHS]
    found = {q.subject for graph in graphs for q in store.quads(None, v("oa:hasSource"), source, graph)}
    placed = [_placed(index, iri) for iri in found if isinstance(iri, IRI)]
    outer: list[tuple[Placed, list[Placed]]] = []
    supports: dict[str, list[Placed]] = {}
    for passage in sorted((p for p in placed if p is not None), key=lambda p: (p.start, -p.end, p.iri.value)):
        if not outer or passage.start >= outer[-1][0].end:
            outer.append((passage, []))
        else:
            outer[-1][1].append(passage)
        for quad in store.quads(predicate=v("oa:hasTarget"), object=passage.iri):
            if isinstance(quad.subject, IRI):
                supports.setdefault(evidence_key(quad.subject), []).append(passage)
    blocks: list[DocumentBlock] = []
    for place, quotations in outer:
        reaching = [q for q in blocks[-1].quotations if q.end > place.start] if blocks else []
        blocks.append(DocumentBlock(place, _kind(store, v, place.iri), (*reaching, *quotations)))
    return DocumentMap(
        source, tuple(blocks), {key: tuple(places) for key, places in supports.items()}, _pages(tuple(blocks))
    )


def read_blocks(store: Store, addresses: Addresses, blocks: tuple[DocumentBlock, ...]) -> tuple[ReadBlock, ...]:
    """Blocks with their text and evidence."""
    index = EvidenceIndex(store, addresses)
    read: list[ReadBlock] = []
    for block in blocks:
        passage = index.passage(block.place.iri)
        if passage is not None:
            evidence = [e for place in (block.place, *block.quotations) for e in index.from_passage(place.iri)]
            evidence.sort(key=lambda e: (e.passage.start, e.passage.end))
            read.append(ReadBlock(passage, block.kind, tuple(evidence)))
    return tuple(read)


def _placed(index: EvidenceIndex, iri: IRI) -> Placed | None:
    """A passage with its offsets, from its address if that has them, else from its selectors."""
    if offsets := _OFFSETS.search(iri.value):
        return Placed(iri, int(offsets[1]), int(offsets[2]))
    passage = index.passage(iri)
    return Placed(iri, passage.start, passage.end) if passage is not None else None


def _kind(store: Store, v: Vocabulary, passage: IRI) -> str:
    kinds = [q.object for q in store.quads(passage, v("dct:type")) if not isinstance(q.object, Literal)]
    return min((str(kind).rstrip(">").rpartition("/")[2] for kind in kinds), default="")


def _pages(blocks: tuple[DocumentBlock, ...]) -> tuple[int, ...]:
    """The first block of each page; one empty page without blocks."""
    first, pages = 0, [0]
    reached = list(accumulate((block.place.end - block.place.start for block in blocks), initial=0))
    for number in range(1, len(blocks)):
        if reached[number] - reached[first] >= PAGE_CHARACTERS or number - first >= PAGE_BLOCKS:
            first = number
            pages.append(number)
    return tuple(pages)


#: Markdown signs of bold text, and at the start of list items and headings (https://spec.commonmark.org/0.31.2/).
_SIGNS = re.compile(r"\*\*|^[ \t]*(?:#{1,6}[ \t]+|[-*+][ \t]+|■)", re.MULTILINE)


@dataclass(frozen=True)
class Segment:
    """A range of characters that the same quotations cover."""

    text: str
    #: offset in the document
    start: int
    #: indexes of the spans that cover it
    spans: tuple[int, ...]
    #: whether it is a sign of Markdown
    sign: bool = False
    #: whether it is bold
    strong: bool = False

    @property
    def end(self) -> int:
        """Offset of the first character after it."""
        return self.start + len(self.text)


def cut(text: str, start: int, spans: Sequence[tuple[int, int]]) -> tuple[Segment, ...]:
    """The segments of a text that starts at offset `start` of its document; joined, they are the text.

    `spans` are offsets of quotations in the document; parts outside of the text are ignored.
    """
    signs, strong = _formatting(text, start)
    edges = {start, start + len(text)}
    for begin, end in (*spans, *signs, *strong):
        edges.update(edge for edge in (begin, end) if start < edge < start + len(text))
    ordered = sorted(edges)

    def within(begin: int, end: int, runs: Sequence[tuple[int, int]]) -> bool:
        return any(first <= begin and end <= last for first, last in runs)

    return tuple(
        Segment(
            text[begin - start : end - start],
            begin,
            tuple(index for index, (first, last) in enumerate(spans) if first <= begin and end <= last),
            within(begin, end, signs),
            within(begin, end, strong),
        )
        for begin, end in pairwise(ordered)
    )


def _formatting(text: str, start: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Ranges of Markdown signs, and of bold text. An unpaired sign of bold text has no effect."""
    signs = [(start + sign.start(), start + sign.end()) for sign in _SIGNS.finditer(text)]
    bold = [(begin, end) for begin, end in signs if text[begin - start : end - start] == "**"]
    return signs, [(first[1], last[0]) for first, last in zip(bold[::2], bold[1::2], strict=False)]
