"""Structure of the name of an unknown organisation, which gives its end.

Capitalised words, linking words between them, and, after a head noun (`Ministry`, `Fédération`), what a language lets
follow it: in French words in lower case too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gcmgraph.names import Mention
from gcmreader.lexicon import Lexicon, in_all_languages

_and = in_all_languages("words", "and")
_article = in_all_languages("words", "article")
_of = in_all_languages("words", "of")
ACRONYM = re.compile(r" ?\((?P<acronym>[A-ZÀ-Ý][\w&/-]{1,14}(?: [A-Z][\w-]+)?)\)")
#: the last word of a name before its acronym: `Bureau chargé des travailleurs [migrants] (BTM)`
_LAST_WORD = re.compile(r" [a-zà-ÿœ][\w'-]*(?= \([A-ZÀ-Ý]{2,}\))")
_CAPITALISED = re.compile(r"(?:[\"«] ?)?[A-ZÀ-ÝŒ][\w&.'-]*(?:(?<!\.)(?: ?[\"»]))?")
#: the rest of an enumeration within a name: `…, la science et la culture (UNESCO)`
_ENUMERATED = re.compile(
    r"(?:, (?:la |le |les |l'|the )?[\w-]+(?: [\w-]+)?){1,3},? (?:et|and) (?:la |le |les |l')?[\w-]+(?: [\w-]+){0,2}"
    r"(?= \([A-Z]{3,}\))"
)
#: fields of one body: `[Ministry of Gender], Labour and Social Development`, `…, de l'emploi et de la formation`
_FIELDS = re.compile(
    r"(?:, (?!the )[A-Z][a-zà-ÿ]+(?: [A-Z][a-zà-ÿ]+)?){1,3},? (?:and|y|e) [A-Z][a-zà-ÿ]+(?: [A-Z][a-zà-ÿ]+){0,2}"
    r"(?=[ ,.;:)]|$)(?! \([A-Z])"
    rf"|(?:, (?:{_of})[a-zà-ÿ-]+(?: [a-zà-ÿ-]+)?){{1,3}},? (?:{_and}) (?:{_of})[a-zà-ÿ-]+"
)
_FIELDED = re.compile(
    r"(?:Ministry|Department|Directorate|Secretariat|Ministère|Secrétariat|Direction|Département|Ministerio|Secretaría|"
    r"Dirección|Departamento)\b"
)
#: what follows a verb and no adjective of a name: `la Caisse … opère [depuis 2017 un guichet]`
_OBJECT = re.compile(r" (?:depuis|une?|les?|la|l'|desde|el|los|las|una)\b")
#: head nouns that are a name without anything else
_ALONE = re.compile(
    r"Parliament|Senate|Congress|Police|Treasury|Assembly|Parlement|Sénat|Congrès|Primature|Parlamento|Senado|Congreso"
)
_MAX_NAME = 160


class NameShapes:
    """Finds where names end in one text."""

    def __init__(self, text: str, mentions: Iterable[Mention], lexicon: Lexicon) -> None:
        names = "names"
        self.text = text
        self.lexicon = lexicon
        self._at = {m.start: m for m in mentions}
        self._ends = {m.end for m in mentions}
        self.head = lexicon.compiled(lexicon.fragment(names, "head") + r"\b")
        self._descriptor = lexicon.pattern(names, "descriptor")
        self._link = lexicon.pattern(names, "link")
        self._stop = lexicon.compiled("(?:" + (lexicon.fragment(names, "stop") or "(?!)") + r")\b|\d")
        nations = "|".join(lexicon.table("adjectives").values())
        self._adjective = lexicon.compiled(rf"(?:{lexicon.fragment(names, 'adjective')}|{self._nation(nations)})")
        self._lower_head = lexicon.pattern(names, "lower_head")
        self._and = lexicon.fragment("words", "and")
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
            return self._conjunct(start, end, joined.end(), joined[0], headed)
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

    def _conjunct(self, start: int, end: int, position: int, joint: str, headed: bool) -> int | None:
        """The end of `Labour and Social Affairs` within one name; None where `and` joins two organisations."""
        text = self.text
        if joint.startswith(","):
            return None
        if position in self._at or self.head.match(text, position) or self._descriptor.match(text, position):
            return None
        if end in self._ends:  # `the Government of Kenya and …`
            return None
        name = text[start:end]
        if self._in_lower_case:
            if self._stop.match(text, position):
                return None
            if re.search(r"et (?:la|le|les|l')", joint):
                return None
            if joint.strip() == self._and and not text[position].islower():
                return None
            return self._linked(position, headed)
        capital = _CAPITALISED.match(text, position)
        if capital is None or re.search(rf"(?:{_article})$", joint) or (capital[0].isupper() and len(capital[0]) > 1):
            return None
        rest = re.compile(r"(?P<words>(?:[ -][A-ZÀ-Ý][\w'-]*)*) \((?P<acronym>[A-Z][\w-]*)\)").match(
            text, capital.end()
        )
        if rest:  # one name where the acronym is of all of it, two organisations else
            whole = name + " " + capital[0] + rest["words"]
            return capital.end() if _abbreviates(rest["acronym"], whole) else None
        if re.search(r" (?:of|for|on|de|del|de la|para) ", name):
            return capital.end()
        # `Tertiary and Vocational Education Commission`: two adjectives before one head noun
        shared = re.fullmatch(r"[A-Z][a-z]+(?:al|ary|ic|ive|an|ish|ous)", name)
        headed_by = self.lexicon.compiled(r"(?:[A-Z][\w'-]* ){1,4}?(?=" + self.head.pattern + ")").match(text, position)
        return capital.end() if shared and headed_by else None


def _abbreviates(acronym: str, name: str) -> bool:
    """Whether an acronym is made of a name's initials, from its first on: `SDC` of `Swiss Agency for Development …`."""
    initials = iter(word[0] for word in re.findall(r"[A-Z][\w'-]*", name))
    return acronym[0] == name[0] and all(letter in initials for letter in acronym if letter.isupper())
