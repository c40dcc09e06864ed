"""Leads and participants of a practice, and the subjects of its clauses.

Three wordings are read, each from the lexicon: names after a phrase (`in partnership with X`),
names after a passive (`implemented by X and Y`), and names before a verb (`X and Y jointly ran`).
Explicit wordings go first. A verb or a participle without a role of its own gives the lead in the
opening sentences only, where no wording names one; whoever acts later is a partner. A name that
only occurs (a cited author, an observer, a standard) has no role.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from gcmgraph.lexicon.names_in_texts import Mention
from gcmgraph.rdf.terms import IRI
from gcmreader.extraction.clauses import Extracted, ReadPassage
from gcmreader.extraction.organisations import (
    NamedOrganisation,
    Organisation,
    OrganisationReader,
    same_organisation,
)
from gcmreader.lexicon import Lexicon, in_all_languages

#: Sentences, counted from 0, in which an active verb makes its subject a lead. Later ones describe
#: effects.
OPENING = 2
#: Wordings after which partners are named.
PARTNER_PHRASES = ("partner_with", "partner_made_with", "partner_by")
#: Most characters between a phrase and a name that its article takes: `avec l'appui [de la ]…`
ARTICLE_WIDTH = 7
#: Characters before a name that are searched for words that make it a partner.
NEAR = 160
#: a second clause in a sentence: `X led the network and [the European Union financed it]`
_MOST_JOINTS = 20  # a sentence with more is a list
_AND = re.compile(
    rf" (?:{in_all_languages('words', 'and')}) (?={in_all_languages('words', 'article')}|[A-ZÀ-Ý])"
)


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
            m.end()
            for m in joints
            if self.names.begins_known(m.end()) and not self.gives_before(m.start(), start)
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
        states = self.names.countries_named(position, max(after, position + 1))
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
            if mention.is_organisation and re.search(
                r"(?:19|20)\d\d,? (?:the |l'|la |le |el )?$", before
            ):
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
            self.pattern(phrase).search(self.text, clause, position)
            for phrase in ("partner_by", "partner_with")
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
    """Past an insertion between subject and verb, set off by brackets, commas or dashes."""
    if bracket := re.compile(r" \([^()]*\)").match(text, position, end):
        position = bracket.end()
    for mark, closing in ((", ", ","), (" - ", " - ")):
        depth = 0
        for at in range(position + len(mark), end) if text.startswith(mark, position) else ():
            depth += {"(": 1, ")": -1}.get(text[at], 0)
            if depth == 0 and text.startswith(closing, at):
                position = at + (1 if mark == ", " else len(mark) - 1)
                break
    return position


#: Characters before a name that are searched for words that make it a part of something else.
_BEFORE = 40
#: Characters that the words about an act, up to who adopted it, have at most.
_REACH = 300


@dataclass
class Roles:
    """Leads and partners, each once, with the stretch that gives the role."""

    leads: list[Extracted[Organisation]] = field(default_factory=list)
    partners: list[Extracted[Organisation]] = field(default_factory=list)
    #: known organisations that the text names without a role
    involved: list[Extracted[Organisation]] = field(default_factory=list)
    #: states that act themselves, or whose bodies do, and their spans
    acting_states: list[Extracted[IRI]] = field(default_factory=list)
    #: the sentence (its index) in which the first lead was found
    lead_sentence: int | None = None

    def add(self, into: list[Extracted[Organisation]], found: Extracted[Organisation]) -> None:
        """Keep a finding, unless the organisation has a role already."""
        if not any(
            same_organisation(found.value, known.value) for known in (*self.leads, *self.partners)
        ):
            into.append(found)


class RoleReader:
    """Reads the roles in a practice's title and text."""

    def __init__(
        self, title: ReadPassage, passage: ReadPassage, names: OrganisationReader, lexicon: Lexicon
    ) -> None:
        self.title = title
        self.passage = passage
        self.text = passage.text
        self.names = names
        self.lexicon = lexicon
        self.roles = Roles()
        self.clauses = SubjectReader(self.text, names, lexicon)
        self.sentences = [
            (index, start, end)
            for index, (start, end) in enumerate(passage.sentences)
            if not self.clauses.pattern("not_main").match(self.text[start:end])
        ]
        #: where the opening sentences end
        self.opening_end = max(
            (end for index, _, end in self.sentences if index < OPENING), default=0
        )
        self.subjects = [
            subject for sentence in self.sentences for subject in self.clauses.subjects(sentence)
        ]

    def read(self) -> Roles:
        """The leads and partners, and others that are named."""
        for sentence in self.sentences:
            self._led_by(sentence, ("joint", "lead_by"))
        self._lead_by_verb()
        opening = [
            subject for subject in self.subjects if subject.sentence < OPENING and subject.named
        ]
        self._lead_otherwise(
            [
                s
                for s in opening
                if self._acts(s) and not self.clauses.is_verb(s.verb_at, "partner_verb")
            ]
        )
        if not self.roles.leads:
            for sentence in self.sentences[:OPENING]:
                self._led_by(sentence, ("any_by",))
        self._lead_otherwise(
            [s for s in opening if self.clauses.is_verb(s.verb_at, "supporting_verb")]
        )
        for _, start, end in self.sentences:
            for phrase in PARTNER_PHRASES:
                for match in self.clauses.pattern(phrase).finditer(self.text, start, end):
                    self._add_list(self.roles.partners, match.start(), match.end())
        for subject in self.subjects:
            if self._acts(subject):
                self._partner(subject)
        self._of_country_in_title()
        self._involve()
        self._only_one_introduced()
        return self.roles

    def _lead_by_verb(self) -> None:
        """Make leads of the subjects of verbs of leading; of several states, each one, anywhere in the text."""
        # where another has the lead, only the main clause of the first sentence adds to it
        led = bool(self.roles.leads)
        for subject in self.subjects:
            adds = subject.sentence == 0 and subject.first if led else subject.sentence < OPENING
            if self.clauses.is_verb(subject.verb_at, "lead_verb") and (
                adds or not self.roles.leads
            ):
                self._lead(subject)
        for subject in self.subjects:
            if self.clauses.is_verb(subject.verb_at, "lead_verb") and any(
                i.organisation.state for i in subject.named
            ):
                self._lead(
                    replace(subject, named=tuple(i for i in subject.named if i.organisation.state))
                )
        if all(lead.value.state is not None for lead in self.roles.leads):
            for subject in self.subjects:
                if _is_state(subject) and self.clauses.is_verb(
                    subject.verb_at, "lead_verb", "state_verb"
                ):
                    self._lead(subject)

    def _involve(self) -> None:
        """Keep the known organisations that have no role: the text names them, and that is all it says."""
        for mention in self.names.mentions:
            if not mention.is_organisation or self.clauses.pattern("mentioned").search(
                self.text[: mention.start][-_BEFORE:]
            ):
                continue
            if self.clauses.pattern("mentioned_after").match(self.text, mention.end):
                continue
            organisation = Organisation(
                mention.iri, self.passage.view.shown_at(mention.start, mention.end)
            )
            found = self.passage.extracted(organisation, mention.start, mention.end)
            if not any(same_organisation(organisation, one.value) for one in self.roles.involved):
                self.roles.add(self.roles.involved, found)

    def _only_one_introduced(self) -> None:
        """Make the lead the one known organisation that the text names, in its opening, where nobody has a part."""
        roles = self.roles
        if len(roles.involved) == 1 and not (roles.leads or roles.partners or roles.acting_states):
            (only,) = roles.involved
            if only.span.start < self.passage.view.span(0, max(self.opening_end, 1)).end:
                roles.leads.append(roles.involved.pop())

    def _of_country_in_title(self) -> None:
        """Make the government the lead of what the title says is the country's, where nobody else has a part.

        `[Zambia]'s National Referral Mechanism`, `Mécanisme national d'orientation de [la Zambie]`.
        """
        countries = [
            m
            for m in self.names.gazetteer.mentions(self.title.text, self.lexicon.language)
            if m.is_country
        ]
        if self.roles.leads or self.roles.partners or len(countries) != 1:
            return
        (country,) = countries
        practice = self.lexicon.fragment("places", "practice")
        of = self.lexicon.fragment("words", "of")
        article = rf"(?:{self.lexicon.fragment('words', 'article')})?"
        of_country = self.lexicon.compiled(
            rf"(?i:{article}(?:[\w'-]+ ){{0,2}}?{practice}) (?:[\w'-]+ ){{0,6}}?(?:{of})(?i:{article})"
        )
        whole, end = self.title.text, country.end
        owns = country.start == 0 and re.match(
            rf"'s? (?:[\w'-]+ ){{0,5}}?(?i:{practice})(?!\w)", whole[end:]
        )
        if owns or (end == len(whole) and of_country.fullmatch(whole, 0, country.start)):
            name = self.title.view.shown_at(country.start, end)
            organisation = Organisation(None, name, state=country.iri)
            self.roles.add(self.roles.leads, self.title.extracted(organisation, country.start, end))

    # after a phrase or a passive

    def _led_by(self, sentence: Sentence, phrases: tuple[str, ...]) -> None:
        index, start, end = sentence
        for phrase in phrases:
            for match in self.clauses.pattern(phrase).finditer(self.text, start, end):
                if phrase == "joint" and self.clauses.gives_before(match.start(), start):
                    continue
                if phrase != "joint" and (
                    self._is_by_another(phrase, match) or self._is_of_instrument(match, start)
                ):
                    continue
                before = len(self.roles.leads)
                self._add_list(self.roles.leads, match.start(), match.end())
                if len(self.roles.leads) > before and self.roles.lead_sentence is None:
                    self.roles.lead_sentence = index

    def _is_of_instrument(self, match: re.Match[str], start: int) -> bool:
        """Whether the words before an agent speak of an act, or of what the practice is based on."""
        before = max(start, match.end() - _REACH)
        return bool(self.clauses.pattern("instrument").search(self.text, before, match.end()))

    def _is_by_another(self, phrase: str, match: re.Match[str]) -> bool:
        """Whether the agent of a passive is that of a later participle: `launched in 2018 and [funded by] X`."""
        last = self.clauses.pattern("participle_by").search(
            self.text, match.start() + 1, match.end()
        )
        return (
            last is not None and self.clauses.pattern(phrase).match(self.text, last.start()) is None
        )

    def _add_list(self, into: list[Extracted[Organisation]], start: int, position: int) -> int:
        """Keep the organisations named from `position`; one of which a relative clause says otherwise, there."""
        led = (
            into is self.roles.leads
            and position < self.opening_end
            and bool(self.names.countries_named(position, position + 1 + ARTICLE_WIDTH))
            and bool(self.clauses.pattern("lead_by").match(self.text, start))
        )
        named, end = self.names.read_list(
            position, states=led or self._gives(into, start, position)
        )
        gives = self._gives(into, start, position)
        for item in named:
            if not self.names.is_plausible(item, gives=gives):
                continue
            self.roles.add(into, self.passage.extracted(item.organisation, start, item.end))
            if into is self.roles.leads or (item.organisation.state is not None and not gives):
                self._home(item)
        return end

    def _gives(self, into: list[Extracted[Organisation]], start: int, position: int) -> bool:
        """Whether the words before a list make partners of states too: words of support and money."""
        return into is self.roles.partners and bool(
            self.clauses.pattern("funding").search(self.text, start, position)
        )

    def _acts(self, subject: Subject) -> bool:
        """Whether the verb is one of acting, not of saying, watching or undergoing."""
        says = self.clauses.is_verb(subject.verb_at, "no_role_verb")
        return not says and self.clauses.is_verb(
            subject.verb_at, "lead_verb", "partner_verb", "active_verb"
        )

    def _lead_otherwise(self, subjects: list[Subject]) -> None:
        """Make subjects leads where no organisation was said to be one."""
        if not self.roles.leads:
            for subject in subjects:
                self._lead(subject)

    def _partner(self, subject: Subject) -> None:
        givers = tuple(item for item in subject.named if self.names.is_plausible(item))
        if not givers and self.clauses.is_verb(subject.verb_at, "giver_verb"):
            givers = tuple(self.names.states(m.start for m in subject.states))
        for item in givers:
            self.roles.add(
                self.roles.partners, self.passage.extracted(item.organisation, item.start, item.end)
            )

    def _lead(self, subject: Subject) -> None:
        own = [item for item in subject.named if self.names.is_plausible(item)]
        own += [state for state in subject.beside if own]
        for item in own or self.names.states(m.start for m in subject.states):
            self.roles.add(
                self.roles.leads, self.passage.extracted(item.organisation, item.start, item.end)
            )
            self._home(item)
        if self.roles.lead_sentence is None:
            self.roles.lead_sentence = subject.sentence

    def _home(self, item: NamedOrganisation) -> None:
        """Keep the country that a government or a national body is of: `the Commission (TVEC) of Sri Lanka`."""
        if item.organisation.state is not None:
            self.roles.acting_states.append(
                self.passage.extracted(item.organisation.state, item.start, item.end)
            )
        elif item.organisation.iri and (home := self.names.gazetteer.home(item.organisation.iri)):
            self.roles.acting_states.append(self.passage.extracted(home, item.start, item.end))


def _is_state(subject: Subject) -> bool:
    """Whether states, or governments, are the subject."""
    return bool(subject.named or subject.states) and all(
        item.organisation.state for item in subject.named
    )
