"""Subjects of the clauses of a practice's text: the organisations and states before a verb, and where it begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from gcmgraph.names import Mention
from gcmreader.extraction.entities.named import NamedOrganisation
from gcmreader.extraction.entities.organisations import OrganisationReader
from gcmreader.lexicon import Lexicon, in_all_languages

#: Sentences, counted from 0, in which an active verb makes its subject a lead. Later ones describe effects.
OPENING = 2
#: Wordings after which partners are named.
PARTNER_PHRASES = ("partner_with", "partner_made_with", "partner_by")
#: Most characters between a phrase and a name that its article takes: `avec l'appui [de la ]…`
ARTICLE_WIDTH = 7
#: Characters before a name that are searched for words that make it a partner.
NEAR = 160
#: Most commas of an insertion between a subject and its verb.
_MOST_COMMAS = 6
#: before what a subject acts with
_WITH = re.compile(r", (?:with|avec|con) ")
#: a second clause in a sentence: `X led the network and [the European Union financed it]`
_MOST_JOINTS = 20  # a sentence with more is a list
_AND = re.compile(rf" (?:{in_all_languages('words', 'and')}) (?={in_all_languages('words', 'article')}|[A-ZÀ-Ý])")


@dataclass(frozen=True)
class Subject:
    """Organisations and states in subject position, and where their verb begins."""

    named: tuple[NamedOrganisation, ...]
    states: tuple[Mention, ...]
    verb_at: int
    sentence: int
    #: whether its clause begins the sentence
    first: bool = False
    #: the states in a list with those named: `[Kenya] and UNICEF`
    beside: tuple[NamedOrganisation, ...] = ()


Sentence = tuple[int, int, int]


class SubjectReader:
    """Reads the subjects of a text, with the wordings of its language."""

    def __init__(self, text: str, names: OrganisationReader, lexicon: Lexicon) -> None:
        self.text = text
        self.names = names
        self.lexicon = lexicon

    def pattern(self, name: str) -> re.Pattern[str]:
        """A wording of roles in the language of the text."""
        return self.lexicon.pattern("roles", name, re.IGNORECASE)

    def subjects(self, sentence: Sentence) -> Iterator[Subject]:
        """The subjects of the clauses of a sentence: `[In 2018,] X and Y[, with the support of Z,] launched …`."""
        index, start, end = sentence
        clauses = [m.end() for m in self.pattern("clause").finditer(self.text, start, end)]
        joints = islice(_AND.finditer(self.text, start, end), _MOST_JOINTS)
        clauses += [
            m.end() for m in joints if self.names.begins_known(m.end()) and not self.gives_before(m.start(), start)
        ]
        for position in dict.fromkeys((start, *clauses)):
            subject = self._subject(index, position, end, first=position == start)
            if subject is not None:
                yield subject

    def _subject(self, index: int, position: int, end: int, *, first: bool) -> Subject | None:
        text = self.text
        while (past := self._past_adverbial(position, end)) is not None:
            position = past
        named, after = self.names.read_list(position)
        states = self.names.states_named(position, max(after, position + 1))
        if not named and not states:
            return None
        together = self.pattern("together").match(text, after)
        if together:
            more, after = self.names.read_list(together.end())
            named = [*named, *more]
        named = [item for item in named if self.names.is_strong(item)]
        listed = self.names.read_list(position, states=True)[0] if named and states else []
        beside = tuple(item for item in listed if item.start in {state.start for state in states})
        after = self.names.past_place(self.names.past_office(after))
        verb_at = self._verb_after(after, end)
        return Subject(tuple(named), tuple(states), verb_at, index, first, beside)

    def _past_adverbial(self, position: int, end: int) -> int | None:
        """Past words before a subject: `In 2018, `; only `From 2015 to 2019 ` where the verb comes before a comma."""
        for name in ("adverbial", "adverbial_dated"):
            match = self.pattern(name).match(self.text, position)
            if match and match.end() < end and not self._holds_verb(match[0]):
                return self._first_name(position, match.end())
        return None

    def _first_name(self, start: int, end: int) -> int:
        """The start of the first known organisation that an adverbial wrongly includes: `In 2016, [X], Y and …`."""
        for mention in self.names.mentions_between(start + 1, end):
            before = self.text[start : mention.start]
            if mention.is_organisation and re.search(r"(?:19|20)\d\d,? (?:the |l'|la |le |el )?$", before):
                return mention.start
        return end

    def _verb_after(self, position: int, end: int) -> int:
        """Start of the verb of a subject that ends at `position`: past insertions and adjectives."""
        if not self.is_verb(position, "partner_verb", "lead_verb"):
            position = _past_insertion(self.text, position, end)
        nationality = self.pattern("nationality").match(self.text, position)
        return nationality.end() if nationality else position

    def gives_before(self, position: int, start: int) -> bool:
        """Whether the clause up to `position` makes partners of what it names: `funded by the [programme of X]`."""
        clause = max(start, position - NEAR, self.text.rfind(", ", start, position))
        return any(
            self.pattern(phrase).search(self.text, clause, position) for phrase in ("partner_by", "partner_with")
        )

    def is_verb(self, position: int, *names: str) -> bool:
        """Whether a verb of one of the wordings is at a position."""
        return any(self.pattern(name).match(self.text, position) for name in names)

    def _holds_verb(self, adverbial: str) -> bool:
        """Whether what looks like an adverbial already holds the verb (`In 2018 X launched Y, …`)."""
        verb = self.lexicon.fragment("roles", "lead_verb").replace(",? ?", " ", 1)
        participle = rf"(?! (?:{self.lexicon.fragment('words', 'after_participle')})\b)"
        return bool(self.lexicon.compiled(verb + participle).search(adverbial))


def _past_insertion(text: str, position: int, end: int) -> int:
    """Past an insertion between subject and verb, set off by commas, dashes or brackets."""
    bracket = re.compile(r" \([^()]*\)").match(text, position, end)
    if bracket:
        position = bracket.end()
    for mark in (", ", " - "):
        if text.startswith(mark, position):
            depth, at = 0, position + len(mark)
            closing = -1
            while at < end:
                depth += {"(": 1, ")": -1}.get(text[at], 0)
                if depth == 0 and text.startswith(mark.rstrip() if mark == ", " else mark, at):
                    closing = at
                    break
                at += 1
            if closing > 0:
                return closing + (1 if mark == ", " else len(mark) - 1)
    return position
