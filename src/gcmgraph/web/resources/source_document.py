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
from dataclasses import dataclass, replace
from itertools import accumulate, chain, islice, pairwise
from pathlib import Path
from typing import NamedTuple, TypeAlias

from gcmgraph.platform.text import MARKDOWN_SIGNS
from gcmgraph.publication.descriptions import (
    DocumentPassage,
    Evidence,
    EvidenceIndex,
    PlacedPassage,
    evidence_key,
)
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Term, Triple, Vocabulary
from gcmgraph.store.port import Store
from gcmgraph.web.http.problems import not_found

#: Limits of a part in characters and blocks; a part ends with the block that reaches one.
PART_CHARACTERS = 30_000
PART_BLOCKS = 200

#: Kinds of blocks in the list of contents, with their level.
_LEVELS = {"title": 1, "objective": 1, "heading": 2, "practice-title": 3, "sdg-goal": 3}

#: Limit on the entries of the list of contents.
_MAX_CONTENTS = 120

#: The graphs with the passages of a document. Passages of contributions support statements, but do
#: not define its text.
_PASSAGE_GRAPHS = ("evidence", "curated")

#: Name of a document, such as `objective-09.fr`.
_SLUG = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")

#: Offsets at the end of the IRI of a passage, and in the parameter `passage`.
_OFFSETS_OF_IRI = re.compile(r"/(\d{1,15})-(\d{1,15})\Z")
_OFFSETS = re.compile(r"(\d{1,15})-(\d{1,15})")

#: Offsets of begin and end.
Span = tuple[int, int]

#: Offsets of passages, by name.
Spans = Mapping[str, Span]

#: All evidence of one statement in a block; never empty.
StatementEvidence: TypeAlias = list[Evidence]


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
    passages = _passages(store, addresses, source)
    supports: dict[str, tuple[PlacedPassage, ...]] = {}
    for passage in passages:
        for quad in store.quads(predicate=v("oa:hasTarget"), object=passage.iri):
            if isinstance(quad.subject, IRI):
                key = evidence_key(quad.subject)
                supports[key] = (*supports.get(key, ()), passage)
    blocks: list[DocumentBlock] = []
    for block_passage, quotations in _blocks_with_quotations(passages):
        from_last_block = [
            quotation
            for quotation in (blocks[-1].quotations if blocks else ())
            if quotation.end > block_passage.start
        ]
        kind = _kind(store, v, block_passage.iri)
        blocks.append(DocumentBlock(block_passage, kind, (*from_last_block, *quotations)))
    return DocumentMap(tuple(blocks), supports, tuple(_parts(blocks)))


def _passages(store: Store, addresses: Addresses, source: IRI) -> list[PlacedPassage]:
    """The passages of a document by offset; of those that start together the longest first."""
    index = EvidenceIndex(store, addresses)
    source_property = Vocabulary(addresses)("oa:hasSource")
    subjects: set[Term | Triple] = set()
    for name in _PASSAGE_GRAPHS:
        graph = IRI(addresses.graph(name))
        subjects.update(quad.subject for quad in store.quads(None, source_property, source, graph))
    placed = (_placed(index, iri) for iri in subjects if isinstance(iri, IRI))
    passages = [passage for passage in placed if passage]
    return sorted(passages, key=lambda passage: (passage.start, -passage.end, passage.iri.value))


def _blocks_with_quotations(
    passages: Iterable[PlacedPassage],
) -> list[tuple[PlacedPassage, list[PlacedPassage]]]:
    """Ordered passages as blocks, each with the passages that start within the block."""
    blocks: list[tuple[PlacedPassage, list[PlacedPassage]]] = []
    for passage in passages:
        if blocks and passage.start < blocks[-1][0].end:
            blocks[-1][1].append(passage)
        else:
            blocks.append((passage, []))
    return blocks


def _placed(index: EvidenceIndex, iri: IRI) -> PlacedPassage | None:
    """A passage with its offsets, from its address if that has them, else from its selectors."""
    offsets = _OFFSETS_OF_IRI.search(iri.value)
    if offsets:
        return PlacedPassage(iri, int(offsets[1]), int(offsets[2]))
    passage = index.passage(iri)
    return PlacedPassage(iri, passage.start, passage.end) if passage is not None else None


