"""What the page of a source document shows: a part of the text, what was read from it, and one statement lit up.

/doc/source/{document}                          the first part
…?part=2                                        another part of a long document
…?statement=evidence-3f2a…#passage-99-120       the part with what supports a statement, those characters marked
…?passage=99-120#passage-99-120                 the part with a passage, its characters marked
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from gcmgraph.model.terms import IRI, Term
from gcmgraph.publication.describe.evidence import DocumentPassage, Evidence
from gcmgraph.publication.describe.source_documents import (
    CONTENTS,
    DocumentBlock,
    DocumentMap,
    Placed,
    ReadBlock,
    evidence_key,
    map_document,
    read_blocks,
)
from gcmgraph.publication.describe.text_segments import Segment, cut
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import PerVersion, Snapshot

#: Maps of documents kept of one version.
_KEPT = 8

#: Entries in the list of contents; a longer one is no help.
_MAX_CONTENTS = 120

_PASSAGE = re.compile(r"(\d{1,15})-(\d{1,15})")


@dataclass(frozen=True)
class Reading:
    """A statement that was read from a block, and the passages in it that say so."""

    subject: IRI
    predicate: IRI
    object: Term
    evidence: tuple[Evidence, ...]
    lit: bool

    @property
    def key(self) -> str:
        """Its name in addresses."""
        return evidence_key(self.evidence[0].iri)

    @property
    def places(self) -> str:
        """Its passages, as `data-of` names them."""
        return " ".join(place_name(e.passage) for e in self.evidence)


@dataclass(frozen=True)
class Piece:
    """A segment of a block, with the passages that begin with it and those that cover it, shortest first."""

    segment: Segment
    anchors: tuple[str, ...]
    places: str
    #: whether a passage smaller than the block covers it
    quoted: bool
    lit: bool


@dataclass(frozen=True)
class BlockView:
    """A block of the text with its readings."""

    read: ReadBlock
    pieces: tuple[Piece, ...]
    readings: tuple[Reading, ...]

    @property
    def name(self) -> str:
        """Its place, as in its anchor."""
        return place_name(self.read.passage)

    @property
    def level(self) -> int:
        """Its level as a heading; 0 for a text."""
        return CONTENTS.get(self.read.kind, 0)

    @property
    def by_subject(self) -> dict[IRI, list[Reading]]:
        """The readings by what they are about, in the order of the text."""
        grouped: dict[IRI, list[Reading]] = {}
        for reading in self.readings:
            grouped.setdefault(reading.subject, []).append(reading)
        return grouped

    @property
    def lit(self) -> bool:
        """Whether characters of it are marked, or the statement asked for was read from it."""
        return any(piece.lit for piece in self.pieces) or any(reading.lit for reading in self.readings)


@dataclass(frozen=True)
class ContentsEntry:
    """A heading of the document, and where it stands."""

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
    #: the statement that was asked for, with its evidence on this part
    asked: Reading | None

    @property
    def worded(self) -> bool:
        """Whether the words of the document may be shown."""
        return not self.blocks or any(block.read.passage.exact is not None for block in self.blocks)

    @property
    def parts(self) -> int:
        """How many parts the document has."""
        return len(self.map.pages)


@dataclass(frozen=True)
class _Known:
    map: DocumentMap
    contents: tuple[ContentsEntry, ...]


class SourcePages:
    """The pages of source documents. Their maps are kept, a few of each version."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._kept: PerVersion[OrderedDict[IRI, _Known]] = PerVersion(lambda _snapshot: OrderedDict())
        self._lock = Lock()

    def view(self, snapshot: Snapshot, source: IRI, asked: Mapping[str, str]) -> SourceView:
        """The part of a document that the parameters of an address ask for; the first for unknown values."""
        known = self._known(snapshot, source)
        lit, key, number = _lit(known.map, asked)
        blocks = read_blocks(snapshot.store, self._site.addresses, known.map.on_page(number))
        views = tuple(_block_view(block, lit, key) for block in blocks)
        statement = next((r for view in views for r in view.readings if key and r.lit), None)
        return SourceView(known.map, number, views, known.contents, statement)

    def _known(self, snapshot: Snapshot, source: IRI) -> _Known:
        kept = self._kept.of(snapshot)
        with self._lock:
            if source in kept:
                kept.move_to_end(source)
                return kept[source]
        document = map_document(snapshot.store, self._site.addresses, source)
        known = _Known(document, tuple(self._contents(snapshot, document)))
        with self._lock:
            kept[source] = known
            while len(kept) > _KEPT:
                kept.popitem(last=False)
        return known

    def _contents(self, snapshot: Snapshot, document: DocumentMap) -> list[ContentsEntry]:
        heads: list[DocumentBlock] = [block for block in document.blocks if block.kind in CONTENTS][:_MAX_CONTENTS]
        return [
            ContentsEntry(
                "".join(s.text for s in cut(read.passage.exact or "", read.passage.start, ()) if not s.sign).strip(),
                CONTENTS[read.kind],
                document.page_of(read.passage.start),
                place_name(read.passage),
            )
            for read in read_blocks(snapshot.store, self._site.addresses, tuple(heads))
            if read.passage.exact
        ]


