"""Learn the table of glyph shapes from drawn lines whose words are known.

    PYTHONPATH=src python tools/learn_glyphs.py ../shared/guidance src/gcmreader/documents/pdf/glyphs.json

The folder holds `lost_lines.json` (the words, transcribed from the rendered pages, with file, page
and height) and the PDF files. Each drawn row is aligned with its words, contour by contour; a
letter's shape is the median over all its occurrences. Only operators and measures are written, no
outlines and no words.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median

from gcmreader.documents.pdf.content import Contour
from gcmreader.documents.pdf.drawn_rows import DrawnRow, drawn_rows
from gcmreader.documents.pdf.glyphs import Glyph, Shape
from gcmreader.documents.pdf.pages import read_pages

#: Height of the x-high letters at 9, 10 and 12 points, in points, and the sizes.
_X_HEIGHTS = ((4.35, 9.0), (4.8, 10.0), (5.8, 12.0))
#: Maximum cost of an alignment above the cheapest one.
_BEAM = 15.0
_LIGATURES = frozenset({"ti", "tt", "tti", "fi", "fl", "ff", "ffi", "ft", "fti", "tf"})
#: The accented letters of English, French and Spanish.
_ACCENTED = frozenset("àâäáèêëéîïíôöóùûüúñÿÀÂÄÁÈÊËÉÎÏÍÔÖÓÙÛÜÚÑŸ")
_X_HIGH = frozenset("aceimnorsuvwxz")


@dataclass(frozen=True)
class KnownLine:
    """A drawn line and its words."""

    file: str
    page: int
    text: str
    rows: tuple[DrawnRow, ...]

    @property
    def contours(self) -> tuple[Contour, ...]:
        """The contours of its rows, from left to right."""
        return tuple(contour for row in self.rows for contour in row.contours)


def known_lines(folder: Path) -> list[KnownLine]:
    """The drawn lines of all files in a folder with their words."""
    entries = json.loads((folder / "lost_lines.json").read_text("utf-8"))["lines"]
    by_file: dict[str, list[dict[str, str]]] = defaultdict(list)
    for entry in entries:
        by_file[f"objective-{entry['objective']:02d}.{entry['language']}"].append(entry)
    lines = []
    for file, known in sorted(by_file.items()):
        path = folder / f"{file}.pdf"
        rows = drawn_rows(read_pages(path.read_bytes(), str(path)))
        for entry in known:
            near = [
                row
                for row in rows.get(int(entry["page"]), [])
                if abs((row.box.top + row.box.bottom) / 2 - float(entry["y_pt"])) < 5
            ]
            lines.append(
                KnownLine(
                    file,
                    int(entry["page"]),
                    entry["text"],
                    tuple(sorted(near, key=lambda row: row.box.left)),
                )
            )
    return lines


def learn(lines: Iterable[KnownLine]) -> list[Glyph]:
    """The glyphs of some lines."""
    aligned = _aligned([line for line in lines if line.rows])
    weights = _weights(aligned)
    samples: dict[tuple[str, str, tuple[str, ...]], list[tuple[float, ...]]] = defaultdict(list)
    gaps: list[tuple[tuple[str, str], tuple[str, str], float]] = []
    for pieces, weight in zip(aligned, weights, strict=True):
        size, baseline = _measure(pieces)
        scale = 1000 / size
        for index, (character, shape, begins_word) in enumerate(pieces):
            samples[character, weight, shape.key].append(
                (
                    (shape.box.width) * scale,
                    (shape.box.height) * scale,
                    (baseline - shape.box.bottom) * scale,
                    100 * shape.slant,
                )
            )
            if index and not begins_word:
                before = pieces[index - 1]
                gaps.append(
                    (
                        (before[0], weight),
                        (character, weight),
                        (shape.box.left - before[1].box.right) * scale,
                    )
                )
    befores, afters = _bearings(gaps)
    found_glyphs = []
    for (character, weight, key), found in sorted(samples.items()):
        width, height, bottom, slant = (
            round(median(values)) for values in zip(*found, strict=True)
        )
        sides = (
            round(befores.get((character, weight), 40)),
            round(afters.get((character, weight), 40)),
        )
        found_glyphs.append(Glyph(character, weight, key, width, height, bottom, slant, *sides))
    return [*found_glyphs, *_accented(found_glyphs)]


def _accented(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Accented letters that occur in no known line, put together from a known letter and a known accent."""
    plain = {(glyph.text, glyph.weight): glyph for glyph in glyphs}
    marks: dict[tuple[str, str, bool], tuple[tuple[str, ...], Glyph]] = {}
    stems: dict[tuple[str, str], tuple[str, ...]] = {}
    for glyph in glyphs:
        letter, *accents = list(unicodedata.normalize("NFD", glyph.text))
        base = plain.get((letter, glyph.weight))
        if len(accents) != 1 or base is None:
            continue
        rest = Counter(glyph.contours) - Counter(base.contours)
        if rest.total() == len(glyph.contours) - len(base.contours):
            marks[accents[0], glyph.weight, letter.isupper()] = (
                tuple(sorted(rest.elements())),
                glyph,
            )
        elif letter in "ij":
            stems[letter, glyph.weight] = tuple(
                (Counter(glyph.contours) & Counter(base.contours)).elements()
            )
    made = []
    for (accent, weight, upper), (contours, model) in sorted(marks.items()):
        for (letter, of_weight), base in sorted(plain.items()):
            text = unicodedata.normalize("NFC", letter + accent)
            key = stems.get((letter, weight), base.contours)
            if (
                text in _ACCENTED
                and of_weight == weight
                and letter.isupper() == upper
                and (text, weight) not in plain
                and (letter not in "ij" or (letter, weight) in stems)
            ):
                top = model.bottom + model.height
                made.append(
                    replace(
                        base,
                        text=text,
                        contours=tuple(sorted((*key, *contours))),
                        height=top - base.bottom,
                        slant=model.slant,
                    )
                )
    return made