def _kind(store: Store, v: Vocabulary, passage: IRI) -> str:
    """The last part of the IRI of the kind of a passage; empty without one."""
    objects = (quad.object for quad in store.quads(passage, v("dct:type")))
    iris = (str(term).rstrip(">") for term in objects if not isinstance(term, Literal))
    return min((iri.rpartition("/")[2] for iri in iris), default="")


def _parts(blocks: Sequence[DocumentBlock]) -> Iterator[int]:
    """The first block of each part; one empty part without blocks."""
    lengths = (block.place.end - block.place.start for block in blocks)
    characters_before = list(accumulate(lengths, initial=0))
    first = 0
    yield first
    for number in range(1, len(blocks)):
        characters = characters_before[number] - characters_before[first]
        if characters >= PART_CHARACTERS or number - first >= PART_BLOCKS:
            first = number
            yield first


@dataclass(frozen=True)
class _Selection:
    """The selected part of a document, and what is marked in the part."""

    #: passages to mark
    spans: Spans
    #: key of the requested statement; empty for none
    key: str
    #: from 1
    part: int


class ContentsEntry(NamedTuple):
    """A heading in the list of contents."""

    text: str
    level: int
    part: int
    #: name of the passage
    name: str


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
    readings: Mapping[IRI, list[StatementEvidence]]
    #: whether a requested passage is a part of it
    lit: bool


def source_view(
    store: Store,
    addresses: Addresses,
    source: IRI,
    arguments: Mapping[str, str],
    pictures: Path | None = None,
    *,
    whole: bool = False,
) -> dict[str, object]:
    """The requested part of a document; the first part for invalid values. 404 for one beyond its end.

    A `whole` document is one part.

    `pictures` is the folder of pictures of pages. Values of a template: the map of the document,
    the number of the part, its blocks, the headings of the document, the requested passages by
    name, the key of the requested statement and the evidence of it in its first block, the numbers
    of the pages that have a picture by the index of the first block of each, and whether the text
    may be displayed.
    """
    document = map_document(store, addresses, source)
    if whole:
        document = replace(document, parts=(0,))
    index = EvidenceIndex(store, addresses)
    selection = _selection(document, arguments)
    if selection.part > len(document.parts):
        raise not_found(f"?part={selection.part}")
    views = [
        view
        for block in document.in_part(selection.part)
        if (view := _block_view(index, block, selection.spans))
    ]
    return {
        "map": document,
        "number": selection.part,
        "blocks": views,
        "worded": not views or any(view.passage.exact is not None for view in views),
        "pictures": _pictures(views, source.value.rpartition("/")[2], pictures),
        "contents": list(_contents(index, document)),
        "lit": selection.spans,
        "key": selection.key,
        "selected": _evidence_of_selected(views, selection.key),
    }


def _evidence_of_selected(views: Iterable[BlockView], key: str) -> StatementEvidence | None:
    """The evidence of the requested statement in the first block that has some."""
    for view in views:
        for evidence in chain.from_iterable(view.readings.values()):
            if evidence_key(evidence[0].iri) == key:
                return evidence
    return None


def _pictures(views: Iterable[BlockView], document: str, pictures: Path | None) -> dict[int, int]:
    """The pages that have a picture, by the index of the first block of each."""
    pages: dict[int, int] = {}
    for index, view in enumerate(views):
        page = view.passage.page
        if page and page not in pages.values() and picture_of(pictures, document, page):
            pages[index] = page
    return pages


def picture_of(pictures: Path | None, document: str, page: int) -> Path | None:
    """The picture of a page, as `gcmreader pictures` names it; None where there is none."""
    path = pictures / document / f"{page}.png" if pictures and _SLUG.fullmatch(document) else None
    return path if path and path.is_file() else None


def _contents(index: EvidenceIndex, document: DocumentMap) -> Iterator[ContentsEntry]:
    headings = (block for block in document.blocks if block.kind in _LEVELS)
    for block in islice(headings, _MAX_CONTENTS):
        passage = index.passage(block.place.iri)
        if passage is not None and passage.exact:
            segments = cut(passage.exact, passage.start, {})
            text = "".join(segment.text for segment in segments if not segment.sign).strip()
            part = document.part_of(passage.start)
            yield ContentsEntry(text, _LEVELS[block.kind], part, passage.name)


