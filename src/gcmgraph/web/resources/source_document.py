"""The page of a source document: a part of its text, the statements read from it, and one statement marked.

/doc/source/{document}                          the first part
…?part=2                                        another part of a long document
…?statement=evidence-3f2a…#passage-99-120       the part with the evidence of a statement, marked
…?passage=99-120#passage-99-120                 the part with a passage, marked

Blocks of the text are cut into segments at the ends of quotations, so that overlapping quotations
can be marked. Offsets count Unicode code points (docs/model.md, "Evidence"); the end is exclusive.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

from gcmgraph.platform.text import MARKDOWN_SIGNS
from gcmgraph.publication.descriptions import (
    DocumentPassage,
    Evidence,
    EvidenceIndex,
    PlacedPassage,
    evidence_key,
)
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Term, Vocabulary
from gcmgraph.store.port import Store
from gcmgraph.web.http.problems import not_found

#: Limits of a part in characters and blocks; a part ends with the block that reaches one.
PART_CHARACTERS, PART_BLOCKS = 30_000, 200

#: Kinds of blocks in the list of contents, with their level, and the maximum number of its entries.
_LEVELS = {"title": 1, "objective": 1, "heading": 2, "practice-title": 3, "sdg-goal": 3}
_MAX_CONTENTS = 120

#: The graphs with the passages of a document. Passages of contributions support statements, but do
#: not define its text.
_PASSAGE_GRAPHS = ("evidence", "curated")

#: Name of a document, such as `objective-09.fr`.
_SLUG = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")

_OFFSETS = re.compile(r"/(\d{1,15})-(\d{1,15})\Z")
_PASSAGE = re.compile(r"(\d{1,15})-(\d{1,15})")

#: Offsets of passages, by name.
Spans = Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class DocumentBlock:
    """A block of the text: a heading, a list item, a paragraph.

    Its quotations are passages, too.
    """

    place: PlacedPassage
    #: last part of the IRI of its kind (concept:passage-kind/…), such as `heading`; empty if
    #: unknown
    kind: str
    quotations: tuple[PlacedPassage, ...]


@dataclass(frozen=True)
class DocumentMap:
    """Offsets of the passages of a document. Their evidence is read part by part."""

    blocks: tuple[DocumentBlock, ...]
    #: fragment of the evidence (`evidence-3f2a…`) to the passages that support the statement
    supports: Mapping[str, tuple[PlacedPassage, ...]]
    #: first block of each part
    parts: tuple[int, ...]

    @property
    def quotation_count(self) -> int:
        """Number of quotations, without the blocks themselves."""
        return sum(len(block.quotations) for block in self.blocks)

    def part_of(self, offset: int) -> int:
        """The part (from 1) of the block at an offset, or of the last block before it."""
        block = max(0, bisect_right(self.blocks, offset, key=lambda block: block.place.start) - 1)
        return max(1, bisect_right(self.parts, block))

    def in_part(self, number: int) -> tuple[DocumentBlock, ...]:
        """The blocks of a part, from 1."""
        return self.blocks[self.parts[number - 1] : (*self.parts, len(self.blocks))[number]]


def map_document(store: Store, addresses: Addresses, source: IRI) -> DocumentMap:
    """The passages of a document by offset.

    A passage that starts within another is a quotation of it; one that reaches into the next block
    belongs to both.
    """
    v = Vocabulary(addresses)
    index = EvidenceIndex(store, addresses)
    graphs = [IRI(addresses.graph(name)) for name in _PASSAGE_GRAPHS]
    found = {
        q.subject for graph in graphs for q in store.quads(None, v("oa:hasSource"), source, graph)
    }
    placed = [place for iri in found if isinstance(iri, IRI) and (place := _placed(index, iri))]
    outer: list[tuple[PlacedPassage, list[PlacedPassage]]] = []
    supports: dict[str, tuple[PlacedPassage, ...]] = {}
    for passage in sorted(placed, key=lambda p: (p.start, -p.end, p.iri.value)):
        if not outer or passage.start >= outer[-1][0].end:
            outer.append((passage, []))
        else:
            outer[-1][1].append(passage)
        for quad in store.quads(predicate=v("oa:hasTarget"), object=passage.iri):
            if isinstance(quad.subject, IRI):
                key = evidence_key(quad.subject)
                supports[key] = (*supports.get(key, ()), passage)
    blocks: list[DocumentBlock] = []
    for place, quotations in outer:
        reaching = [q for q in blocks[-1].quotations if q.end > place.start] if blocks else []
        blocks.append(DocumentBlock(place, _kind(store, v, place.iri), (*reaching, *quotations)))
    return DocumentMap(tuple(blocks), supports, tuple(_parts(blocks)))


def _placed(index: EvidenceIndex, iri: IRI) -> PlacedPassage | None:
    """A passage with its offsets, from its address if that has them, else from its selectors."""
    if offsets := _OFFSETS.search(iri.value):
        return PlacedPassage(iri, int(offsets[1]), int(offsets[2]))
    passage = index.passage(iri)
    return PlacedPassage(iri, passage.start, passage.end) if passage is not None else None


def _kind(store: Store, v: Vocabulary, passage: IRI) -> str:
    kinds = [
        q.object for q in store.quads(passage, v("dct:type")) if not isinstance(q.object, Literal)
    ]
    return min((str(kind).rstrip(">").rpartition("/")[2] for kind in kinds), default="")


def _parts(blocks: Sequence[DocumentBlock]) -> Iterator[int]:
    """The first block of each part; one empty part without blocks."""
    first = 0
    yield first
    reached = list(accumulate((block.place.end - block.place.start for block in blocks), initial=0))
    for number in range(1, len(blocks)):
        if reached[number] - reached[first] >= PART_CHARACTERS or number - first >= PART_BLOCKS:
            first = number
            yield first


@dataclass(frozen=True)
class Segment:
    """A range of characters that the same quotations cover."""

    text: str
    #: offset in the document
    start: int
    #: names of the passages that cover it, shortest first
    passages: tuple[str, ...]
    #: whether it is a sign of Markdown
    sign: bool = False
    #: whether it is bold
    strong: bool = False


@dataclass(frozen=True)
class BlockView:
    """A block of the text with the statements read from it."""

    passage: DocumentPassage
    #: the level of a heading; 0 for other blocks
    level: int
    segments: tuple[Segment, ...]
    #: statements by subject, each as its evidence
    readings: Mapping[IRI, list[list[Evidence]]]
    #: whether a requested passage is a part of it
    lit: bool


def source_view(
    store: Store,
    addresses: Addresses,
    source: IRI,
    arguments: Mapping[str, str],
    pictures: Path | None = None,
) -> dict[str, object]:
    """The requested part of a document; the first part for invalid values. 404 for one beyond its end.

    `pictures` is the folder of pictures of pages. Values of a template: the map of the document,
    the number of the part, its blocks, the headings of the document, the requested passages by
    name, the key of the requested statement and the evidence of it in its first block, the numbers
    of the pages that have a picture by the index of the first block of each, and whether the text
    may be displayed.
    """
    document, index = map_document(store, addresses, source), EvidenceIndex(store, addresses)
    lit, key, number = _selection(document, arguments)
    if number > len(document.parts):
        raise not_found(f"?part={number}")
    views = tuple(
        view for block in document.in_part(number) if (view := _block_view(index, block, lit))
    )
    found = (
        reading for view in views for readings in view.readings.values() for reading in readings
    )
    selected = next((reading for reading in found if evidence_key(reading[0].iri) == key), None)
    drawn: dict[int, int] = {}
    for place, view in enumerate(views if pictures else ()):
        page = view.passage.page
        if (
            page
            and page not in drawn.values()
            and picture_of(pictures, source.value.rpartition("/")[2], page)
        ):
            drawn[place] = page
    worded = not views or any(view.passage.exact is not None for view in views)
    part = {"map": document, "number": number, "blocks": views, "worded": worded, "pictures": drawn}
    return {
        **part,
        "contents": list(_contents(index, document)),
        "lit": lit,
        "key": key,
        "selected": selected,
    }


def picture_of(pictures: Path | None, document: str, page: int) -> Path | None:
    """The picture of a page, as `gcmreader pictures` names it; None where there is none."""
    path = pictures / document / f"{page}.png" if pictures and _SLUG.fullmatch(document) else None
    return path if path and path.is_file() else None


def _contents(index: EvidenceIndex, document: DocumentMap) -> Iterator[tuple[str, int, int, str]]:
    for block in [block for block in document.blocks if block.kind in _LEVELS][:_MAX_CONTENTS]:
        passage = index.passage(block.place.iri)
        if passage is not None and passage.exact:
            text = "".join(
                s.text for s in cut(passage.exact, passage.start, {}) if not s.sign
            ).strip()
            part = document.part_of(passage.start)
            yield text, _LEVELS[block.kind], part, passage.name


def _selection(document: DocumentMap, arguments: Mapping[str, str]) -> tuple[Spans, str, int]:
    """The passages to mark by name, the key of the requested statement or an empty one, and the part to display."""
    key, part = arguments.get("statement", ""), arguments.get("part", "")
    number = int(part[:9]) if part.isascii() and part.isdigit() else 1
    if key in document.supports:
        supporting = document.supports[key]
        parts = [document.part_of(passage.start) for passage in supporting]
        lit = {passage.name: (passage.start, passage.end) for passage in supporting}
        return lit, key, number if part and number in parts else parts[0]
    if found := _PASSAGE.fullmatch(arguments.get("passage", "")):
        start, end = int(found[1]), int(found[2])
        return {f"{start}-{end}": (start, end)}, "", document.part_of(start)
    return {}, "", max(1, number)


def _block_view(index: EvidenceIndex, block: DocumentBlock, lit: Spans) -> BlockView | None:
    """A block with its text, and the evidence of it and its quotations; None where it cannot be read."""
    whole = index.passage(block.place.iri)
    if whole is None:
        return None
    passages = (block.place, *block.quotations)
    evidence = [e for placed in passages for e in index.from_passage(placed.iri)]
    evidence.sort(key=lambda e: (e.passage.start, e.passage.end))
    spans = {**lit, **{e.passage.name: (e.passage.start, e.passage.end) for e in evidence}}
    by_length = dict(sorted(spans.items(), key=lambda span: (span[1][1] - span[1][0], span[0])))
    segments = cut(whole.exact or "", whole.start, by_length)
    level, marked = _LEVELS.get(block.kind, 0), any(placed.name in lit for placed in passages)
    return BlockView(whole, level, segments, _readings(evidence), marked)


def _readings(evidence: Sequence[Evidence]) -> dict[IRI, list[list[Evidence]]]:
    """Statements read from a block without duplicates, by subject in the order of the text."""
    grouped: dict[tuple[IRI, IRI, Term], list[Evidence]] = {}
    for each in evidence:
        grouped.setdefault((each.subject, each.predicate, each.object), []).append(each)
    readings: dict[IRI, list[list[Evidence]]] = {}
    for (subject, _, _), found in grouped.items():
        readings.setdefault(subject, []).append(found)
    return readings


def cut(text: str, start: int, spans: Spans) -> tuple[Segment, ...]:
    """The segments of a text that starts at offset `start` of its document; joined, they are the text.

    `spans` are offsets of quotations in the document, by name; parts outside of the text are
    ignored.
    """
    signs, strong = _formatting(text, start)
    edges = {start, start + len(text)}
    for begin, end in (*spans.values(), *signs, *strong):
        edges.update(edge for edge in (begin, end) if start < edge < start + len(text))

    def within(begin: int, end: int, runs: Iterable[tuple[int, int]]) -> bool:
        return any(first <= begin and end <= last for first, last in runs)

    return tuple(
        Segment(
            text[begin - start : end - start],
            begin,
            tuple(name for name, span in spans.items() if within(begin, end, [span])),
            within(begin, end, signs),
            within(begin, end, strong),
        )
        for begin, end in pairwise(sorted(edges))
    )


def _formatting(text: str, start: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Ranges of Markdown signs, and of bold text. An unpaired sign of bold text has no effect."""
    signs = [(start + sign.start(), start + sign.end()) for sign in MARKDOWN_SIGNS.finditer(text)]
    bold = [(begin, end) for begin, end in signs if text[begin - start : end - start] == "**"]
    return signs, [(first[1], last[0]) for first, last in zip(bold[::2], bold[1::2], strict=False)]
