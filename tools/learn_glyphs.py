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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
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
#: Contours of a letter or ligature, at most.
_MAX_CONTOURS = 5
#: Letters of a ligature, at most.
_MAX_LETTERS = 3
#: Cost of a letter whose known shapes are others, and of one without known shapes.
_OTHER_SHAPE = 10.0
_UNKNOWN_LETTER = 1.0
#: Share of the shapes of a letter that one must have to be known.
_KNOWN_SHARE = 0.1
#: Share of the narrower of two contours that overlap as parts of one letter do.
_OVERLAP = 0.55
#: Points between the heights of a row and of its transcription.
_ROW_TOLERANCE = 5
#: Width of upright strokes of bold letters, in thousandths of the font size, at least.
_BOLD_STROKE = 112
#: Space beside a letter before it is measured, in thousandths of the font size.
_BEARING = 40.0
#: Rounds after which the spaces beside letters no longer change.
_BEARING_ROUNDS = 12
_LIGATURES = frozenset({"ti", "tt", "tti", "fi", "fl", "ff", "ffi", "ft", "fti", "tf"})
#: The accented letters of English, French and Spanish.
_ACCENTED = frozenset("àâäáèêëéîïíôöóùûüúñÿÀÂÄÁÈÊËÉÎÏÍÔÖÓÙÛÜÚÑŸ")
_X_HIGH = frozenset("aceimnorsuvwxz")
#: Letters without parts below the baseline.
_ON_BASELINE = frozenset("irnmlhfkIHMTFAEPR147.")
#: Letters of one upright stroke.
_STROKES = frozenset("ilI.:")

#: The kinds of the contours of a shape.
ShapeKey = tuple[str, ...]
#: A letter and its weight.
WeightedLetter = tuple[str, str]
#: A number of letters, and the number of contours that they use.
Position = tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """A letter or ligature of a line, and its shape."""

    text: str
    shape: Shape
    begins_word: bool


@dataclass(frozen=True)
class Step:
    """The cheapest way to a position in a line: its cost, the position before, and the last piece."""

    cost: float
    before: Position | None = None
    piece: Piece | None = None


@dataclass(frozen=True)
class Gap:
    """The space between two letters of a word, in thousandths of the font size."""

    left: WeightedLetter
    right: WeightedLetter
    width: float


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
    entries_by_file: dict[str, list[dict[str, str]]] = defaultdict(list)
    for entry in entries:
        file = f"objective-{entry['objective']:02d}.{entry['language']}"
        entries_by_file[file].append(entry)
    lines = []
    for file, entries_of_file in sorted(entries_by_file.items()):
        path = folder / f"{file}.pdf"
        rows_by_page = drawn_rows(read_pages(path.read_bytes(), str(path)))
        for entry in entries_of_file:
            page = int(entry["page"])
            rows = _rows_at(rows_by_page.get(page, []), float(entry["y_pt"]))
            lines.append(KnownLine(file, page, entry["text"], rows))
    return lines


def _rows_at(rows: Iterable[DrawnRow], height: float) -> tuple[DrawnRow, ...]:
    """The rows around a height in points, from left to right."""
    rows_at_height = [
        row for row in rows if abs((row.box.top + row.box.bottom) / 2 - height) < _ROW_TOLERANCE
    ]
    return tuple(sorted(rows_at_height, key=lambda row: row.box.left))


def learn(lines: Iterable[KnownLine]) -> list[Glyph]:
    """The glyphs of some lines."""
    aligned = _aligned([line for line in lines if line.rows])
    samples: dict[tuple[str, str, ShapeKey], list[tuple[float, ...]]] = defaultdict(list)
    gaps: list[Gap] = []
    for pieces in aligned:
        weight = _weight(pieces)
        size, baseline = _measure(pieces)
        for piece in pieces:
            sample = _sample(piece.shape, size, baseline)
            samples[piece.text, weight, piece.shape.key].append(sample)
        gaps += _gaps(pieces, weight, size)
    spaces_before, spaces_after = _bearings(gaps)
    glyphs = []
    for (text, weight, key), samples_of_shape in sorted(samples.items()):
        medians = [round(median(values)) for values in zip(*samples_of_shape, strict=True)]
        before = round(spaces_before.get((text, weight), _BEARING))
        after = round(spaces_after.get((text, weight), _BEARING))
        glyphs.append(Glyph(text, weight, key, *medians, before, after))
    return [*glyphs, *_accented(glyphs)]


def _sample(shape: Shape, size: float, baseline: float) -> tuple[float, ...]:
    """Width, height and bottom of a shape in thousandths of the font size, and its slant in hundredths."""
    scale = 1000 / size
    bottom = (baseline - shape.box.bottom) * scale
    return shape.box.width * scale, shape.box.height * scale, bottom, 100 * shape.slant


