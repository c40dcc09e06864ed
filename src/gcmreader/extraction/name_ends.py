"""Ends of unknown names of organisations, by how names are built.

The structure of a name gives its end: capitalised words, linking words between them, and, after a
head noun (`Ministry`, `Fédération`), what a language lets follow the noun: in French words in lower
case, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gcmgraph.lexicon.names_in_texts import Mention
from gcmreader.lexicon import Lexicon, in_all_languages

#: Longest name, in characters.
MAX_NAME = 160

_and = in_all_languages("words", "and")
_article = in_all_languages("words", "article")
_of = in_all_languages("words", "of")
_CAPITALISED = re.compile(r"(?:[\"«] ?)?[A-ZÀ-ÝŒ][\w&.'-]*(?:(?<!\.)(?: ?[\"»]))?")
_NEXT_CAPITALISED = re.compile(r"[ -]" + _CAPITALISED.pattern)
_LOWER_CASE_WORD = re.compile(r"[a-zà-ÿœ][\w'-]*")
_CAPITALISED_WORD = re.compile(r"[A-Z][\w'-]*")
#: what follows a verb and no adjective of a name: `la Caisse … opère [depuis 2017 un guichet]`
_OBJECT_OF_A_VERB = re.compile(r" (?:depuis|une?|les?|la|l'|desde|el|los|las|una)\b")
#: the rest of a name up to its acronym
_REST = re.compile(r"(?P<words>(?:[ -][A-ZÀ-Ý][\w'-]*)*) \((?P<acronym>[A-Z][\w-]*)\)")
#: `and` with nothing else, and `and` with an article
_BARE_AND = re.compile(rf" (?:{_and}) ")
_AND_ARTICLE = re.compile(rf" (?:{_and}) (?:{_article})")
#: a linking word after which a name goes on over `and`: `Ministry [of] Labour and Social Affairs`
_GOVERNING_LINK = re.compile(r" (?:of|for|on|de|del|de la|para) ")
#: matches no text
_NEVER = "(?!)"


class NameEnds:
    """Finds where names end in one text."""

    def __init__(self, text: str, mentions: Iterable[Mention], lexicon: Lexicon) -> None:
        self.text = text
        self.lexicon = lexicon
        self._mention_starts = frozenset(mention.start for mention in mentions)
        self.head = lexicon.compiled(lexicon.fragment("names", "head") + r"\b")
        self._link = lexicon.pattern("names", "link")
        #: characters before a linking word that its pattern leaves out: a space, in some languages
        self._space_before_link = 0 if self._link.pattern.startswith("(?: ") else 1
        stop = lexicon.fragment("names", "stop") or _NEVER
        self._stop = lexicon.compiled(rf"(?:{stop})\b|\d")
        adjective = lexicon.fragment("names", "adjective")
        self._adjective = lexicon.compiled(rf"(?:{adjective}|{_nationality_after_noun(lexicon)})")
        joint = f",? (?:{lexicon.fragment('words', 'and')}) (?:{_of}|{_article})?"
        self._and_within_name = lexicon.compiled(joint)
        self._not_a_name = lexicon.compiled(rf"(?:{lexicon.fragment('names', 'not_a_name')})\b")
        self._in_lower_case = lexicon.fragment("names", "lower_case") == "yes"

    def name_end(self, start: int, *, described: bool) -> int | None:
        """The end of the unknown name that begins at `start`, or None where no name begins.

        `described`: the words before it say that it is an organisation.
        """
        text = self.text
        lower_head = self.lexicon.pattern("names", "lower_head").match(text, start)
        if lower_head:
            end = self._linked_end(lower_head.end(), headed=False)
            return None if end is None else self._complete_end(start, end, headed=False)
        head = self.head.match(text, start)
        if head is None and self._not_a_name.match(text, start):
            return None
        first_word = _CAPITALISED.match(text, start)
        if first_word is None:
            return None
        headed = head is not None or (described and self._in_lower_case)
        return self._complete_end(start, first_word.end(), headed)

    def _complete_end(self, start: int, end: int, headed: bool) -> int:
        """The end of a name that reaches from `start` at least to `end`."""
        while end - start < MAX_NAME:
            next_end = self._extended_end(start, end, headed)
            if next_end is None:
                break
            end = next_end
        while self.text[end - 1] in ".,'":
            end -= 1
        return end

    def _extended_end(self, start: int, end: int, headed: bool) -> int | None:
        """The end of the name with its next piece, or None where the name is complete."""
        text = self.text
        if text[end - 1] in ",;:.":
            return None
        capitalised = _NEXT_CAPITALISED.match(text, end)
        if capitalised:
            return capitalised.end()
        joint = self._and_within_name.match(text, end)
        if joint:
            return self._conjunct_end(text[start:end], joint, headed)
        if text.startswith(" ", end):
            link = self._link.match(text, end + self._space_before_link)
            if link:
                return self._linked_end(link.end(), headed)
        return self._adjective_end(end) if headed else None

    def _adjective_end(self, end: int) -> int | None:
        """The end of the adjective after a name; None where none follows, or a verb like one."""
        adjective = self._adjective.match(self.text, end)
        if adjective is None or self._stop.match(self.text, end + 1):
            return None
        is_verb = _OBJECT_OF_A_VERB.match(self.text, adjective.end())
        return None if is_verb else adjective.end()

    def _linked_end(self, position: int, headed: bool) -> int | None:
        """The end of the word after a linking word (`of`, `de la`) with which a name can go on."""
        text = self.text
        capitalised = _CAPITALISED.match(text, position)
        if capitalised:
            return capitalised.end()
        if not headed or not self._in_lower_case:
            return None
        if self.lexicon.pattern("names", "determiner").match(text, position):
            return None
        word = _LOWER_CASE_WORD.match(text, position)
        return word.end() if word else None

    def _conjunct_end(self, name: str, joint: re.Match[str], headed: bool) -> int | None:
        """The end of `Labour and Social Affairs` within one name.

        None where `and` joins two organisations.

        `name` is the part before the joint.
        """
        position = joint.end()
        if joint[0].startswith(",") or _AND_ARTICLE.match(joint[0]):
            return None
        if self._begins_organisation(position):
            return None
        if self._in_lower_case:
            is_capitalised = not self.text[position : position + 1].islower()
            if is_capitalised and _BARE_AND.fullmatch(joint[0]):
                return None
            stops = self._stop.match(self.text, position)
            return None if stops else self._linked_end(position, headed)
        capitalised = _CAPITALISED.match(self.text, position)
        if capitalised is None or _is_acronym(capitalised[0]):
            return None
        rest = _REST.match(self.text, capitalised.end())
        if rest:
            whole_name = f"{name} {capitalised[0]}{rest['words']}"
            is_one_name = _abbreviates(rest["acronym"], whole_name)
        else:
            is_one_name = _GOVERNING_LINK.search(f"{name} ") is not None
        return capitalised.end() if is_one_name else None

    def _begins_organisation(self, position: int) -> bool:
        """Whether a known name, a head noun or a description (`the NGO`) is at a position."""
        descriptor = self.lexicon.pattern("names", "descriptor")
        return bool(
            position in self._mention_starts
            or self.head.match(self.text, position)
            or descriptor.match(self.text, position)
        )


def _nationality_after_noun(lexicon: Lexicon) -> str:
    """The pattern of a nationality, in languages that have it after the noun.

    Else one without a match.
    """
    if lexicon.fragment("names", "postposed") != "yes":
        return _NEVER
    return rf" (?:{'|'.join(lexicon.table('adjectives').values())})(?![\w-])"


def _is_acronym(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _abbreviates(acronym: str, name: str) -> bool:
    """Whether an acronym is made of a name's initials in their order, from the first on.

    >>> _abbreviates("SDC", "Swiss Agency for Development and Cooperation")
    True
    >>> _abbreviates("ADC", "Swiss Agency for Development and Cooperation")
    False
    """
    initials = iter(word[0] for word in _CAPITALISED_WORD.findall(name))
    has_initials = all(letter in initials for letter in acronym if letter.isupper())
    return acronym[0] == name[0] and has_initials
