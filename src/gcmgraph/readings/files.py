"""The files of `data/readings/` to readings.

A folder holds one guidance page: `page.yaml`, and one file for each practice. A file that is not in order raises
a `DataError` with its line; `read_readings` collects these, so that the other readings are published.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gcmgraph.errors import DataError, GcmGraphError
from gcmgraph.readings.forms import LANGUAGE, Form, FormError, T, record
from gcmgraph.readings.model import FACT_KINDS, ReviewedPage, ReviewedPractice
from gcmgraph.readings.yaml_nodes import YamlFile, YamlList, YamlMap, YamlText, YamlValue, read_yaml

PAGE = "page.yaml"

_page_form, _practice_form = record(ReviewedPage), record(ReviewedPractice)


@dataclass(frozen=True)
class Readings:
    """All readings of a repository, and what is wrong with those that could not be read."""

    pages: tuple[ReviewedPage, ...]
    problems: tuple[GcmGraphError, ...]

    @property
    def practices(self) -> tuple[ReviewedPractice, ...]:
        """The practices of all pages, in order."""
        return tuple(practice for page in self.pages for practice in page.practices)


def read_readings(folder: Path) -> Readings:
    """The readings in a folder, by objective and position. Unreadable ones are among the problems."""
    pages: list[ReviewedPage] = []
    problems: list[GcmGraphError] = []
    for path in sorted(folder.glob(f"*/{PAGE}")):
        try:
            page = read_page(path)
        except GcmGraphError as error:
            problems.append(error)
            continue
        practices: list[ReviewedPractice] = []
        for file in sorted(path.parent.glob("*.yaml")):
            if file.name != PAGE:
                try:
                    practices.append(read_practice(file, page.documents))
                except GcmGraphError as error:
                    problems.append(error)
        pages.append(replace(page, practices=tuple(sorted(practices, key=lambda practice: practice.position))))
    pages.sort(key=lambda page: page.objective)
    return Readings(tuple(_distinct(pages, problems)), tuple(problems))


def read_page(path: Path) -> ReviewedPage:
    """A page without its practices. Raises `DataError`."""
    file = read_yaml(path)
    page = _formed(file, _page_form)
    _require_documents(file, page.documents)
    return replace(page, file=file.name)


def read_practice(path: Path, languages: Collection[str]) -> ReviewedPractice:
    """The practice in a file, of a page with documents in some languages. Raises `DataError`."""
    file = read_yaml(path)
    practice = _formed(file, _practice_form)
    _require_documents(file, languages)
    if practice.slug != path.stem:
        message = f"The file must have the name of the practice, {practice.slug}.yaml."
        raise file.error(message, file.top["practice"].line)
    if not practice.title:
        raise file.error("The practice has no title.", file.top["title"].line)
    denied = {words[2] for entry in practice.declined if (words := entry.split(" ", 2))[1] == "country"}
    for part in practice.parts:
        for one in part.facts:
            if one.key == "country" and one.value in denied:
                message = f"The part '{part.slug}' states the country {one.value}, which 'declined' denies."
                raise file.error(message, one.line, "Remove one of the two.")
    return replace(practice, file=file.name)


def _formed(file: YamlFile, form: Form[T]) -> T:
    """The value of a file. Raises `DataError` with the line of what has not its form."""
    try:
        return form(file.top)
    except FormError as error:
        raise file.error(error.message, error.line, error.hint) from error


def _require_documents(file: YamlFile, languages: Collection[str]) -> None:
    for language, place in written_places(file.top):
        if language not in languages:
            raise file.error(f"The page has no document in '{language}'.", place.line)


def written_places(value: YamlValue) -> Iterator[tuple[str, YamlText]]:
    """The scalars of a file that write a place, with its language, in the order of the file."""
    if isinstance(value, YamlList):
        for one in value:
            yield from written_places(one)
    elif isinstance(value, YamlMap):
        placed = any(key in value for key in (*FACT_KINDS, "action", "goal"))
        for key, one in value.items():
            if placed and LANGUAGE.fullmatch(key):
                yield from ((key, place) for place in _scalars(one))
            elif key in {"title", "short_name"} and isinstance(one, YamlMap):
                texts = ((language, text) for language, text in one.items() if isinstance(text, YamlMap))
                yield from ((language, place) for language, text in texts for place in _scalars(text.get("at")))
            elif key in {"facts", "parts", "actions", "goals", "targets", "instruments", "principles"}:
                yield from written_places(one)


def _scalars(value: YamlValue | None) -> Iterator[YamlText]:
    """A scalar, or those of a list."""
    yield from (one for one in (value if isinstance(value, YamlList) else [value]) if isinstance(one, YamlText))


def _distinct(pages: Iterable[ReviewedPage], problems: list[GcmGraphError]) -> Iterable[ReviewedPage]:
    """The pages without practices of another objective, or whose position or slug an earlier practice has."""
    owners: dict[str, str] = {}
    for page in pages:
        positions: dict[int, str] = {}
        distinct = []
        for practice in page.practices:
            slugs = [practice.slug, *(part.slug for part in practice.parts)]
            taken = next((slug for index, slug in enumerate(slugs) if slug in owners or slug in slugs[:index]), None)
            if practice.objective != page.objective:
                message = f"The page is of objective {page.objective}, not {practice.objective}."
                hint = None
            elif practice.position in positions:
                other = positions[practice.position]
                message = f"Position {practice.position} of objective {page.objective} is read in {other} already."
                hint = "Two readings of one practice: keep one, or correct the position."
            elif taken is not None:
                message = f"The slug '{taken}' is used in {owners.get(taken, practice.file)} already."
                hint = "Give the practice a slug of its own; a published slug stays with its practice."
            else:
                positions[practice.position] = practice.file
                owners.update(dict.fromkeys(slugs, practice.file))
                distinct.append(practice)
                continue
            problems.append(DataError(f"{practice.file}: {message}", hint=hint))
        yield replace(page, practices=tuple(distinct))
