"""Texts of the editors compared with the words of the guidance pages, where these are present."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gcmgraph.readings.files import ReviewedFact, ReviewedPage, read_readings
from gcmgraph.repository.layout import Repository
from gcmreader.documents.reading import read_document

ROOT = Path(__file__).parents[3]
GUIDANCE = next((f for p in ROOT.parents if (f := p / "shared" / "guidance").is_dir()), ROOT / "none")

#: Fewest consecutive words in common with the page that count as words of the page.
LONGEST_RUN = 8


@pytest.mark.exhaustive
@pytest.mark.skipif(not GUIDANCE.is_dir(), reason="runs with the guidance PDFs in ../shared/guidance")
@pytest.mark.parametrize("objective", range(1, 24))
def test_no_run_of_eight_words_of_the_page(objective: int, repository: Repository) -> None:
    page = next(page for page in read_readings(repository.readings).pages if page.objective == objective)
    names = [*_tabled_names(repository), *_printed_names(page)]
    copied = []
    for language in ("en", "fr", "es"):
        document = read_document(GUIDANCE / f"objective-{objective:02}.{language}.pdf")
        printed = _runs(_words(document.text))
        for place, text in _own_texts(page, language):
            if printed.keys() & _runs(_words(text)).keys():
                runs = [run for part in _without(names, text) for run in _runs(_words(part)) if run in printed]
                copied += [f"{place} ({language}): {' '.join(run)}" for run in runs]
    assert copied == [], "\n".join(copied)


def test_runs_within_a_name_do_not_count() -> None:
    text = "It adopted the Declaration on the Protection and Promotion of the Rights of All, at last."
    assert _without(["Declaration on the Protection and Promotion of the Rights of All"], text) == [
        "It adopted the ",
        ", at last.",
    ]
    assert list(_runs(_words("One, two: three four five six seven eight nine."))) == [
        ("one", "two", "three", "four", "five", "six", "seven", "eight"),
        ("two", "three", "four", "five", "six", "seven", "eight", "nine"),
    ]


def _words(text: str) -> list[str]:
    return re.findall(r"[\w']+", text.casefold().replace("’", "'"))


def _runs(words: list[str]) -> dict[tuple[str, ...], None]:
    """All runs of `LONGEST_RUN` consecutive words, in order."""
    return dict.fromkeys(tuple(words[i : i + LONGEST_RUN]) for i in range(len(words) - LONGEST_RUN + 1))


def _without(names: list[str], text: str) -> list[str]:
    """The stretches of a text between names and quotations."""
    pattern = "|".join(("«[^»]*»", *(re.escape(name) for name in sorted(names, key=len, reverse=True))))
    return re.split(pattern, text, flags=re.IGNORECASE)


def _tabled_names(repository: Repository) -> Iterator[str]:
    """Names of organisations and titles of instruments of several words."""
    for table in ("organisations", "instruments"):
        with (repository.reference / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for column, value in row.items():
                    if column.startswith(("name_", "title_", "alt_")) and not column.endswith("_source"):
                        yield from (name for name in value.split("|") if " " in name)


def _printed_names(page: ReviewedPage) -> Iterator[str]:
    for practice in page.practices:
        yield from (title.text for title in (*practice.title.values(), *practice.short_names.values()))


def _own_texts(page: ReviewedPage, language: str) -> Iterator[tuple[str, str]]:
    """Each text that the editors wrote in a language, with its file."""
    for action in page.actions:
        yield f"{page.file} action {action.letter}", action.label[language]
    for practice in page.practices:
        for one in (practice, *practice.parts):
            yield f"{practice.file} summary of {one.slug}", one.summary[language]
            yield f"{practice.file} note of {one.slug}", one.note.get(language, "")
            for judgement in one.supports:
                yield f"{practice.file} rationale of {judgement.action}", judgement.rationale[language]
            for fact in one.facts:
                if fact.key not in {"citation", "event"}:  # their texts are names
                    for text in _texts_of(fact, language):
                        yield f"{practice.file}:{fact.line} {fact.key}", text


def _texts_of(fact: ReviewedFact, language: str) -> Iterator[str]:
    for value in (fact.value, *fact.fields.values()):
        for texts in (value, *(value.values() if isinstance(value, dict) else ())):
            if isinstance(texts, dict) and language in texts:
                yield str(texts[language])
