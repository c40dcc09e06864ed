"""Changes in the files of a reading that leave the rest as the editor wrote it, comments included.

Two changes are made by program: words in quotes become places, and places move with a document's new text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.documents.document import Document
from gcmgraph.rdfio.files import write_whole
from gcmgraph.readings.fact_kinds import FACT_KINDS
from gcmgraph.readings.files import PAGE
from gcmgraph.readings.model import Locator, digest
from gcmgraph.readings.yaml_nodes import YamlFile, YamlList, YamlMap, YamlText, YamlValue, read_yaml
from gcmreader.readings.locating import SearchableText


@dataclass(frozen=True)
class Relocation:
    """A place in a file that was written anew, or could not be: `after` is None then."""

    file: str
    line: int
    before: str
    after: Locator | None

    def __str__(self) -> str:
        """One line: file, line, and the change."""
        what = f"{self.before} is now {self.after}" if self.after else f"'{self.before}' is not in the document"
        return f"{self.file}:{self.line}: {what}"


def relocate(folder: Path, language: str, document: Document) -> Iterator[Relocation]:
    """Write the places of one language anew in all files of a page's folder, where they are words or have moved.

    Where the document has another text than the recorded one and a place is not found in it, nothing is written.
    """
    searchable = SearchableText(document)
    files = [(path, read_yaml(path)) for path in sorted(folder.glob("*.yaml"))]
    changes: dict[Path, list[Relocation]] = {}
    for path, file in files:
        around = _stretch(file, language, searchable)
        changes[path] = [
            _relocation(file, written, searchable, around)
            for written in _places(file.top, language)
            if not _holds(written, document)
        ]
    every = [change for found in changes.values() for change in found]
    if all(change.after for change in every) or _recorded(dict(files)[folder / PAGE], language) == document.text_sha256:
        for path, file in files:
            _rewrite(path, file, changes[path], list(_places(file.top, language)))
        _record(folder / PAGE, language, document)
    yield from every


def _recorded(file: YamlFile, language: str) -> str | None:
    """The hash of the canonical text that a page's places are recorded in."""
    text = _version(file, language).get("text_sha256")
    return str(text) if text is not None else None


def _version(file: YamlFile, language: str) -> YamlMap:
    """The entry of a page's document in a language; an empty one where there is none."""
    documents = file.top.get("documents")
    version = documents.get(language) if isinstance(documents, YamlMap) else None
    return version if isinstance(version, YamlMap) else YamlMap()


def _holds(written: YamlText, document: Document) -> bool:
    locator = Locator.parse(written)
    if locator is None or not locator.holds_in(document):
        return False
    return not document.pages or locator.page == document.page_at(locator.start)


def _relocation(
    file: YamlFile, written: YamlText, searchable: SearchableText, around: tuple[int, int | None]
) -> Relocation:
    locator = Locator.parse(written)
    if locator is None:
        after = searchable.locate(written, *around) or searchable.locate(written)
    else:
        after = _moved(locator, searchable.document)
    return Relocation(file.name, written.line, str(written), after)


def _moved(locator: Locator, document: Document) -> Locator | None:
    """The place of the same words in another text of the document: the nearest with their digest."""
    length = locator.end - locator.start
    last = len(document.text) - length
    for distance in range(len(document.text)):
        for start in dict.fromkeys((locator.start - distance, locator.start + distance)):
            if 0 <= start <= last and digest(document.text[start : start + length]) == locator.digest:
                return Locator.of(document, start, start + length, None if document.pages else locator.page)
    return None


def _stretch(file: YamlFile, language: str, searchable: SearchableText) -> tuple[int, int | None]:
    """The stretch of the document that a practice's words are searched in: from its title on."""
    title = file.top.get("title")
    entry = title.get(language) if isinstance(title, YamlMap) and "practice" in file.top else None
    words = entry.get("text") if isinstance(entry, YamlMap) else None
    found = searchable.find(words) if isinstance(words, YamlText) else None
    return (found[0], None) if found else (0, None)


def _places(value: YamlValue, language: str) -> Iterator[YamlText]:
    """The scalars of a file that write a place in one language, in the order of the file."""
    if isinstance(value, YamlList):
        for one in value:
            yield from _places(one, language)
    elif isinstance(value, YamlMap):
        placed = any(key in value for key in (*FACT_KINDS, "action", "goal", "instrument"))
        for key, one in value.items():
            if key == language and placed:
                yield from _scalars(one)
            elif key in {"title", "short_name"} and isinstance(one, YamlMap):
                entry = one.get(language)
                if isinstance(entry, YamlMap) and "at" in entry:
                    yield from _scalars(entry["at"])
            elif key in {"facts", "parts", "actions", "goals", "targets", "instruments", "principles"}:
                yield from _places(one, language)


def _scalars(value: YamlValue) -> Iterator[YamlText]:
    """A scalar, or those of a list."""
    yield from (one for one in (value if isinstance(value, YamlList) else [value]) if isinstance(one, YamlText))


def _rewrite(path: Path, file: YamlFile, changes: list[Relocation], places: list[YamlText]) -> None:
    """Replace the source text of changed scalars, the last first."""
    after = {(change.line, change.before): change.after for change in changes}
    text = file.text
    for written in sorted(places, key=lambda written: -written.start):
        locator = after.get((written.line, str(written)))
        if locator is not None:
            text = text[: written.start] + str(locator) + text[written.end :]
    if text != file.text:
        write_whole(path, text.encode())


def _record(path: Path, language: str, document: Document) -> None:
    """Write the hashes of a document into its page."""
    file = read_yaml(path)
    version, text = _version(file, language), file.text
    replacements: list[tuple[YamlText, str]] = [
        (one, value)
        for key, value in (("sha256", document.sha256), ("text_sha256", document.text_sha256))
        if isinstance(one := version.get(key), YamlText)
    ]
    for one, value in sorted(replacements, key=lambda pair: -pair[0].start):
        text = text[: one.start] + value + text[one.end :]
    if text != file.text:
        write_whole(path, text.encode())
