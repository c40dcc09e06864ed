"""Words found in a document, places that move with its text, texts of the editors and words of the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from collected import GUIDANCE, needs_guidance, read_rows, runs_of_words
from gcmgraph.readings.files import ReviewedFact, ReviewedPage, read_readings
from gcmgraph.repository.layout import Repository
from gcmreader.documents.reading import parse_document, read_document
from gcmreader.readings.place_check import wrong_places
from gcmreader.readings.printed_pages import PrintedPages
from gcmreader.readings.relocation import SearchableText, relocate
from tests.readings.invented_page import ENGLISH, document, place, practice_yaml, write_page


def test_words_are_found_across_typography() -> None:
    for words, printed in (
        ("two words", "two\nwords"), ("a *bold* name", "a **bold** name"), ("cooperation", "coop-\neration"),
        ("the first", "the ﬁrst"), ("Mali", "Mali"),
    ):  # fmt: skip
        text = f"Somalia says: {printed} and more."
        span = SearchableText(parse_document(text.encode(), name="x", slug="x")).find(words)
        assert span is not None
        assert text[span.start : span.end] == printed
    assert SearchableText(document("en")).find("Nigeria") is None


def test_words_in_quotes_become_places(tmp_path: Path) -> None:
    written = place("March 2019")
    folder = write_page(tmp_path, practice_yaml().replace(f"en: {written}", 'en: "March 2019"'))
    changes = list(relocate(folder, "en", document("en")))
    assert [str(change.after) for change in changes] == [written]
    assert (folder / "open-counter.yaml").read_text("utf-8") == practice_yaml()


def test_places_follow_a_new_text_by_their_digest(tmp_path: Path) -> None:
    folder = write_page(tmp_path)
    longer = document(
        "en",
        ENGLISH.replace("Related actions", "A line that was not there before.\n\nRelated actions"),
    )
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


def test_place_outside_of_the_document_is_reported(tmp_path: Path) -> None:
    write_page(tmp_path, practice_yaml().replace(place("March 2019"), "9000-9010 0123456789abcdef"))
    lines = list(wrong_places(read_readings(tmp_path).pages[0], "en", document("en")))
    assert len(lines) == 1
    assert "outside of the document" in lines[0]


def test_place_on_another_page_is_reported(tmp_path: Path) -> None:
    placed = place("March 2019")
    write_page(tmp_path, practice_yaml().replace(placed, f"p1 {placed}"))
    head, practices = ENGLISH.split("Examples of practices")
    page = read_readings(tmp_path).pages[0]
    (line,) = [
        line
        for line in wrong_places(page, "en", document("en"), PrintedPages.of((head, practices)))
        if "p1" in line
    ]
    assert line.endswith(f"(start): p1 {placed} is not on that page of the PDF but on page 2.")
    one_page = PrintedPages.of((ENGLISH, ""))
    assert not [line for line in wrong_places(page, "en", document("en"), one_page) if "p1" in line]


@pytest.mark.exhaustive
@needs_guidance
@pytest.mark.parametrize("objective", range(1, 24))
def test_readings_share_no_eight_words_with_their_page(
    objective: int, repository: Repository
) -> None:
    page = next(
        page for page in read_readings(repository.readings).pages if page.objective == objective
    )
    names = [*_tabled_names(repository), *_printed_names(page)]
    copied = []
    for language in ("en", "fr", "es"):
        document = read_document(GUIDANCE / f"objective-{objective:02}.{language}.pdf")
        printed = set(runs_of_words(document.text))
        for where, text in _own_texts(page, language):
            if not printed.isdisjoint(runs_of_words(text)):
                runs = [
                    run
                    for part in _without(names, text)
                    for run in runs_of_words(part)
                    if run in printed
                ]
                copied += [f"{where} ({language}): {' '.join(run)}" for run in runs]
    assert copied == [], "\n".join(copied)


def test_runs_within_a_name_do_not_count() -> None:
    text = (
        "It adopted the Declaration on the Protection and Promotion of the Rights of All, at last."
    )
    assert _without(["Declaration on the Protection and Promotion of the Rights of All"], text) == [
        "It adopted the ",
        ", at last.",
    ]
    assert runs_of_words("One, two: three four five six seven eight nine.") == [
        ("one", "two", "three", "four", "five", "six", "seven", "eight"),
        ("two", "three", "four", "five", "six", "seven", "eight", "nine"),
    ]


def _without(names: list[str], text: str) -> list[str]:
    """The stretches of a text between names and quotations."""
    pattern = "|".join(
        ("«[^»]*»", *(re.escape(name) for name in sorted(names, key=len, reverse=True)))
    )
    return re.split(pattern, text, flags=re.IGNORECASE)


def _tabled_names(repository: Repository) -> Iterator[str]:
    """Names of organisations and titles of instruments of several words."""
    for table in ("organisations", "instruments"):
        for row in read_rows(repository.reference / f"{table}.csv"):
            for column, value in row.items():
                if column.startswith(("name_", "title_", "alt_")) and not column.endswith(
                    "_source"
                ):
                    yield from (name for name in value.split("|") if " " in name)


def _printed_names(page: ReviewedPage) -> Iterator[str]:
    for practice in page.practices:
        yield from (
            title.text for title in (*practice.title.values(), *practice.short_names.values())
        )


def _own_texts(page: ReviewedPage, language: str) -> Iterator[tuple[str, str]]:
    """Each text that the editors wrote in a language, with its file."""
    for action in page.actions:
        yield f"{page.file} action {action.letter}", action.label[language]
    for practice in page.practices:
        for one in (practice, *practice.parts):
            yield f"{practice.file} summary of {one.slug}", one.summary[language]
            yield f"{practice.file} note of {one.slug}", one.note.get(language, "")
            for judgement in one.supports:
                yield (
                    f"{practice.file} rationale of {judgement.action}",
                    judgement.rationale[language],
                )
            for fact in one.facts:
                if fact.key not in {"citation", "event"}:  # their texts are names
                    for text in _texts_of(fact, language):
                        yield f"{practice.file}:{fact.line} {fact.key}", text


def _texts_of(fact: ReviewedFact, language: str) -> Iterator[str]:
    for value in (fact.value, *fact.fields.values()):
        for texts in (value, *(value.values() if isinstance(value, dict) else ())):
            if isinstance(texts, dict) and language in texts:
                yield str(texts[language])
