"""The texts of documents, made for the files beside them that `gcmgraph` reads (`gcmgraph.documents.texts`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from gcmgraph.documents.document import document_slug
from gcmgraph.documents.texts import DocumentText, ObjectiveText, write_texts
from gcmgraph.errors import GcmGraphError
from gcmgraph.readings.compact import COMPACT, RESOLUTION
from gcmreader.documents.compact import read_compact, read_resolution, segment_compact
from gcmreader.documents.outline import Outline
from gcmreader.documents.reading import read_document
from gcmreader.documents.segmentation import segment
from gcmreader.lexicon import readable_languages


def write_all(files: Iterable[Path]) -> Iterator[GcmGraphError | Path]:
    """Write the texts of files; yields each file, or why it cannot be read."""
    for path in files:
        try:
            write_texts(path, texts_of(path))
        except GcmGraphError as error:
            yield error
        else:
            yield path


def texts_of(path: Path) -> tuple[DocumentText, ...]:
    """The texts of a file: a guidance page, or a text of the Compact. Raises `DocumentError`."""
    return _READERS.get(document_slug(path.name), _page)(path)


def _page(path: Path) -> tuple[DocumentText, ...]:
    """A guidance page, in the language that its name ends with (`objective-05.fr`), else in that of its words."""
    document = read_document(path)
    named = document.slug.rpartition(".")[2]
    outline = segment(document, named if named in readable_languages() else None)
    return (DocumentText(document, outline.language, outline.blocks),)


def _resolution(path: Path) -> tuple[DocumentText, ...]:
    return (read_resolution(path),)


def _compact(path: Path) -> tuple[DocumentText, ...]:
    outlines = segment_compact(read_compact(path))
    return tuple(
        DocumentText(outline.document, outline.language, outline.blocks, (_objective(number, outline),))
        for number, outline in enumerate(outlines, start=1)
    )


def _objective(number: int, outline: Outline) -> ObjectiveText:
    head = outline.head
    return ObjectiveText(
        head.number or number,
        head.titles[0].span() if head.titles else None,
        head.commitment.span() if head.commitment else None,
        tuple((action.letter, action.text.span()) for action in outline.actions),
    )


#: Readers of the documents that are no guidance pages, by slug.
_READERS: Mapping[str, Callable[[Path], tuple[DocumentText, ...]]] = {COMPACT: _compact, RESOLUTION: _resolution}
