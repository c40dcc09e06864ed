"""Subjects of clauses: the organisations and states before a verb.

`[In 2018,] X and Y[, with the support of Z,] launched …`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from gcmgraph.lexicon.names_in_texts import Mention
from gcmreader.extraction.organisation_names import OrganisationReader
from gcmreader.extraction.organisations import NamedOrganisation
from gcmreader.lexicon import Lexicon, in_all_languages

#: Maximum number of joints at which a second clause is searched. A sentence with more is a list.
MAX_JOINTS = 20
#: Characters before a name that are searched for words that make it a partner.
PARTNER_CONTEXT = 160

_and = in_all_languages("words", "and")
_article = in_all_languages("words", "article")
#: a second clause in a sentence: `X led the network and [the European Union financed it]`
_AND = re.compile(rf" (?:{_and}) (?={_article}|[A-ZÀ-Ý])")
_BRACKETS = re.compile(r" \([^()]*\)")
#: an adverbial with a year, up to the article of a name
_YEAR_BEFORE_NAME = re.compile(r"(?:19|20)\d\d,? (?:the |l'|la |le |el )?$")


@dataclass(frozen=True)
class Sentence:
    """A sentence of a text: its index from 0, start and end."""

    index: int
    start: int
    end: int


@dataclass(frozen=True)
class Subject:
    """Organisations and states in subject position, and where their verb begins."""

    organisations: tuple[NamedOrganisation, ...]
    states: tuple[Mention, ...]
    verb_start: int
    #: index of the sentence
    sentence: int
    #: whether its clause begins the sentence
    begins_sentence: bool = False
    #: the states in a list with the organisations: `[Kenya] and UNICEF`
    listed_states: tuple[NamedOrganisation, ...] = ()

    @property
    def is_state(self) -> bool:
        """Whether states, or governments, are the subject."""
        has_subject = bool(self.organisations or self.states)
        return has_subject and all(named.organisation.state for named in self.organisations)


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
        """The subjects of the clauses of a sentence."""
        for clause_start in self._clause_starts(sentence):
            subject = self._subject(sentence, clause_start)
            if subject is not None:
                yield subject

    def _clause_starts(self, sentence: Sentence) -> Iterable[int]:
        """The starts of clauses, each once.

        Of the sentence, after wordings, and after `and` before a known name.
        """
        clauses = self.pattern("clause").finditer(self.text, sentence.start, sentence.end)
        starts = [sentence.start, *(clause.end() for clause in clauses)]
        joints = _AND.finditer(self.text, sentence.start, sentence.end)
        for joint in islice(joints, MAX_JOINTS):
            if not self.names.begins_known(joint.end()):
                continue
            if not self.gives_before(joint.start(), sentence.start):
                starts.append(joint.end())
        return dict.fromkeys(starts)

    def _subject(self, sentence: Sentence, clause_start: int) -> Subject | None:
        start = self._past_adverbials(clause_start, sentence.end)
        subject_list = self.names.read_list(start)
        organisations = subject_list.organisations
        end = subject_list.end
        states = self.names.countries_named(start, max(end, start + 1))
        if not organisations and not states:
            return None
        together = self.pattern("together").match(self.text, end)
        if together:
            second_list = self.names.read_list(together.end())
            organisations = [*organisations, *second_list.organisations]
            end = second_list.end
        organisations = [named for named in organisations if self.names.is_strong(named)]
        end = self.names.past_place(self.names.past_office(end))
        return Subject(
            tuple(organisations),
            tuple(states),
            self._verb_start(end, sentence.end),
            sentence.index,
            begins_sentence=clause_start == sentence.start,
            listed_states=self._listed_states(start, states) if organisations else (),
        )

    def _listed_states(
        self, start: int, states: Sequence[Mention]
    ) -> tuple[NamedOrganisation, ...]:
        """The states that are items of the list at a position."""
        if not states:
            return ()
        state_starts = {state.start for state in states}
        listed = self.names.read_list(start, states=True).organisations
        return tuple(named for named in listed if named.start in state_starts)

    def _past_adverbials(self, position: int, end: int) -> int:
        """Past words before a subject: `In 2018, `.

        Only `From 2015 to 2019 ` where the verb comes before a comma.
        """
        adverbial_end = self._adverbial_end(position, end)
        while adverbial_end is not None:
            position = adverbial_end
            adverbial_end = self._adverbial_end(position, end)
        return position

    def _adverbial_end(self, position: int, end: int) -> int | None:
        """The end of the adverbial at a position; None where there is none."""
        for name in ("adverbial", "adverbial_dated"):
            match = self.pattern(name).match(self.text, position)
            if match and match.end() < end and not self._has_verb(match[0]):
                return self._first_name(position, match.end())
        return None

    def _first_name(self, start: int, end: int) -> int:
        """The start of the first known organisation that an adverbial wrongly includes.

        `In 2016, [X], Y and …`.
        """
        for mention in self.names.mentions_between(start + 1, end):
            words_before = self.text[start : mention.start]
            if mention.is_organisation and _YEAR_BEFORE_NAME.search(words_before):
                return mention.start
        return end

    def _has_verb(self, adverbial: str) -> bool:
        """Whether what looks like an adverbial already has the verb (`In 2018 X launched Y, …`)."""
        verb = self.lexicon.fragment("roles", "lead_verb").replace(",? ?", " ", 1)
        participle = rf"(?! (?:{self.lexicon.fragment('words', 'after_participle')})\b)"
        return bool(self.lexicon.compiled(verb + participle).search(adverbial))

    def _verb_start(self, position: int, end: int) -> int:
        """Start of the verb of a subject that ends at `position`.

        Past insertions and adjectives.
        """
        if not self.is_verb(position, "partner_verb", "lead_verb"):
            position = _past_insertions(self.text, position, end)
        nationality = self.pattern("nationality").match(self.text, position)
        return nationality.end() if nationality else position

    def gives_before(self, position: int, start: int) -> bool:
        """Whether the clause up to `position` makes partners of what it names.

        `funded by the [programme of X]`.
        """
        comma = self.text.rfind(", ", start, position)
        clause_start = max(start, position - PARTNER_CONTEXT, comma)
        return any(
            self.pattern(phrase).search(self.text, clause_start, position)
            for phrase in ("partner_by", "partner_with")
        )

    def is_verb(self, position: int, *names: str) -> bool:
        """Whether a verb of one of the wordings is at a position."""
        return any(self.pattern(name).match(self.text, position) for name in names)


def _past_insertions(text: str, position: int, end: int) -> int:
    """Past insertions between subject and verb, set off by brackets, commas or dashes.

    >>> text = "UNHCR (the lead), with IOM (2019, 2020), runs it."
    >>> text[_past_insertions(text, 5, len(text)):]
    ' runs it.'
    """
    brackets = _BRACKETS.match(text, position, end)
    if brackets:
        position = brackets.end()
    position = _past_insertion(text, position, end, opening=", ", closing=",")
    return _past_insertion(text, position, end, opening=" - ", closing=" - ")


def _past_insertion(text: str, position: int, end: int, *, opening: str, closing: str) -> int:
    """Past an insertion, before the space of the next word.

    Marks within brackets do not close it.
    """
    if not text.startswith(opening, position):
        return position
    depth = 0
    for index in range(position + len(opening), end):
        depth += (text[index] == "(") - (text[index] == ")")
        if depth == 0 and text.startswith(closing, index):
            return index + len(closing.rstrip())
    return position