def _selection(document: DocumentMap, arguments: Mapping[str, str]) -> _Selection:
    """The selection by the parameters `statement`, `passage` and `part`, the first of them that is valid."""
    part = arguments.get("part", "")
    number = int(part[:9]) if part.isascii() and part.isdigit() else 1
    key = arguments.get("statement", "")
    if key in document.supports:
        passages = document.supports[key]
        spans = {passage.name: (passage.start, passage.end) for passage in passages}
        parts = [document.part_of(passage.start) for passage in passages]
        return _Selection(spans, key, number if part and number in parts else parts[0])
    offsets = _OFFSETS.fullmatch(arguments.get("passage", ""))
    if offsets:
        start = int(offsets[1])
        end = int(offsets[2])
        return _Selection({f"{start}-{end}": (start, end)}, "", document.part_of(start))
    return _Selection({}, "", max(1, number))


def _block_view(index: EvidenceIndex, block: DocumentBlock, selected: Spans) -> BlockView | None:
    """A block with its text, and the evidence of it and its quotations; None where it cannot be read."""
    block_passage = index.passage(block.place.iri)
    if block_passage is None:
        return None
    passages = (block.place, *block.quotations)
    evidence = list(chain.from_iterable(index.from_passage(passage.iri) for passage in passages))
    evidence.sort(key=lambda item: (item.passage.start, item.passage.end))
    spans = dict(selected)
    for item in evidence:
        spans[item.passage.name] = (item.passage.start, item.passage.end)
    return BlockView(
        block_passage,
        _LEVELS.get(block.kind, 0),
        cut(block_passage.exact or "", block_passage.start, _shortest_first(spans)),
        _readings(evidence),
        any(passage.name in selected for passage in passages),
    )


def _shortest_first(spans: Spans) -> Spans:
    def length_and_name(item: tuple[str, Span]) -> tuple[int, str]:
        name, (start, end) = item
        return end - start, name

    return dict(sorted(spans.items(), key=length_and_name))


def _readings(evidence: Iterable[Evidence]) -> dict[IRI, list[StatementEvidence]]:
    """Statements read from a block without duplicates, by subject in the order of the text."""
    by_statement: dict[tuple[IRI, IRI, Term], list[Evidence]] = {}
    for item in evidence:
        statement = (item.subject, item.predicate, item.object)
        by_statement.setdefault(statement, []).append(item)
    readings: dict[IRI, list[StatementEvidence]] = {}
    for reading in by_statement.values():
        readings.setdefault(reading[0].subject, []).append(reading)
    return readings


def cut(text: str, start: int, spans: Spans) -> tuple[Segment, ...]:
    """The segments of a text that starts at offset `start` of its document; joined, they are the text.

    `spans` are offsets of quotations in the document, by name; parts outside of the text are
    ignored.
    """
    signs = [(start + sign.start(), start + sign.end()) for sign in MARKDOWN_SIGNS.finditer(text)]
    strong_spans = _strong_spans(text, start, signs)
    edges = {start, start + len(text)}
    for offset in chain.from_iterable((*spans.values(), *signs, *strong_spans)):
        if start < offset < start + len(text):
            edges.add(offset)
    segments = []
    for begin, end in pairwise(sorted(edges)):
        segment = (begin, end)
        segments.append(
            Segment(
                text[begin - start : end - start],
                begin,
                tuple(name for name, span in spans.items() if _covers(span, segment)),
                any(_covers(sign, segment) for sign in signs),
                any(_covers(span, segment) for span in strong_spans),
            )
        )
    return tuple(segments)


def _covers(span: Span, segment: Span) -> bool:
    """Whether a segment is within a span."""
    return span[0] <= segment[0] and segment[1] <= span[1]


def _strong_spans(text: str, start: int, signs: Iterable[Span]) -> list[Span]:
    """Ranges of bold text between two signs `**`. An unpaired sign has no effect."""
    bold_signs = [(begin, end) for begin, end in signs if text[begin - start : end - start] == "**"]
    opening_signs = bold_signs[::2]
    closing_signs = bold_signs[1::2]
    pairs = zip(opening_signs, closing_signs, strict=False)
    return [(opening[1], closing[0]) for opening, closing in pairs]
