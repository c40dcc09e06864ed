"""Names that people shorten to that of another thing: Congo for either of two countries, Guinea for Guinea-Bissau."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from gcmgraph.linking.matching.candidates import Name
from gcmgraph.linking.matching.names import SMALL_WORDS
from gcmgraph.text.folding import has_han

#: So many words more make another name of the same place (Guinea, Guinea-Bissau, Papua New Guinea).
_EXTENDED_BY = 2


class ExtendedNames:
    """The names that extend a word by a word or two, to be asked for by that word.

    Chinese has no spaces: there a name counts that stands within a name of a thing that is a rival in another language.
    """

    def __init__(self, names: Iterable[tuple[Name, str]]) -> None:
        """`names`: the main names of things whose names are shortened, each with its bag (`NameForms`)."""
        self._by_word: dict[str, list[Name]] = defaultdict(list)
        self._chinese: dict[str, list[Name]] = defaultdict(list)
        for name, bag in names:
            words = bag.split()
            if has_han(name.text):
                self._chinese[name.thing].append(name)
            elif 2 <= len(words) <= 1 + _EXTENDED_BY:
                for word in words:
                    self._by_word[word].append(name)

    def of(self, name: Name, bag: str) -> list[Name]:
        """The names of other things that extend a name of one word."""
        if name.code or " " in bag or bag in SMALL_WORDS:
            return []
        return [other for other in self._by_word.get(bag, ()) if other.thing != name.thing]

    def of_chinese(self, name: Name, rivals: Iterable[str]) -> list[Name]:
        """The Chinese names that hold a Chinese one, of things that are rivals of its thing in other languages."""
        return [other for thing in sorted(rivals) for other in self._chinese.get(thing, ()) if name.text in other.text]
