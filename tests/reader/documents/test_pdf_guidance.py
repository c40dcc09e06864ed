"""The guidance pages of the UN Network on Migration, read from PDF; the files are no part of this repository."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from functools import cache
from string import ascii_lowercase

import pytest

from collected import GUIDANCE, ROOT, needs_guidance, read_rows
from gcmgraph.readings.files import ReviewedPage, read_readings
from gcmreader.documents.pdf.pages import read_pages
from gcmreader.documents.pdf.reader import printed_pages
from gcmreader.documents.pdf.styles import Style, network_style
from gcmreader.documents.reading import Document, read_document
from gcmreader.readings.place_check import wrong_pages, wrong_places
from gcmreader.readings.printed_pages import PrintedPages

FILES = sorted(path.name.removesuffix(".pdf") for path in GUIDANCE.glob("*.pdf"))

pytestmark = needs_guidance

#: Counts of each objective on the rendered pages, the same in all languages but for LETTERS and
#: HEADINGS.
PAGES = read_rows(ROOT / "tests" / "publication" / "guidance_pages.csv")
#: What a page prints otherwise: the last letters, the number of headings of practices.
LETTERS = {"objective-21.en": "h", "objective-19.fr": "l", "objective-19.es": "l"}
HEADINGS = {"objective-07.es": 3}


#: The files that `make test` reads: one of each language that differs from its other languages, and
#: one with pieces.
SOME = ("objective-21.en", "objective-07.es", "objective-21.fr")
EACH = [pytest.param(name, marks=() if name in SOME else pytest.mark.exhaustive) for name in FILES]


@cache
def readings() -> dict[str, tuple[ReviewedPage, str]]:
    """The page and language of each document that has a reading."""
    pages = read_readings(ROOT / "data" / "readings").pages
    return {version.slug: (page, tag) for page in pages for tag, version in page.documents.items()}


@cache
def document(name: str) -> Document:
    return read_document(GUIDANCE / f"{name}.pdf")


def objective(name: str) -> int:
    return int(name[10:12])


def lost_lines() -> list[dict[str, object]]:
    path = GUIDANCE / "lost_lines.json"
    lines: list[dict[str, object]] = (
        json.loads(path.read_text("utf-8"))["lines"] if path.exists() else []
    )
    return lines


def letters(text: str) -> str:
    return re.sub(r"\W|_", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("name", EACH)
def test_actions_practices_and_targets(name: str) -> None:
    page = PAGES[objective(name) - 1]
    last, practices = ascii_lowercase[int(page["actions"]) - 1], int(page["practices"])
    targets = page["targets"] if objective(name) != 2 else ""  # that names its target in a sentence
    head, actions, examples, goals = re.split(r"^## .*\n", document(name).text, flags=re.MULTILINE)
    assert re.fullmatch(r"# [^\n]+\n\n", head)
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
        painted.update(
            letter
            for text, *_, style in distinct
            if style is not Style.MARGIN
            for letter in letters(text)
        )
        body = Counter(
            letter
            for text, *_, style in distinct
            if style is Style.BODY
            for letter in letters(text)
        )
        end = starts[page.number] if page.number < len(starts) else None
        assert not body - Counter(letters(text[starts[page.number - 1] : end]))
    for line in document(name).drawn:
        painted.update(letters(line.text or ""))
    assert Counter(letters(text)) == painted


@pytest.mark.parametrize("name", EACH)
def test_every_block_and_place_is_on_its_printed_page(name: str) -> None:
    printed = PrintedPages.of(printed_pages((GUIDANCE / f"{name}.pdf").read_bytes(), name))
    assert list(wrong_pages(document(name), printed)) == []
    page, language = readings().get(name, (None, ""))
    if page and page.documents[language].text_sha256 == document(name).text_sha256:
        assert list(wrong_places(page, language, document(name), printed)) == []
    text = document(name).text
    assert not re.search(r"[\ufffd\ufb00-\ufb06\u00ad]|  |\n\n\n|\S\n\S|\*\*\*", text), (
        "one line for each block"
    )
    assert text.count("**") % 2 == 0
    assert text == unicodedata.normalize("NFC", text)


@pytest.mark.skipif(not lost_lines(), reason="needs ../shared/guidance/lost_lines.json")
@pytest.mark.parametrize("name", EACH)
def test_every_drawn_line_is_recovered_at_its_place(name: str) -> None:
    language = name.rpartition(".")[2]
    known = [
        line
        for line in lost_lines()
        if (line["objective"], line["language"]) == (objective(name), language)
    ]
    drawn = document(name).drawn
    text = letters(document(name).text)
    for line in known:
        assert letters(str(line["text"])) in text
        page, height = int(str(line["page"])), float(str(line["y_pt"]))
        near = [d for d in drawn if d.page == page and d.bbox[1] - 2 < height < d.bbox[3] + 2]
        assert letters("".join(d.text or "" for d in near)) == letters(str(line["text"]))
    assert len(drawn) == len(known) + 2 * (
        name == "objective-21.fr"
    )  # one line there is drawn in three pieces
