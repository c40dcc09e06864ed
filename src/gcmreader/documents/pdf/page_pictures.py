"""Pictures of the pages of a PDF, for the people who check readings."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from gcmgraph.platform.errors import DocumentError

#: Dots of a picture of a page for each point of the PDF: legible at the width of a column.
SCALE = 1.5
#: Colours of a picture.
COLOURS = 64


def draw_pages(path: Path, folder: Path) -> int:
    """Draw the pages of a PDF that have no picture in a folder, as `1.png` …; return their number.

    Raises `DocumentError`.
    """
    import pypdfium2  # noqa: PLC0415 - for this command alone

    drawn_count = 0
    try:
        with closing(pypdfium2.PdfDocument(path)) as document:
            for number, page in enumerate(document, start=1):
                picture = folder / f"{number}.png"
                if not picture.exists():
                    _draw(page, picture)
                    drawn_count += 1
    except (pypdfium2.PdfiumError, OSError) as error:
        raise DocumentError(f"The pages of {path} cannot be drawn: {error}.") from error
    return drawn_count


def _draw(page: Any, picture: Path) -> None:
    """Draw a page of pypdfium2 to a file, which appears when it is whole."""
    image = page.render(scale=SCALE).to_pil().convert("RGB").quantize(COLOURS)
    picture.parent.mkdir(parents=True, exist_ok=True)
    unfinished = picture.with_suffix(".part")
    image.save(unfinished, "PNG", optimize=True)
    unfinished.rename(picture)