_Piece = tuple[str, Shape, bool]


def _aligned(lines: Sequence[KnownLine]) -> list[list[_Piece]]:
    """Each line as characters with their shapes, and whether a word begins there."""
    keys: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for line in lines:
        groups = _overlapping(line.contours)
        letters = "".join(line.text.split())
        if len(groups) == len(letters):
            for letter, group in zip(letters, groups, strict=True):
                keys[letter][Shape.of(group).key] += 1
    for _ in range(3):
        known = {
            letter: {key for key, n in found.items() if n >= 0.1 * found.total()}
            for letter, found in keys.items()
        }
        result = [_align(line, known) for line in lines]
        keys = defaultdict(Counter)
        for pieces in result:
            for letter, shape, _begins in pieces:
                keys[letter][shape.key] += 1
    return result


def _overlapping(contours: Sequence[Contour]) -> list[list[Contour]]:
    groups: list[list[Contour]] = []
    for contour in contours:
        if groups:
            left, right = min(c.box.left for c in groups[-1]), max(c.box.right for c in groups[-1])
            overlap = min(right, contour.box.right) - max(left, contour.box.left)
            if overlap > 0.55 * min(right - left, contour.box.width):
                groups[-1].append(contour)
                continue
        groups.append([contour])
    return groups


def _align(line: KnownLine, known: dict[str, set[tuple[str, ...]]]) -> list[_Piece]:
    """The cheapest way to give each letter a run of contours."""
    contours = line.contours
    shapes = {
        (start, end): Shape.of(contours[start:end])
        for start in range(len(contours))
        for end in range(start + 1, min(start + 5, len(contours)) + 1)
    }
    letters: list[tuple[str, bool]] = []
    for word in line.text.split():
        letters += [(letter, index == 0) for index, letter in enumerate(word)]
    # per number of letters: the contours used up to cost, the state before and the piece that led
    # here
    states: list[dict[int, tuple[float, tuple[int, int] | None, _Piece | None]]] = [
        {} for _ in range(len(letters) + 4)
    ]
    states[0][0] = (0.0, None, None)
    for index, (_, begins) in enumerate(letters):
        least = min((cost for cost, *_ in states[index].values()), default=0.0)
        for start, (cost, *_) in states[index].items():
            if cost > least + _BEAM:
                continue
            for count in (1, 2, 3):
                letter = "".join(letter for letter, _ in letters[index : index + count])
                if len(letter) < count or (count > 1 and letter not in _LIGATURES):
                    continue
                for end in range(start + 1, min(start + 5, len(contours)) + 1):
                    shape = shapes[start, end]
                    if letter in known:
                        step = 0.0 if shape.key in known[letter] else 10.0
                    else:
                        step = 1.0 * count + (shape.box.width) / 10
                    after = states[index + count]
                    if end not in after or cost + step < after[end][0]:
                        after[end] = (cost + step, (index, start), (letter, shape, begins))
    pieces: list[_Piece] = []
    at: tuple[int, int] | None = (len(letters), len(contours))
    while at is not None and at[1] in states[at[0]]:
        _, at, piece = states[at[0]][at[1]]
        if piece:
            pieces.append(piece)
    return pieces[::-1]


