"""Subjects of the clauses of a practice's text: the organisations and states before a verb, and where it begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

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
        yield from self._relatives(sentence)

    def _subject(self, index: int, position: int, end: int, *, first: bool) -> Subject | None:
        text = self.text
        while (past := self._past_adverbial(position, end)) is not None:
            position = past
        named, after = self._list_of_subjects(position)
        states = self.names.states_named(position, max(after, position + 1))
        if not named and not states:
            return None
        together = self.pattern("together").match(text, after)
        if together:
            more, after = self.names.read_list(together.end())
            named = [*named, *more]
        named = [item for item in named if self.names.is_strong(item)]
        own_end = self.names.past_place(self.names.past_office(after))
        after = self._past_parent(own_end) if named else own_end
        states += self.names.countries_named(own_end, after)
        beside = self._states_beside(position) if named and states else ()
        verb_at = self._verb_after(after, end)
        return Subject(tuple(named), tuple(states), verb_at, index, first, beside)

    def _list_of_subjects(self, position: int) -> tuple[list[NamedOrganisation], int]:
        """The organisations of a subject, up to those that it acts with: `[X and Y], with Z support, …`."""
        named, after = self.names.read_list(position)
        for number, (one, other) in enumerate(pairwise(named), start=1):
            if _WITH.match(self.text, one.end, other.start):
                return named[:number], one.end
        return named, after

    def _states_beside(self, position: int) -> tuple[NamedOrganisation, ...]:
        """The states themselves in a list of subjects, not those that a body is of: `Kenya and UNICEF`."""
        listed, _ = self.names.read_list(position, states=True)
        countries = {m.start for m in self.names.countries()}
        return tuple(item for item in listed if item.organisation.state is not None and item.start in countries)

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
            position = self._past_insertions(position, end)
        position = self._past_others(position)
        nationality = self.pattern("nationality").match(self.text, position)
        return nationality.end() if nationality else position

    def _past_parent(self, position: int) -> int:
        """Past the body of which a subject is a part, where a verb follows: `the Office (O) [of the Ministry] runs`."""
        link = self.lexicon.compiled(rf" (?:{self.lexicon.fragment('words', 'of')})").match(self.text, position)
        parent, after = self.names.read_one(link.end()) if link else (None, position)
        after = self.names.past_place(after) if parent else position
        return after if self.is_verb(after, "lead_verb", "partner_verb", "active_verb") else position

    def _past_insertions(self, position: int, end: int) -> int:
        """Past an insertion, with as many of its commas as precede the verb of leading."""
        first = past = _past_insertion(self.text, position, end)
        for _ in range(_MOST_COMMAS):
            if self.is_verb(past, "lead_verb") or not self.text.startswith(", ", position):
                return past
            comma = self.text.find(", ", past, end)
            if comma < 0:
                break
            past = comma + 1
        return first

    def _past_others(self, position: int) -> int:
        """Past people who act with it, where the verb follows: `X [and four nursing schools] take part`."""
        others = self.lexicon.compiled(rf" (?:{self.lexicon.fragment('words', 'and')})(?: [a-zà-ÿœ'-]+){{2,6}}").match(
            self.text, position
        )
        for word in re.finditer(r" (?=[a-z])", others[0]) if others else ():
            if self.is_verb(position + word.start(), "partner_verb", "lead_verb"):
                return position + word.start()
        return position

    def _relatives(self, sentence: Sentence) -> Iterator[Subject]:
        """`…, X and Y, which then helped …`: the organisations just before a relative pronoun."""
        index, start, end = sentence
        relatives = list(self.pattern("relative").finditer(self.text, start, end))
        if not relatives:
            return
        ending: dict[int, list[NamedOrganisation]] = {}
        for mention in self.names.mentions:
            if mention.is_organisation and start <= mention.start < relatives[-1].start():
                named, after = self.names.read_list(mention.start)
                if named:
                    ending.setdefault(after, named)
        for match in relatives:
            if match.start() in ending:
                own = tuple(ending[match.start()])
                if not self._are_partners(own[0].start, start):
                    yield Subject(own, (), match.end(), max(index, OPENING))

    def gives_before(self, position: int, start: int) -> bool:
        """Whether the clause up to `position` makes partners of what it names: `funded by the [programme of X]`."""
        clause = max(start, position - NEAR, self.text.rfind(", ", start, position))
        return any(
            self.pattern(phrase).search(self.text, clause, position) for phrase in ("partner_by", "partner_with")
        )

    def _are_partners(self, position: int, start: int) -> bool:
        """Whether the words just before `position` make partners of those named there."""
        near = max(start, position - NEAR)
        for phrase in PARTNER_PHRASES:
            for match in self.pattern(phrase).finditer(self.text, near, position):
                if position - match.end() <= ARTICLE_WIDTH:
                    return True
        return False

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
