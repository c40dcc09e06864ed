"""The Compact as negotiated by 13 July 2018, in English: one file of all objectives to one `Document` each.

The file is the source `compact` of the register (`gcmgraph fetch compact`); it has, for each objective, the headings
`# Objective N`, `## Title: …`, the commitment, and `## Associated actions` with their letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from gcmgraph.documents.document import Document
from gcmgraph.errors import DocumentError, Place
from gcmgraph.readings.compact import COMPACT
from gcmreader.documents.outline import Outline
from gcmreader.documents.reading import parse_document, read_document
from gcmreader.documents.segmentation import segment

_HEADING = re.compile(r"^#[ \t]+Objective[ \t]+(\d{1,2})[ \t]*$", re.MULTILINE)


def read_compact(path: Path) -> tuple[Document, ...]:
    """The objectives in a file. Raises `DocumentError` where it is not the text of the Compact."""
    return split_compact(read_document(path))


def split_compact(whole: Document) -> tuple[Document, ...]:
    """The objectives, in order: `compact-01.en` and so on, each with text and SHA-256 of its part of the file.

    A part goes from its heading to the next one, so the parts joined are the whole. Raises `DocumentError` where the
    objectives are not numbered one after the other, or text is before the first.
    """
    heads = list(_HEADING.finditer(whole.text))
    if not heads or whole.text[: heads[0].start()].strip("\ufeff \t\r\n"):
        raise DocumentError(
            "This is not the text of the Compact: it does not begin with the heading '# Objective …'.",
            place=Place(whole.name, 1),
            hint="'gcmgraph fetch compact' brings it.",
        )
    documents: list[Document] = []
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        number, expected = int(head[1]), int(heads[0][1]) + len(documents)
        if number != expected:
            raise DocumentError(
                f"Objective {number} is here, and objective {expected} was expected.", place=whole.place(head.start())
            )
        text = whole.text[head.start() if documents else 0 : following.start() if following else None]
        name = f"{whole.name} (objective {number})"
        documents.append(parse_document(text.encode(), name=name, slug=f"{COMPACT}-{number:02}.en"))
    return tuple(documents)


def segment_compact(documents: Iterable[Document]) -> tuple[Outline, ...]:
    """The outlines of objectives. Raises `DocumentError` for one without commitment, or whose letters have a gap."""
    outlines = tuple(segment(document, "en") for document in documents)
    for outline in outlines:
        letters = "".join(action.letter for action in outline.actions)
        place = Place(outline.document.name)
        if outline.head.commitment is None:
            raise DocumentError("The objective has no commitment ('We commit to …').", place=place)
        if not letters or letters not in "abcdefghijklmnopqrstuvwxyz" or letters[0] != "a":
            raise DocumentError(f"The actions are not lettered from a on without a gap: '{letters}'.", place=place)
    return outlines