def _gaps(pieces: Sequence[Piece], weight: str, size: float) -> Iterator[Gap]:
    """The spaces between the letters of the words of a line."""
    for left, right in pairwise(pieces):
        if not right.begins_word:
            width = (right.shape.box.left - left.shape.box.right) * (1000 / size)
            yield Gap((left.text, weight), (right.text, weight), width)


@dataclass(frozen=True)
class _Accent:
    """An accent of a weight above small or capital letters, and a letter that has it."""

    mark: str
    weight: str
    is_upper: bool
    contours: ShapeKey
    model: Glyph


def _accented(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Accented letters that occur in no known line, of a known letter and a known accent."""
    glyph_by_letter = {(glyph.text, glyph.weight): glyph for glyph in glyphs}
    accents, stems = _parts_of_accented(glyphs, glyph_by_letter)
    new_glyphs = []
    for _, accent in sorted(accents.items()):
        for (letter, weight), base in sorted(glyph_by_letter.items()):
            text = unicodedata.normalize("NFC", letter + accent.mark)
            is_needed = text in _ACCENTED and (text, weight) not in glyph_by_letter
            fits = weight == accent.weight and letter.isupper() == accent.is_upper
            has_stem = letter not in "ij" or (letter, weight) in stems
            if is_needed and fits and has_stem:
                contours = stems.get((letter, weight), base.contours)
                new_glyphs.append(_with_accent(base, text, contours, accent))
    return new_glyphs


def _parts_of_accented(
    glyphs: Iterable[Glyph], glyph_by_letter: Mapping[WeightedLetter, Glyph]
) -> tuple[dict[tuple[str, str, bool], _Accent], dict[WeightedLetter, ShapeKey]]:
    """The accents of known letters, and the stems of `i` and `j`, whose dot an accent replaces."""
    accents: dict[tuple[str, str, bool], _Accent] = {}
    stems: dict[WeightedLetter, ShapeKey] = {}
    for glyph in glyphs:
        letter, *marks = unicodedata.normalize("NFD", glyph.text)
        base = glyph_by_letter.get((letter, glyph.weight))
        if len(marks) != 1 or base is None:
            continue
        remaining = Counter(glyph.contours) - Counter(base.contours)
        if remaining.total() == len(glyph.contours) - len(base.contours):
            key = (marks[0], glyph.weight, letter.isupper())
            accents[key] = _Accent(*key, tuple(sorted(remaining.elements())), glyph)
        elif letter in "ij":
            common = Counter(glyph.contours) & Counter(base.contours)
            stems[letter, glyph.weight] = tuple(common.elements())
    return accents, stems


def _with_accent(base: Glyph, text: str, contours: ShapeKey, accent: _Accent) -> Glyph:
    """A letter with an accent as high as that of its model."""
    top = accent.model.bottom + accent.model.height
    return replace(
        base,
        text=text,
        contours=tuple(sorted((*contours, *accent.contours))),
        height=top - base.bottom,
        slant=accent.model.slant,
    )


def _aligned(lines: Sequence[KnownLine]) -> list[list[Piece]]:
    """The pieces of each line. Shapes of letters are learned from lines without doubt, then from all."""
    shape_counts: dict[str, Counter[ShapeKey]] = defaultdict(Counter)
    for line in lines:
        groups = _overlapping(line.contours)
        letters = "".join(line.text.split())
        if len(groups) == len(letters):
            for letter, group in zip(letters, groups, strict=True):
                shape_counts[letter][Shape.of(group).key] += 1
    aligned: list[list[Piece]] = []
    for _ in range(3):
        known_shapes = {letter: _frequent(counts) for letter, counts in shape_counts.items()}
        aligned = [_align(line, known_shapes) for line in lines]
        shape_counts = defaultdict(Counter)
        for pieces in aligned:
            for piece in pieces:
                shape_counts[piece.text][piece.shape.key] += 1
    return aligned


def _frequent(counts: Counter[ShapeKey]) -> set[ShapeKey]:
    """The shapes of a letter that are frequent enough to be known."""
    return {key for key, count in counts.items() if count >= _KNOWN_SHARE * counts.total()}


def _overlapping(contours: Sequence[Contour]) -> list[list[Contour]]:
    """The contours in groups that overlap as the parts of a letter do."""
    groups: list[list[Contour]] = []
    for contour in contours:
        if groups and _is_part_of(groups[-1], contour):
            groups[-1].append(contour)
        else:
            groups.append([contour])
    return groups


def _is_part_of(group: Sequence[Contour], contour: Contour) -> bool:
    left = min(part.box.left for part in group)
    right = max(part.box.right for part in group)
    overlap = min(right, contour.box.right) - max(left, contour.box.left)
    return overlap > _OVERLAP * min(right - left, contour.box.width)


def _align(line: KnownLine, known_shapes: Mapping[str, set[ShapeKey]]) -> list[Piece]:
    """The cheapest way to give each letter, or ligature, a run of contours."""
    letters = "".join(line.text.split())
    begins_word = [index == 0 for word in line.text.split() for index in range(len(word))]
    shapes = _shapes(line.contours)
    # per number of letters: the cheapest steps to numbers of contours
    steps: list[dict[int, Step]] = [{} for _ in range(len(letters) + _MAX_LETTERS + 1)]
    steps[0][0] = Step(0.0)
    for index in range(len(letters)):
        lowest_cost = min((step.cost for step in steps[index].values()), default=0.0)
        for start, step in steps[index].items():
            if step.cost > lowest_cost + _BEAM:
                continue
            for text in _texts_at(letters, index):
                steps_after = steps[index + len(text)]
                for end, shape in shapes[start]:
                    cost = step.cost + _cost(text, shape, known_shapes)
                    if end not in steps_after or cost < steps_after[end].cost:
                        piece = Piece(text, shape, begins_word[index])
                        steps_after[end] = Step(cost, (index, start), piece)
    return _pieces_to((len(letters), len(line.contours)), steps)


def _shapes(contours: Sequence[Contour]) -> list[list[tuple[int, Shape]]]:
    """The shapes that begin at each contour, with the number of the contour after them."""
    shapes: list[list[tuple[int, Shape]]] = []
    for start in range(len(contours) + 1):
        ends = range(start + 1, min(start + _MAX_CONTOURS, len(contours)) + 1)
        shapes.append([(end, Shape.of(contours[start:end])) for end in ends])
    return shapes


def _texts_at(letters: str, index: int) -> Iterator[str]:
    """The letter at an index, and the ligatures that begin there."""
    yield letters[index]
    for length in range(2, _MAX_LETTERS + 1):
        text = letters[index : index + length]
        if len(text) == length and text in _LIGATURES:
            yield text


def _cost(text: str, shape: Shape, known_shapes: Mapping[str, set[ShapeKey]]) -> float:
    """The cost of a shape as that of a letter or ligature."""
    if text in known_shapes:
        return 0.0 if shape.key in known_shapes[text] else _OTHER_SHAPE
    return _UNKNOWN_LETTER * len(text) + shape.box.width / 10


def _pieces_to(end: Position, steps: Sequence[Mapping[int, Step]]) -> list[Piece]:
    """The pieces of the cheapest way to a position."""
    pieces: list[Piece] = []
    position: Position | None = end
    while position is not None and position[1] in steps[position[0]]:
        step = steps[position[0]][position[1]]
        position = step.before
        if step.piece:
            pieces.append(step.piece)
    return pieces[::-1]


def _measure(pieces: Sequence[Piece]) -> tuple[float, float]:
    """Font size and baseline of a line, in points."""
    heights = [piece.shape.box.height for piece in pieces if piece.text in _X_HIGH - {"i"}]
    height = median(heights) if len(heights) > 2 else _X_HEIGHTS[-1][0]
    size = min(_X_HEIGHTS, key=lambda pair: abs(pair[0] - height))[1]
    bottoms = [piece.shape.box.bottom for piece in pieces if piece.text in _ON_BASELINE]
    return size, median(bottoms or [piece.shape.box.bottom for piece in pieces])


def _weight(pieces: Sequence[Piece]) -> str:
    """The weight of a line: bold where its upright strokes are as wide as those of bold letters."""
    size, _ = _measure(pieces)
    strokes = [piece.shape.box.width * 1000 / size for piece in pieces if piece.text in _STROKES]
    return "bold" if strokes and median(strokes) > _BOLD_STROKE else "regular"


def _bearings(
    gaps: Sequence[Gap],
) -> tuple[dict[WeightedLetter, float], dict[WeightedLetter, float]]:
    """The space before and after each letter: neighbours in a word are as far apart as they are drawn."""
    spaces_before: dict[WeightedLetter, float] = defaultdict(lambda: _BEARING)
    spaces_after: dict[WeightedLetter, float] = defaultdict(lambda: _BEARING)
    for _ in range(_BEARING_ROUNDS):
        spaces: dict[WeightedLetter, list[float]] = defaultdict(list)
        for gap in gaps:
            spaces[gap.right].append(gap.width - spaces_after[gap.left])
        spaces_before.update({letter: median(widths) for letter, widths in spaces.items()})
        spaces = defaultdict(list)
        for gap in gaps:
            spaces[gap.left].append(gap.width - spaces_before[gap.right])
        spaces_after.update({letter: median(widths) for letter, widths in spaces.items()})
    return spaces_before, spaces_after


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
