"""The guidance pages of the UN Network on Migration, read from PDF; the files are no part of this repository."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from gcmgraph.readings.files import read_readings
from gcmreader.documents.pdf.lines import Style, network_style
from gcmreader.documents.pdf.reader import printed_pages, read_pages
from gcmreader.documents.reading import Document, read_document
from gcmreader.readings.comparison import PrintedPages, wrong_pages, wrong_places

#: Beside the checkout, or above it where that is one of several worktrees.
GUIDANCE = next(
    (folder for above in Path(__file__).parents[4:] if (folder := above / "shared" / "guidance").is_dir()),
    Path(__file__).parents[4] / "shared" / "guidance",
)
FILES = sorted(path.name.removesuffix(".pdf") for path in GUIDANCE.glob("*.pdf"))

pytestmark = pytest.mark.skipif(not FILES, reason="needs ../shared/guidance")

#: Letters of the last action, number of practices, and targets by objective, counted on the rendered pages; the
#: same in all languages but for EXCEPTIONS. None: the page says "All SDGs".
COUNTS = {
    1: ("k", 4, "10.7 17.18"),
    2: ("l", 3, ""),
    3: ("e", 4, "1.4 4.b 5.b 10.7 16.10"),
    4: ("g", 3, "1.3 10.7 16.9 17.18"),
    5: ("j", 4, "3.c 4.b 4.c 8.3 8.7 8.8 8.b 10.2 10.7"),
    6: ("l", 3, "1.3 5.2 5.4 8.7 8.8 8.b 10.2 10.7"),
    7: ("l", 4, "1.3 1.4 5.2 5.4 8.7 8.8 10.2 10.7 16.2 16.3 16.7 16.9 17.14"),
    8: ("f", 3, "10.7 16.1 16.2 16.3 16.7 17.18"),
    9: ("f", 3, "10.7 16.1 16.2 16.3 16.4 17.16 17.18"),
    10: ("j", 3, "5.2 8.7 8.8 10.7 16.2 16.3"),
    11: ("g", 3, "9.1 9.a 10.7 16.3 17.16 17.18"),
    12: ("e", 4, "5.1 10.7 16.3 16.6 16.9 16.10 17.18"),
    13: ("h", 4, "9.1 16.3 16.6 16.9 16.10"),
    14: ("f", 3, "1.3 10.7 16.3 16.6 16.9 16.10 17.16 17.18"),
    15: ("f", 3, "1.3 1.4 3.3 3.4 3.7 3.8 4.1 4.2 4.3 4.5 6.1 6.2 7.1 11.1 16.b 16.3 16.9 16.10"),
    16: ("i", 2, "4.7 5.5 10.2 10.7 11.b 16.7 16.b 17.18"),
    17: ("g", 4, "8.5 8.8 10.3 10.7 16.7 16.b 17.7 17.18"),
    18: ("l", 2, "3.c 4.4 4.b 8.5 8.6 10.7 17.7 17.18"),
    19: ("j", 3, ""),
    20: ("i", 3, "1.4 8.10 10.c 17.3 17.7 17.18"),
    21: ("i", 4, "1.3 1.4 10.7 16.b 16.9 17.18"),
    22: ("c", 3, "1.3 3.8 5.4 10.4 10.7 17.18"),
    23: ("e", 4, "17.3 17.6 17.7 17.14 17.16 17.17 17.18"),
}
#: What a page prints otherwise: the last letters, the number of headings of practices.
LETTERS = {"objective-21.en": "h", "objective-19.fr": "l", "objective-19.es": "l"}
HEADINGS = {"objective-07.es": 3}


#: The files that `make test` reads: a page in all languages, and those that differ from their other languages.
SOME = ("objective-09.en", "objective-09.fr", "objective-09.es", *sorted({*LETTERS, *HEADINGS}), "objective-21.fr")
EACH = [pytest.param(name, marks=() if name in SOME else pytest.mark.exhaustive) for name in FILES]


#: The page and language of each document that has a reading.
READ = {
    version.slug: (page, language)
    for page in read_readings(Path(__file__).parents[3] / "data" / "readings").pages
    for language, version in page.documents.items()
}

#: Seconds of processor time in which each file was read.
seconds: dict[str, float] = {}


@cache
def document(name: str) -> Document:
    start = time.process_time()
    read = read_document(GUIDANCE / f"{name}.pdf")
    seconds[name] = time.process_time() - start
    return read


def sections(name: str) -> list[str]:
    return re.split(r"^## .*\n", document(name).text, flags=re.MULTILINE)


def objective(name: str) -> int:
    return int(name[10:12])


def lost_lines() -> list[dict[str, object]]:
    path = GUIDANCE / "lost_lines.json"
    lines: list[dict[str, object]] = json.loads(path.read_text("utf-8"))["lines"] if path.exists() else []
    return lines


def letters(text: str) -> str:
    return re.sub(r"\W|_", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("name", EACH)
def test_title_and_three_sections(name: str) -> None:
    head, *parts = sections(name)
    assert re.fullmatch(r"# [^\n]+\n\n", head)
    assert len(parts) == 3


@pytest.mark.parametrize("name", EACH)
def test_actions_practices_and_targets(name: str) -> None:
    last, practices, targets = COUNTS[objective(name)]
    _, actions, examples, goals = sections(name)
    found = re.findall(r"^- ([a-z])\. \*\*", actions, re.MULTILINE)
    expected = [chr(code) for code in range(ord("a"), ord(last) + 1)]
    if name in LETTERS:
        count = len(expected) - (LETTERS[name] < last)
        expected = [*expected[: count - 1], LETTERS[name]]
    assert found == expected
    assert len(re.findall("^### ", examples, re.MULTILINE)) == HEADINGS.get(name, practices)
    codes = re.findall(r"^- \*\*(\d+[.:]\w+):\*\* \S", goals, re.MULTILINE)
    assert [code.replace(":", ".") for code in codes] == targets.split()
    numbers = [int(number) for number in re.findall(r"^### [^\d\n]*(\d+)\b", goals, re.MULTILINE)]
    assert numbers == sorted({int(code.split(".")[0]) for code in targets.split()})


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", EACH)
def test_every_letter_is_in_the_text_once_and_on_its_page(name: str) -> None:
    """The letters and digits of all body characters and drawn lines against those of the canonical text."""
    text, starts = document(name).text, document(name).pages
    assert list(starts) == sorted(starts)
    painted: Counter[str] = Counter()
    for page in read_pages((GUIDANCE / f"{name}.pdf").read_bytes(), name):
        distinct = {(c.text, round(c.x0), round(c.y), network_style(c)) for c in page.characters}
        painted.update(letter for text, *_, style in distinct if style is not Style.MARGIN for letter in letters(text))
        body = Counter(letter for text, *_, style in distinct if style is Style.BODY for letter in letters(text))
        end = starts[page.number] if page.number < len(starts) else None
        assert not body - Counter(letters(text[starts[page.number - 1] : end]))
    for line in document(name).drawn:
        painted.update(letters(line.text or ""))
    assert Counter(letters(text)) == painted


@pytest.mark.parametrize("name", EACH)
def test_every_block_and_place_is_on_its_printed_page(name: str) -> None:
    printed = PrintedPages.of(printed_pages((GUIDANCE / f"{name}.pdf").read_bytes(), name))
    assert list(wrong_pages(document(name), printed)) == []
    page, language = READ.get(name, (None, ""))
    if page and page.documents[language].text_sha256 == document(name).text_sha256:
        assert list(wrong_places(page, language, document(name), printed)) == []


@pytest.mark.parametrize("name", EACH)
def test_one_line_for_each_block(name: str) -> None:
    text = document(name).text
    assert "\ufffd" not in text
    assert not re.search(r"[\ufb00-\ufb06\u00ad]|  |\n\n\n|\S\n\S|\*\*\*", text)
    assert text.count("**") % 2 == 0
    assert text == unicodedata.normalize("NFC", text)


@pytest.mark.skipif(not lost_lines(), reason="needs ../shared/guidance/lost_lines.json")
@pytest.mark.parametrize("name", EACH)
def test_every_drawn_line_is_recovered_at_its_place(name: str) -> None:
    language = name.rpartition(".")[2]
    known = [line for line in lost_lines() if (line["objective"], line["language"]) == (objective(name), language)]
    drawn = document(name).drawn
    text = letters(document(name).text)
    for line in known:
        assert letters(str(line["text"])) in text
        page, height = int(str(line["page"])), float(str(line["y_pt"]))
        near = [d for d in drawn if d.page == page and d.bbox[1] - 2 < height < d.bbox[3] + 2]
        assert letters("".join(d.text or "" for d in near)) == letters(str(line["text"]))
    assert len(drawn) == len(known) + 2 * (name == "objective-21.fr")  # one line there is drawn in three pieces


def test_words_broken_at_a_line_end() -> None:
    joined = {
        "objective-06.es": "SALVAGUARDAR",
        "objective-16.en": "participatory",
        "objective-17.fr": "développement",
        "objective-17.es": "discriminatorias",
        "objective-23.es": "COOPERACIÓN",
    }
    for name, word in joined.items():
        if name in FILES:
            assert word in document(name).text
    if "objective-15.en" in FILES:
        assert "gender- and disability-responsive" in document("objective-15.en").text


@pytest.mark.exhaustive
def test_time_of_a_file() -> None:
    """Half a second a file, in processor time; twice that is let pass, for machines differ."""
    for name in FILES:
        document(name)
    assert max(seconds[name] for name in FILES) < 1.0
