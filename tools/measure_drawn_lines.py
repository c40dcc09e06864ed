"""Measure how well drawn lines are recovered: by the table of glyph shapes, and by OCR.

    PYTHONPATH=src:tools python tools/measure_drawn_lines.py ../shared/guidance figures.md [--ocr]

For each file the table is learned from the lines of the other files, so that no line is read with a
shape that was learned from it or its neighbours. OCR is tesseract (`tesseract-ocr`, with its French
and Spanish data) on the strip around each line, rendered by PDFium (`pypdfium2`) at 300 dots an
inch. Both are compared with the words transcribed from the rendered pages: characters by edit
distance, lines by equality; runs of white space count as one space.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from gcmreader.documents.pdf.content import UNKNOWN, Character
from gcmreader.documents.pdf.glyphs import GlyphTable, glyph_table
from learn_glyphs import KnownLine, known_lines, learn

_TESSERACT = {"en": "eng", "fr": "fra", "es": "spa"}
_DPI = 300


@dataclass(frozen=True)
class Reading:
    """A line as it is and as it was read."""

    line: KnownLine
    text: str

    @property
    def expected(self) -> str:
        """Its words, single spaces between them."""
        return plain(self.line.text)

    @property
    def errors(self) -> int:
        """Characters to insert, delete or replace."""
        return Levenshtein.distance(self.text, self.expected)


def plain(text: str) -> str:
    """A text in NFC with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def read_with(table: GlyphTable, line: KnownLine) -> str:
    """A line by a table of glyphs."""
    text = ""
    before: Character | None = None
    for row in line.rows:
        for character in table.read(row):
            if before is not None and character.x0 - before.x1 > 0.14 * character.size:
                text += " "
            text += character.text
            before = character
    return plain(text)


def by_own_table(lines: Sequence[KnownLine]) -> list[Reading]:
    """Each line by the table of the package, which was learned from all lines."""
    return [Reading(line, read_with(glyph_table(), line)) for line in lines]


def by_other_files(lines: Sequence[KnownLine]) -> list[Reading]:
    """Each line by a table learned from the lines of the other files."""
    found = []
    for file in sorted({line.file for line in lines}):
        table = GlyphTable(tuple(learn(line for line in lines if line.file != file)))
        found += [Reading(line, read_with(table, line)) for line in lines if line.file == file]
    return found


def by_ocr(folder: Path) -> Callable[[Sequence[KnownLine]], list[Reading]]:
    """A reading of lines by tesseract."""

    def read(lines: Sequence[KnownLine]) -> list[Reading]:
        import pypdfium2  # noqa: PLC0415 - needed for this alone

        found = []
        with tempfile.TemporaryDirectory() as scratch:
            strip = Path(scratch) / "strip.png"
            for file in sorted({line.file for line in lines}):
                pdf = pypdfium2.PdfDocument(folder / f"{file}.pdf")
                for line in [line for line in lines if line.file == file]:
                    image = pdf[line.page - 1].render(scale=_DPI / 72).to_pil()
                    left = min(row.box.left for row in line.rows) - 4
                    top = min(row.box.top for row in line.rows) - 2.5
                    right = max(row.box.right for row in line.rows) + 4
                    bottom = max(row.box.bottom for row in line.rows) + 2.5
                    box = tuple(round(edge * _DPI / 72) for edge in (left, top, right, bottom))
                    image.crop(box).save(strip)
                    language = _TESSERACT[file.rpartition(".")[2]]
                    done = subprocess.run(
                        [
                            "tesseract",
                            str(strip),
                            "-",
                            "--psm",
                            "7",
                            "--dpi",
                            str(_DPI),
                            "-l",
                            language,
                        ],
                        capture_output=True,
                        check=True,
                        text=True,
                    )
                    found.append(Reading(line, plain(done.stdout)))
        return found

    return read


def summary(name: str, readings: Sequence[Reading]) -> str:
    """One row of the table of figures."""
    characters = sum(len(reading.expected) for reading in readings)
    errors = sum(reading.errors for reading in readings)
    right = sum(not reading.errors for reading in readings)
    unknown = sum(reading.text.count(UNKNOWN) for reading in readings)
    return (
        f"| {name} | {right} of {len(readings)} | {100 * right / len(readings):.1f} % | {errors} of {characters} "
        f"| {100 * (1 - errors / characters):.2f} % | {unknown} |"
    )


def main() -> None:
    """Measure and write the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--ocr", action="store_true")
    arguments = parser.parse_args()
    lines = known_lines(arguments.folder)
    ways: dict[str, Callable[[Sequence[KnownLine]], list[Reading]]] = {
        "table of all files": by_own_table,
        "table of the other files": by_other_files,
    }
    if arguments.ocr:
        ways["OCR (tesseract, 300 dpi)"] = by_ocr(arguments.folder)
    rows = []
    wrong: dict[str, list[str]] = defaultdict(list)
    for name, read in ways.items():
        readings = read(lines)
        rows.append(summary(name, readings))
        for language in ("en", "es", "fr"):
            rows.append(
                summary(f"- {language}", [r for r in readings if r.line.file.endswith(language)])
            )
        for reading in readings:
            if reading.errors:
                wrong[name].append(
                    f"{reading.line.file} p{reading.line.page}: {reading.text!r} for {reading.expected!r}"
                )
        print("\n".join(rows[-4:]), flush=True)
    head = (
        "| read by | lines right | | characters wrong | characters right | unknown shapes |\n"
        + "|---" * 6
        + "|\n"
    )
    arguments.target.write_text(
        f"# Drawn lines: how many are read right\n\n{head}"
        + "\n".join(rows)
        + "\n"
        + "".join(
            f"\n## Not right: {name}\n\n" + "\n".join(f"- {text}" for text in texts) + "\n"
            for name, texts in wrong.items()
        ),
        "utf-8",
    )


if __name__ == "__main__":
    main()
