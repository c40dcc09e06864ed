"""The page of a source document: a part of its text, the statements read from it, and one statement marked.

/doc/source/{document}                          the first part
…?part=2                                        another part of a long document
…?statement=evidence-3f2a…#passage-99-120       the part with the evidence of a statement, marked
…?passage=99-120#passage-99-120                 the part with a passage, marked
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from gcmgraph.model.terms import IRI, Term
from gcmgraph.publication.describe.description import Evidence, evidence_key
from gcmgraph.publication.describe.source_documents import (
    CONTENTS,
    DocumentBlock,
    DocumentMap,
    ReadBlock,
    Segment,
    cut,
    map_document,
    read_blocks,
)
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.resources.facts import passage_name
from gcmgraph.web.services import PerVersion, Site, Snapshot

#: Maximum number of cached maps of one version.
_MAX_MAPS = 8

#: Maximum number of entries in the list of contents.
_MAX_CONTENTS = 120

_PASSAGE = re.compile(r"(\d{1,15})-(\d{1,15})")


@dataclass(frozen=True)
class ReadStatement:
    """A statement read from a block, with the passages that support it."""

    subject: IRI
    predicate: IRI
    object: Term
    evidence: tuple[Evidence, ...]
    lit: bool

    @property
    def key(self) -> str:
        """The key of the statement in addresses."""
        return evidence_key(self.evidence[0].iri)

    @property
    def places(self) -> str:
        """Names of the passages, as a value of `data-of`."""
        return " ".join(passage_name(e.passage) for e in self.evidence)


@dataclass(frozen=True)
class Piece:
    """A segment of a block, the passages that begin with it, and those that cover it, shortest first."""

    segment: Segment
    anchors: tuple[str, ...]
    places: str
    #: whether a passage smaller than the block covers it
    quoted: bool
    lit: bool


@dataclass(frozen=True)
class BlockView:
    """A block of the text with the statements read from it."""

    read: ReadBlock
    pieces: tuple[Piece, ...]
    readings: tuple[ReadStatement, ...]

    @property
    def name(self) -> str:
        """The name of its passage, as in its anchor."""
        return passage_name(self.read.passage)

    @property
    def level(self) -> int:
        """The level of a heading; 0 for other blocks."""
        return CONTENTS.get(self.read.kind, 0)

    @property
    def by_subject(self) -> dict[IRI, list[ReadStatement]]:
        """The statements by subject, in the order of the text."""
        grouped: dict[IRI, list[ReadStatement]] = {}
        for reading in self.readings:
            grouped.setdefault(reading.subject, []).append(reading)
        return grouped

    @property
    def lit(self) -> bool:
        """Whether some of its characters or statements are marked."""
        return any(piece.lit for piece in self.pieces) or any(reading.lit for reading in self.readings)


@dataclass(frozen=True)
class ContentsEntry:
    """A heading of the document, with its part and anchor."""

    text: str
    level: int
    part: int
    name: str


@dataclass(frozen=True)
class SourceView:
    """One part of a document."""

    map: DocumentMap
    number: int
    blocks: tuple[BlockView, ...]
    contents: tuple[ContentsEntry, ...]
    #: the requested statement, with its evidence in this part
    selected: ReadStatement | None

    @property
    def worded(self) -> bool:
        """Whether the text of the document may be displayed."""
        return not self.blocks or any(block.read.passage.exact is not None for block in self.blocks)

    @property
    def parts(self) -> int:
        """The number of parts of the document."""
        return len(self.map.pages)


@dataclass(frozen=True)
class _MappedDocument:
    map: DocumentMap
    contents: tuple[ContentsEntry, ...]


class SourcePages:
    """The pages of source documents, with a cache of document maps."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._maps: PerVersion[OrderedDict[IRI, _MappedDocument]] = PerVersion(lambda _snapshot: OrderedDict())
        self._lock = Lock()

    def view(self, snapshot: Snapshot, source: IRI, arguments: Mapping[str, str]) -> SourceView:
        """The requested part of a document; the first part for invalid values. 404 for one beyond its end."""
        mapped = self._mapped(snapshot, source)
        lit, key, number = _selection(mapped.map, arguments)
        if number > len(mapped.map.pages):
            raise not_found(f"?part={number}")
        blocks = read_blocks(snapshot.store, self._site.addresses, mapped.map.on_page(number))
        views = tuple(_block_view(block, lit, key) for block in blocks)
        statement = next((r for view in views for r in view.readings if key and r.lit), None)
        return SourceView(mapped.map, number, views, mapped.contents, statement)

    def _mapped(self, snapshot: Snapshot, source: IRI) -> _MappedDocument:
        maps = self._maps.of(snapshot)
        with self._lock:
            if source in maps:
                maps.move_to_end(source)
                return maps[source]
        document = map_document(snapshot.store, self._site.addresses, source)
        mapped = _MappedDocument(document, tuple(self._contents(snapshot, document)))
        with self._lock:
            maps[source] = mapped
            while len(maps) > _MAX_MAPS:
                maps.popitem(last=False)
        return mapped

    def _contents(self, snapshot: Snapshot, document: DocumentMap) -> list[ContentsEntry]:
        heads: list[DocumentBlock] = [block for block in document.blocks if block.kind in CONTENTS][:_MAX_CONTENTS]
        return [
            ContentsEntry(
                "".join(s.text for s in cut(read.passage.exact or "", read.passage.start, ()) if not s.sign).strip(),
                CONTENTS[read.kind],
                document.page_of(read.passage.start),
                passage_name(read.passage),
            )
            for read in read_blocks(snapshot.store, self._site.addresses, tuple(heads))
            if read.passage.exact
        ]