def _measure(pieces: Sequence[_Piece]) -> tuple[float, float]:
    """Font size and baseline of a line, in points."""
    low = [shape.box.height for letter, shape, _ in pieces if letter in _X_HIGH - {"i"}]
    height = median(low) if len(low) > 2 else 5.8
    size = min(_X_HEIGHTS, key=lambda pair: abs(pair[0] - height))[1]
    flat = [
        shape.box.bottom for letter, shape, _ in pieces if letter in "irnmlhfkIHMTFAEPR147."
    ] or [shape.box.bottom for _, shape, _ in pieces]
    return size, median(flat)


def _weights(aligned: Sequence[Sequence[_Piece]]) -> list[str]:
    """The weight of each line: bold where its upright strokes are as wide as those of bold letters."""
    weights = []
    for pieces in aligned:
        size, _ = _measure(pieces)
        strokes = [
            (shape.box.width) * 1000 / size for letter, shape, _ in pieces if letter in "ilI.:"
        ]
        weights.append("bold" if strokes and median(strokes) > 112 else "regular")
    return weights


def _bearings(
    gaps: Sequence[tuple[tuple[str, str], tuple[str, str], float]],
) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], float]]:
    """The space before and after each letter, so that neighbours in a word are as far apart as they are."""
    befores: dict[tuple[str, str], float] = defaultdict(lambda: 40.0)
    afters: dict[tuple[str, str], float] = defaultdict(lambda: 40.0)
    for _ in range(12):
        found: dict[tuple[str, str], list[float]] = defaultdict(list)
        for first, second, gap in gaps:
            found[second].append(gap - afters[first])
        befores.update({letter: median(values) for letter, values in found.items()})
        found = defaultdict(list)
        for first, second, gap in gaps:
            found[first].append(gap - befores[second])
        afters.update({letter: median(values) for letter, values in found.items()})
    return befores, afters


def write(glyphs: Sequence[Glyph], target: Path) -> None:
    """Write a table, one glyph a line."""
    lines = ",\n".join(json.dumps(asdict(glyph), ensure_ascii=False) for glyph in glyphs)
    target.write_text(f"[\n{lines}\n]\n", "utf-8")


def main() -> None:
    """Learn from a folder and write the table."""
    folder, target = map(Path, sys.argv[1:3])
    glyphs = learn(known_lines(folder))
    write(glyphs, target)
    print(f"{len(glyphs)} shapes of {len({glyph.text for glyph in glyphs})} characters")


if __name__ == "__main__":
    main()
