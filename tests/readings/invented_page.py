"""An invented guidance page in two languages, and its reading, for the tests of readings (`invented/`)."""

from __future__ import annotations

import re
from pathlib import Path

from gcmgraph.sources.source_texts import Document
from gcmreader.documents.reading import parse_document
from gcmreader.readings.relocation import SearchableText

FOLDER = Path(__file__).parent / "invented"
#: Texts of the documents by language.
TEXTS = {
    language: (FOLDER / f"objective-12.{language}.md").read_text("utf-8")
    for language in ("en", "fr")
}
ENGLISH = TEXTS["en"]


def document(language: str, text: str | None = None) -> Document:
    """The document of the page in a language."""
    slug = f"objective-12.{language}"
    return parse_document((text or TEXTS[language]).encode(), name=f"{slug}.md", slug=slug)


def place(words: str, language: str = "en") -> str:
    """Where some words stand, as readings write it."""
    locator = SearchableText(document(language)).locate(words)
    assert locator is not None, words
    return str(locator)


def page_yaml(**documents: Document) -> str:
    """The reading of the page; `documents` by language replace the recorded versions."""

    def recorded(match: re.Match[str]) -> str:
        return str(getattr(documents.get(match[2]) or document(match[2]), match[1]))

    text = (FOLDER / "page.yaml").read_text("utf-8")
    return _with_places(re.sub(r"<(sha256|text_sha256) (\w\w)>", recorded, text))


def practice_yaml(
    country: str = "GHA", extra: str = "", position: int = 1, slug: str = "open-counter"
) -> str:
    """The reading of the page's practice."""
    text = (FOLDER / "open-counter.yaml").read_text("utf-8")
    for name, value in (("country", country), ("position", str(position)), ("slug", slug)):
        text = text.replace(f"<{name}>", value)
    return _with_places(text) + extra


def _with_places(text: str) -> str:
    """A template with places for the words in it: `<fr mars 2019>`."""
    return re.sub(r"<(en|fr) ([^>]+)>", lambda match: place(match[2], match[1]), text)


def write_page(folder: Path, practice: str | None = None, page: str | None = None) -> Path:
    """Write the reading into a folder of readings; the page's folder."""
    where = folder / "objective-12"
    where.mkdir(parents=True, exist_ok=True)
    (where / "page.yaml").write_text(page or page_yaml(), "utf-8")
    (where / "open-counter.yaml").write_text(practice or practice_yaml(), "utf-8")
    return where