def place_name(place: DocumentPassage | Placed) -> str:
    """A passage by its offsets, as addresses and anchors name it: `99-120`."""
    return f"{place.start}-{place.end}"


def proof_query(evidence: Evidence) -> str:
    """The query and fragment that lead from a document's page to the very characters of an evidence."""
    name, key = place_name(evidence.passage), evidence_key(evidence.iri)
    asked = f"statement={key}" if re.fullmatch(r"[\w.-]+", key, re.ASCII) else f"passage={name}"
    return f"?{asked}#passage-{name}"


def _lit(document: DocumentMap, asked: Mapping[str, str]) -> tuple[frozenset[str], str, int]:
    """The passages to mark by name, the statement asked for where there is one such, and the part to show."""
    key = asked.get("statement", "")
    if key in document.supports:
        places = document.supports[key]
        wanted = asked.get("part", "")
        parts = [document.page_of(place.start) for place in places]
        number = int(wanted) if wanted.isascii() and wanted.isdigit() and int(wanted[:9]) in parts else parts[0]
        return frozenset(map(place_name, places)), key, number
    if found := _PASSAGE.fullmatch(asked.get("passage", "")):
        start = int(found[1])
        return frozenset([f"{start}-{int(found[2])}"]), "", document.page_of(start)
    part = asked.get("part", "")
    number = int(part[:9]) if part.isascii() and part.isdigit() else 1
    return frozenset(), "", min(max(1, number), len(document.pages))


def _block_view(block: ReadBlock, lit: frozenset[str], key: str) -> BlockView:
    whole = block.passage
    passages = {place_name(e.passage): e.passage for e in block.evidence}
    asked_of = {name: _offsets(name) for name in lit if name not in passages}
    spans = {name: (passage.start, passage.end) for name, passage in passages.items()} | asked_of
    names = sorted(spans, key=lambda name: (spans[name][1] - spans[name][0], name))
    pieces = []
    begun = {place_name(whole)}
    for segment in cut(whole.exact or "", whole.start, [spans[name] for name in names]):
        covering = [names[place] for place in segment.spans]
        anchors = [name for name in covering if spans[name][0] == segment.start and name not in begun]
        begun.update(anchors)
        pieces.append(
            Piece(
                segment,
                tuple(anchors),
                " ".join(covering),
                any(name != place_name(whole) for name in covering),
                any(name in lit for name in covering),
            )
        )
    return BlockView(block, tuple(pieces), _readings(block, key))


def _offsets(name: str) -> tuple[int, int]:
    start, end = name.split("-")
    return int(start), int(end)


def _readings(block: ReadBlock, key: str) -> tuple[Reading, ...]:
    """What was read from a block, each statement once, in the order of the text."""
    grouped: dict[tuple[IRI, IRI, Term], list[Evidence]] = {}
    for evidence in block.evidence:
        grouped.setdefault((evidence.subject, evidence.predicate, evidence.object), []).append(evidence)
    return tuple(
        Reading(*statement, tuple(found), bool(key) and evidence_key(found[0].iri) == key)
        for statement, found in grouped.items()
    )
