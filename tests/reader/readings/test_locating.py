"""Words found in a document, and places that move with its text."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.readings.files import read_readings
from gcmreader.documents.reading import parse_document
from gcmreader.readings.comparison import PrintedPages, SearchableText, relocate, wrong_places
from tests.readings.invented_page import ENGLISH, document, place, practice_yaml, write_page


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("two words", "two\nwords"),
        ("a *bold* name", "a **bold** name"),
        ("cooperation", "coop-\neration"),
        ("the first", "the ﬁrst"),
        ("Mali", "Mali"),
    ],
)
def test_words_across_typography(words: str, found: str) -> None:
    text = f"Somalia says: {found} and more."
    searchable = SearchableText(parse_document(text.encode(), name="x", slug="x"))
    at = searchable.find(words)
    assert at is not None
    assert text[at[0] : at[1]] == found


def test_words_that_do_not_occur() -> None:
    assert SearchableText(document("en")).find("Nigeria") is None


def test_words_in_quotes_become_places(tmp_path: Path) -> None:
    written = place("March 2019")
    folder = write_page(tmp_path, practice_yaml().replace(f"en: {written}", 'en: "March 2019"'))
    changes = list(relocate(folder, "en", document("en")))
    assert [str(change.after) for change in changes] == [written]
    assert (folder / "open-counter.yaml").read_text("utf-8") == practice_yaml()


def test_places_follow_a_new_text_by_their_digest(tmp_path: Path) -> None:
    folder = write_page(tmp_path)
    longer = document("en", ENGLISH.replace("Related actions", "A line that was not there before.\n\nRelated actions"))
    page = read_readings(tmp_path).pages[0]
    assert any("other words" in line for line in wrong_places(page, "en", longer))
    assert all(change.after for change in relocate(folder, "en", longer))
    moved = read_readings(tmp_path).pages[0]
    assert list(wrong_places(moved, "en", longer)) == []
    assert moved.documents["en"].text_sha256 == longer.text_sha256
    assert moved.documents["fr"] == page.documents["fr"]


def test_lost_place_is_reported(tmp_path: Path) -> None:
    folder = write_page(tmp_path)
    before = (folder / "page.yaml").read_text("utf-8")
    changed = document("en", ENGLISH.replace("March 2019", "May 2020"))
    lost = [change for change in relocate(folder, "en", changed) if change.after is None]
    assert len(lost) == 1
    assert f"{folder / 'open-counter.yaml'}:" in str(lost[0])
    assert (folder / "page.yaml").read_text("utf-8") == before


def test_place_outside_of_the_document(tmp_path: Path) -> None:
    write_page(tmp_path, practice_yaml().replace(place("March 2019"), "9000-9010 0123456789abcdef"))
    lines = list(wrong_places(read_readings(tmp_path).pages[0], "en", document("en")))
    assert len(lines) == 1
    assert "outside of the document" in lines[0]


def test_place_on_another_page(tmp_path: Path) -> None:
    placed = place("March 2019")
    write_page(tmp_path, practice_yaml().replace(placed, f"p1 {placed}"))
    head, practices = ENGLISH.split("Examples of practices")
    page = read_readings(tmp_path).pages[0]
    (line,) = [
        line for line in wrong_places(page, "en", document("en"), PrintedPages.of((head, practices))) if "p1" in line
    ]
    assert line.endswith(f"(start): p1 {placed} is not on that page of the PDF but on page 2.")
    one_page = PrintedPages.of((ENGLISH, ""))
    assert not [line for line in wrong_places(page, "en", document("en"), one_page) if "p1" in line]