def _selection(document: DocumentMap, arguments: Mapping[str, str]) -> tuple[frozenset[str], str, int]:
    """Names of the passages to mark, the key of the requested statement or an empty one, and the part to display."""
    key = arguments.get("statement", "")
    if key in document.supports:
        places = document.supports[key]
        part = arguments.get("part", "")
        parts = [document.page_of(place.start) for place in places]
        number = int(part) if part.isascii() and part.isdigit() and int(part[:9]) in parts else parts[0]
        return frozenset(map(passage_name, places)), key, number
    if found := _PASSAGE.fullmatch(arguments.get("passage", "")):
        start = int(found[1])
        return frozenset([f"{start}-{int(found[2])}"]), "", document.page_of(start)
    part = arguments.get("part", "")
    number = int(part[:9]) if part.isascii() and part.isdigit() else 1
    return frozenset(), "", max(1, number)


def _block_view(block: ReadBlock, lit: frozenset[str], key: str) -> BlockView:
    whole = block.passage
    passages = {passage_name(e.passage): e.passage for e in block.evidence}
    unread = {name: _offsets(name) for name in lit if name not in passages}
    spans = {name: (passage.start, passage.end) for name, passage in passages.items()} | unread
    names = sorted(spans, key=lambda name: (spans[name][1] - spans[name][0], name))
    pieces = []
    begun = {passage_name(whole)}
    for segment in cut(whole.exact or "", whole.start, [spans[name] for name in names]):
        covering = [names[place] for place in segment.spans]
        anchors = [name for name in covering if spans[name][0] == segment.start and name not in begun]
        begun.update(anchors)
        pieces.append(
            Piece(
                segment,
                tuple(anchors),
                " ".join(covering),
                any(name != passage_name(whole) for name in covering),
                any(name in lit for name in covering),
            )
        )
    return BlockView(block, tuple(pieces), _readings(block, key))


def _offsets(name: str) -> tuple[int, int]:
    start, end = name.split("-")
    return int(start), int(end)


def _readings(block: ReadBlock, key: str) -> tuple[ReadStatement, ...]:
    """Statements read from a block without duplicates, in the order of the text."""
    grouped: dict[tuple[IRI, IRI, Term], list[Evidence]] = {}
    for evidence in block.evidence:
        grouped.setdefault((evidence.subject, evidence.predicate, evidence.object), []).append(evidence)
    return tuple(
        ReadStatement(*statement, tuple(found), bool(key) and evidence_key(found[0].iri) == key)
        for statement, found in grouped.items()
    )
