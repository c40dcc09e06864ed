"""Texts of an Arabic or Chinese page that are in Latin letters and not marked as another language."""

from __future__ import annotations

import re
from html.parser import HTMLParser

#: Words in small Latin letters; addresses, codes and acronyms have capitals, digits or signs.
_WORD = re.compile(r"(?<![\w./:@#%&?=-])[A-Za-z]?[a-zà-ÿ]{3,}(?![\w./:@#%=-]|\.\w)")

#: Letters of the scripts of the pages. A text with such letters is translated, and names its
#: examples in Latin ones.
_OWN = re.compile(r"[\u0600-\u06ff\u4e00-\u9fff]")

#: Proper names of programs, formats and datasets.
_NAMES = re.compile(
    r"GCM Graph|Natural Earth|Turtle|Python|pandas|Atom|BibTeX|curl|GitHub|Wikidata|EuroVoc|GeoNames"
)

#: Elements whose text is code, data, or marked by its form; words of the reader have `dir=auto`.
_EXEMPT = frozenset({"code", "bdi", "pre", "script", "style", "kbd", "samp", "cite"})
_EXEMPT_CLASSES = frozenset({"formats", "cite", "tag"})
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())

#: Attributes that are read out or displayed.
_READ = ("aria-label", "title", "placeholder", "alt")


class _Texts(HTMLParser):
    def __init__(self, language: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._language = language
        self._open: list[tuple[str, bool]] = []

    def _shown(self) -> bool:
        return all(shown for _, shown in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        other = given.get("lang") not in {None, self._language}
        classes = set((given.get("class") or "").split())
        exempt = tag in _EXEMPT or classes & _EXEMPT_CLASSES or given.get("translate") == "no"
        shown = not (other or exempt or given.get("dir") == "auto")
        if shown and self._shown():
            self.found += [text for name in _READ if _latin(text := given.get(name) or "")]
        if tag not in _VOID:
            self._open.append((tag, shown))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._shown() and _latin(data):
            self.found.append(" ".join(data.split()))


def _latin(text: str) -> bool:
    return not _OWN.search(text) and _WORD.search(_NAMES.sub("", text)) is not None


def untranslated(page: str, language: str) -> list[str]:
    """The texts of a page in Latin letters that are not marked as another language, in their order."""
    texts = _Texts(language)
    texts.feed(page)
    return texts.found
