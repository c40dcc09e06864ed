"""Organisations as a text names them, and structure of the name of an unknown one, which gives its end.

Capitalised words, linking words between them, and, after a head noun (`Ministry`, `Fédération`), what a language lets
follow it: in French words in lower case too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from slugify import slugify

from gcmgraph.kinds import LONGEST_SLUG
from gcmgraph.model.terms import IRI
from gcmgraph.names import Mention, fold
from gcmreader.lexicon import Lexicon, in_all_languages


@dataclass(frozen=True)
class Organisation:
    """An organisation as named in a text: known by its IRI, or by its name (and acronym) alone."""

    iri: IRI | None
    name: str
    acronym: str | None = None
    #: the country whose state or government it is
    state: IRI | None = None

    @property
    def slug(self) -> str:
        """Its name in addresses: `government-col` for a state; else from its acronym or name."""
        if self.iri is not None:
            return self.iri.value.rsplit("/", 1)[1]
        if self.state is not None:
            return f"government-{self.state.value.rsplit('/', 1)[1].lower()}"
        return slugify(self.acronym or self.name, max_length=LONGEST_SLUG, word_boundary=True) or "unnamed"


@dataclass(frozen=True)
class NamedOrganisation:
    """An organisation at `text[start:end]`."""

    organisation: Organisation
    start: int
    end: int
    #: whether the text says of an unknown name that it is an organisation: `the association X`, `X, a company that`
    described: bool = False


def same_organisation(one: Organisation, other: Organisation) -> bool:
    """Whether two mentions are of one organisation: one IRI, one name, or one acronym."""
    if one.iri is not None or other.iri is not None:
        return one.iri == other.iri
    if one.state is not None or other.state is not None:
        return one.state == other.state
    if one.acronym and (one.acronym in {other.acronym, other.name}):
        return True
    if other.acronym and other.acronym == one.name:
        return True
    return fold(one.name).casefold() == fold(other.name).casefold()


_and = in_all_languages("words", "and")
_article = in_all_languages("words", "article")
_of = in_all_languages("words", "of")
ACRONYM = re.compile(r" ?\((?P<acronym>[A-ZÀ-Ý][\w&/-]{1,14}(?: [A-Z][\w-]+)?)\)")
_CAPITALISED = re.compile(r"(?:[\"«] ?)?[A-ZÀ-ÝŒ][\w&.'-]*(?:(?<!\.)(?: ?[\"»]))?")
#: what follows a verb and no adjective of a name: `la Caisse … opère [depuis 2017 un guichet]`
_OBJECT = re.compile(r" (?:depuis|une?|les?|la|l'|desde|el|los|las|una)\b")
#: head nouns that are a name without anything else
_ALONE = re.compile(
    r"Parliament|Senate|Congress|Police|Treasury|Assembly|Parlement|Sénat|Congrès|Primature|Parlamento|Senado|Congreso"
)
_MAX_NAME = 160
#: the rest of a name up to its acronym
_REST = re.compile(r"(?P<words>(?:[ -][A-ZÀ-Ý][\w'-]*)*) \((?P<acronym>[A-Z][\w-]*)\)")


class NameShapes:
    """Finds where names end in one text."""

    def __init__(self, text: str, mentions: Iterable[Mention], lexicon: Lexicon) -> None:
        names = "names"
        self.text = text
        self.lexicon = lexicon
        self._at = {m.start: m for m in mentions}
        self.head = lexicon.compiled(lexicon.fragment(names, "head") + r"\b")
        self._descriptor = lexicon.pattern(names, "descriptor")
        self._link = lexicon.pattern(names, "link")
        self._stop = lexicon.compiled("(?:" + (lexicon.fragment(names, "stop") or "(?!)") + r")\b|\d")
        nations = "|".join(lexicon.table("adjectives").values())
        self._adjective = lexicon.compiled(rf"(?:{lexicon.fragment(names, 'adjective')}|{self._nation(nations)})")
        self._lower_head = lexicon.pattern(names, "lower_head")
        joint = f",? (?:{lexicon.fragment('words', 'and')}) (?:{_of}|{_article})?"
        self._joined = lexicon.compiled(joint)
        self._determiner = lexicon.pattern(names, "determiner")
        self._not_a_name = lexicon.compiled(rf"(?:{lexicon.fragment(names, 'not_a_name')})\b")
        self._in_lower_case = lexicon.fragment(names, "lower_case") == "yes"

    def _nation(self, nations: str) -> str:
        return rf" (?:{nations})(?![\w-])" if self.lexicon.fragment("names", "postposed") == "yes" else "(?!)"

    def name_end(self, start: int, *, described: bool) -> int | None:
        """Where the unknown name that begins at `start` ends, or None where no name begins."""
        text = self.text
        if lower := self._lower_head.match(text, start):
            end = self._linked(lower.end(), headed=False)
            return None if end is None else self._name_rest(start, end, headed=False)
        if self._not_a_name.match(text, start) and not self.head.match(text, start):
            return None
        first = _CAPITALISED.match(text, start)
        if first is None:
            return None
        headed = bool(self.head.match(text, start)) or (described and self._in_lower_case)
        end = self._name_rest(start, first.end(), headed)
        name = text[start:end]
        if self.head.fullmatch(name) and not _ALONE.fullmatch(name) and not ACRONYM.match(text, end):
            return None  # `the Organization` points back to a name
        enough = described or headed or self.head.search(name) or " " in name or name.isupper()
        return end if enough or ACRONYM.match(text, end) or len(name) > 3 else None

    def _name_rest(self, start: int, end: int, headed: bool) -> int:
        """End of a name that reaches from `start` at least to `end`."""
        while end - start < _MAX_NAME:
            following = self._extend(start, end, headed)
            if following is None:
                break
            end = following
        while self.text[end - 1] in ".,'":
            end -= 1
        return end

    def _extend(self, start: int, end: int, headed: bool) -> int | None:
        """The end of the name with its next piece, or None where the name is complete."""
        text = self.text
        if text[end - 1] in ",;:.":
            return None
        if ACRONYM.match(text, end):
            return None
        capital = re.compile(r"[ -]" + _CAPITALISED.pattern).match(text, end)
        if capital and not text[end:].startswith(" ("):
            return capital.end()
        joined = self._joined.match(text, end)
        if joined:
            return self._conjunct(start, joined.end(), joined[0], headed)
        link = self._link.match(text, end + (0 if self._link.pattern.startswith("(?: ") else 1))
        if link and text[end : end + 1] == " ":
            return self._linked(link.end(), headed)
        adjective = self._adjective.match(text, end) if headed else None
        if adjective is None or self._stop.match(text, end + 1) or _OBJECT.match(text, adjective.end()):
            return None
        return adjective.end()

    def _linked(self, position: int, headed: bool) -> int | None:
        """The end of the word after a linking word (`of`, `de la`), where a name can go on there."""
        text = self.text
        if (mention := self._at.get(position)) is not None:
            return mention.end
        if (capital := _CAPITALISED.match(text, position)) is not None:
            return capital.end()
        if headed and self._in_lower_case and not self._determiner.match(text, position):
            word = re.compile(r"[a-zà-ÿœ][\w'-]*").match(text, position)
            return word.end() if word else None
        return None

    def _conjunct(self, start: int, position: int, joint: str, headed: bool) -> int | None:
        """The end of `Labour and Social Affairs` within one name; None where `and` joins two organisations."""
        text, name = self.text, self.text[start : position - len(joint)]
        known = position in self._at or self.head.match(text, position) or self._descriptor.match(text, position)
        if joint.startswith(",") or known or re.match(rf" (?:{_and}) (?:{_article})", joint):
            return None
        if self._in_lower_case:
            bare = re.fullmatch(rf" (?:{_and}) ", joint) and not text[position].islower()
            return None if bare or self._stop.match(text, position) else self._linked(position, headed)
        capital = _CAPITALISED.match(text, position)
        if capital is None or (capital[0].isupper() and len(capital[0]) > 1):
            return None
        if rest := _REST.match(text, capital.end()):  # one name where the acronym is of all of it
            return capital.end() if _abbreviates(rest["acronym"], f"{name} {capital[0]}{rest['words']}") else None
        return capital.end() if re.search(r" (?:of|for|on|de|del|de la|para) ", name) else None


def _abbreviates(acronym: str, name: str) -> bool:
    """Whether an acronym is made of a name's initials, from its first on: `SDC` of `Swiss Agency for Development …`."""
    initials = iter(word[0] for word in re.findall(r"[A-Z][\w'-]*", name))
    return acronym[0] == name[0] and all(letter in initials for letter in acronym if letter.isupper())
