"""Leads and participants of a practice.

Three wordings are read, each from the lexicon: what follows a phrase (`in partnership with X`), what
follows a passive (`implemented by X and Y`), and what precedes a verb (`X and Y jointly ran`). Explicit
wordings go first; a verb or a participle that says nothing of a role by itself gives the lead only in the opening
sentences and only where no wording names one, and makes a partner of whoever acts later. A name that only occurs
(a cited author, an observer, a standard) has no role.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise

from rapidfuzz import fuzz

from gcmgraph.extraction.clauses import Found, Passage
from gcmgraph.extraction.entities.gazetteer import Mention
from gcmgraph.extraction.entities.organisations import (
    NamedOrganisation,
    Organisation,
    OrganisationReader,
    same_organisation,
)
from gcmgraph.extraction.entities.own_name import owners_in_title, past_name
from gcmgraph.lexicon import Lexicon, in_all_languages
from gcmgraph.model.terms import IRI

#: Sentences, counted from 0, in which an active verb makes its subject a lead. Later ones describe effects.
_OPENING = 2
#: Wordings after which partners are named.
_PARTNER_PHRASES = ("partner_with", "partner_made_with", "partner_by")


#: Most characters between a phrase and a name that its article takes: `avec l'appui [de la ]…`
_ARTICLE_WIDTH = 7
#: Most commas of an insertion between a subject and its verb.
_MOST_COMMAS = 6
#: Characters before a name that are searched for words that make it a part of something else.
_BEFORE = 40
#: Characters that the words about an act, up to who adopted it, have at most.
_REACH = 300
#: Characters before a name that are searched for words that make it a partner.
_NEAR = 160

#: before what a subject acts with
_WITH = re.compile(r", (?:with|avec|con) ")
#: between the description of an organisation and its acronym: `at the [Forum on Desks (]FD`
_WRITTEN_OUT = r"(?:(?-i:[A-ZÀ-Ý])[^,.;:()]{2,120} \()?"
#: Fewest characters of a title that a text repeats by more than chance.
_TELLING = 6
#: Minimum similarity (0 to 100) of a part of the text and the title to be the practice.
_SAME_TITLE = 92
_QUALIFIER = re.compile(r" ?\([^()]*\)$")
#: a second clause in a sentence: `X led the network and [the European Union financed it]`
_MOST_JOINTS = 20  # a sentence with more is a list
_AND = re.compile(rf" (?:{in_all_languages('words', 'and')}) (?={in_all_languages('words', 'article')}|[A-ZÀ-Ý])")


@dataclass
class Roles:
    """Leads and partners, each once, with the stretch that gives the role."""

    leads: list[Found[Organisation]] = field(default_factory=list)
    partners: list[Found[Organisation]] = field(default_factory=list)
    #: known organisations that the text names without a role
    involved: list[Found[Organisation]] = field(default_factory=list)
    #: states that act themselves, or whose bodies do, and their spans
    acting_states: list[Found[IRI]] = field(default_factory=list)
    #: the sentence (its index) in which the first lead was found
    lead_sentence: int | None = None

    def add(self, into: list[Found[Organisation]], found: Found[Organisation]) -> None:
        """Keep a finding, unless the organisation has a role already."""
        if not any(same_organisation(found.value, known.value) for known in (*self.leads, *self.partners)):
            into.append(found)


def read_roles(title: Passage, passage: Passage, names: OrganisationReader, lexicon: Lexicon) -> Roles:
    """The roles in a practice's title and text."""
    return _RoleReader(title, passage, names, lexicon).read()


@dataclass(frozen=True)
class _Subject:
    """Organisations and states in subject position, and where their verb begins."""

    named: tuple[NamedOrganisation, ...]
    states: tuple[Mention, ...]
    verb_at: int
    sentence: int
    #: whether its clause begins the sentence
    first: bool = False
    #: the states in a list with those named: `[Kenya] and UNICEF`
    beside: tuple[NamedOrganisation, ...] = ()


_Sentence = tuple[int, int, int]


class _RoleReader:
    def __init__(self, title: Passage, passage: Passage, names: OrganisationReader, lexicon: Lexicon) -> None:
        self.title = title
        self.passage = passage
        self.text = passage.text
        self.names = names
        self.lexicon = lexicon
        self.roles = Roles()
        self.sentences = [
            (index, start, end)
            for index, (start, end) in enumerate(passage.sentences)
            if not self._pattern("not_main").match(self.text[start:end])
        ]
        #: where the opening sentences end
        self.opening_end = max((end for index, _, end in self.sentences if index < _OPENING), default=0)
        self.subjects = [subject for sentence in self.sentences for subject in self._subjects(sentence)]

    def read(self) -> Roles:
        self._of_title(known=True)
        self._of_its_name()
        for sentence in self.sentences:
            self._led_by(sentence, ("joint", "lead_by"))
        self._lead_by_verb()
        opening = [subject for subject in self.subjects if subject.sentence < _OPENING and subject.named]
        self._lead_otherwise([s for s in opening if self._acts(s) and not self._is_verb(s.verb_at, "partner_verb")])
        if not self.roles.leads:
            for sentence in self.sentences[:_OPENING]:
                self._led_by(sentence, ("any_by",))
        self._lead_otherwise([s for s in opening if self._is_verb(s.verb_at, "supporting_verb")])
        for _, start, end in self.sentences:
            for phrase in _PARTNER_PHRASES:
                for match in self._pattern(phrase).finditer(self.text, start, end):
                    self._add_list(self.roles.partners, match.start(), match.end())
        for subject in self.subjects:
            if self._acts(subject):
                self._partner(subject)
                self._act(subject)
                self._help(subject)
        self._of_title(known=False)
        self._lead_otherwise(
            [
                subject
                for subject in self.subjects
                if subject.sentence < _OPENING
                and subject.states
                and not subject.named
                and self._acts(subject)
                and not self._is_verb(subject.verb_at, "partner_verb")
            ]
        )
        self._of_country_in_title()
        self._involve()
        self._only_one_named()
        return self.roles

    def _lead_by_verb(self) -> None:
        """Make leads of the subjects of verbs of leading; of several states, each one, anywhere in the text."""
        # where another has the lead, only the main clause of the first sentence adds to it
        led = bool(self.roles.leads)
        for subject in self.subjects:
            adds = subject.sentence == 0 and subject.first if led else subject.sentence < _OPENING
            if self._is_verb(subject.verb_at, "lead_verb") and (adds or not self.roles.leads):
                self._lead(subject)
        for subject in self.subjects:
            if self._is_verb(subject.verb_at, "lead_verb") and any(i.organisation.state for i in subject.named):
                self._lead(replace(subject, named=tuple(i for i in subject.named if i.organisation.state)))
            elif self._is_verb(subject.verb_at, "lead_verb") and self._acts_on_practice(subject):
                self._lead(subject)
        if all(lead.value.state is not None for lead in self.roles.leads):
            for subject in self.subjects:
                if _is_state(subject) and self._is_verb(subject.verb_at, "lead_verb", "state_verb"):
                    self._lead(subject)

    def _acts_on_practice(self, subject: _Subject) -> bool:
        """Whether the practice, by its title, is what the subject acts on: `X runs the [Europass portal]`."""
        title = _QUALIFIER.sub("", self.title.text).casefold()
        verb = self._pattern("lead_verb").match(self.text, subject.verb_at)
        if verb is None or len(title) < _TELLING or not subject.named:
            return False
        acted_on = self.text[verb.end() : verb.end() + len(title) + _ARTICLE_WIDTH].casefold()
        return fuzz.partial_ratio(title, acted_on) >= _SAME_TITLE

    def _act(self, subject: _Subject) -> None:
        """Keep the countries whose governments act, or that act themselves where the practice is introduced."""
        for item in subject.named:
            if _is_state(subject) or item.organisation.iri is not None:
                self._home(item)
        if subject.sentence < _OPENING and not self._is_verb(subject.verb_at, "partner_verb"):
            self._keep(subject.states)

    def _help(self, subject: _Subject) -> None:
        """Keep the countries whose governments the subject helps: `IOM assisted the [Government of Zambia] in …`."""
        helps = self._pattern("supporting_verb").match(self.text, subject.verb_at) if subject.named else None
        for item in self.names.read_list(helps.end() + 1)[0] if helps else ():
            if item.organisation.state is not None:
                self._home(item)

    def _involve(self) -> None:
        """Keep the known organisations that have no role: the text names them, and that is all it says."""
        for mention in self.names.mentions:
            if not mention.is_organisation or self._pattern("mentioned").search(self.text[: mention.start][-_BEFORE:]):
                continue
            if self._pattern("mentioned_after").match(self.text, mention.end):
                continue
            organisation = Organisation(mention.iri, self.passage.view.shown_at(mention.start, mention.end))
            found = self.passage.found(organisation, mention.start, mention.end)
            if not any(same_organisation(organisation, one.value) for one in self.roles.involved):
                self.roles.add(self.roles.involved, found)

    def _only_one_named(self) -> None:
        """Make the lead the one known organisation that the text names, where nobody is said to have a part.

        Not one that is named aside, as the place of an event or as who paid; nor where states act.
        """
        if self.roles.leads or self.roles.partners or self.roles.acting_states or len(self.roles.involved) != 1:
            return
        (only,) = self.roles.involved
        of_title = {mention.iri for mention in self.names.gazetteer.mentions(self.title.text)}
        named = [mention for mention in self.names.mentions if mention.iri == only.value.iri]
        if only.value.iri not in of_title and not all(self._is_aside(mention) for mention in named):
            self.roles.leads.append(self.roles.involved.pop())

    def _is_aside(self, mention: Mention) -> bool:
        """Whether an organisation is named only as the place of an event, as one that paid, by its members."""
        before = self.lexicon.compiled(rf"{self.lexicon.fragment('roles', 'aside')}{_WRITTEN_OUT}$", re.IGNORECASE)
        start = max(0, mention.start - _NEAR)
        after = self._pattern("aside_after").match(self.text, mention.end)
        return bool(after or before.search(self.text[start : mention.start]))

    def _of_title(self, *, known: bool) -> None:
        """Make leads of those whose the practice is by its title: unknown ones where no other has the lead."""
        for item in owners_in_title(self.title, self.names.gazetteer, self.lexicon):
            if known == (item.organisation.iri is not None) and (known or not self.roles.leads):
                self.roles.add(self.roles.leads, self.title.found(item.organisation, item.start, item.end))

    def _of_country_in_title(self) -> None:
        """Make the government the lead of what the title says is the country's, where nobody else has a part.

        `[Zambia]'s National Referral Mechanism`, `Mécanisme national d'orientation de [la Zambie]`.
        """
        countries = [m for m in self.names.gazetteer.mentions(self.title.text, self.lexicon.language) if m.is_country]
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
        owns = country.start == 0 and re.match(rf"'s? (?:[\w'-]+ ){{0,5}}?(?i:{practice})(?!\w)", whole[end:])
        if owns or (end == len(whole) and of_country.fullmatch(whole, 0, country.start)):
            name = self.title.view.shown_at(country.start, end)
            organisation = Organisation(None, name, state=country.iri)
            self.roles.add(self.roles.leads, self.title.found(organisation, country.start, end))

    def _of_its_name(self) -> None:
        """Make leads of the organisation whose the practice is by its name.

        Where the text begins with the name and goes on: `The Network for Children (NC) of [the Community of States]`.
        """
        owned, after = self.names.read_one(0)
        if owned and self.text.startswith("'s ", after) and owned.organisation.iri is not None:
            self.roles.add(self.roles.leads, self.passage.found(owned.organisation, owned.start, owned.end))
        end = past_name(self.title.text, self.passage.text, self.lexicon)
        owner = self.lexicon.compiled(rf" (?:{self.lexicon.fragment('words', 'of')})").match(self.passage.text, end)
        if end and owner:
            self._add_list(self.roles.leads, 0, owner.end())

    def _pattern(self, name: str) -> re.Pattern[str]:
        return self.lexicon.pattern("roles", name, re.IGNORECASE)

    # after a phrase or a passive

    def _led_by(self, sentence: _Sentence, phrases: tuple[str, ...]) -> None:
        index, start, end = sentence
        for phrase in phrases:
            for match in self._pattern(phrase).finditer(self.text, start, end):
                if phrase == "joint" and self._gives_before(match.start(), start):
                    continue
                if phrase != "joint" and self._is_by_another(phrase, match):
                    continue
                if phrase != "joint" and self._is_of_instrument(match.end(), start):
                    continue
                before = len(self.roles.leads)
                after = self._add_list(self.roles.leads, match.start(), match.end())
                together = self._pattern("together").match(self.text, after)
                if together and len(self.roles.leads) > before:
                    self._add_list(self.roles.leads, match.start(), together.end())
                if len(self.roles.leads) > before and self.roles.lead_sentence is None:
                    self.roles.lead_sentence = index

    def _is_of_instrument(self, position: int, start: int) -> bool:
        """Whether the words up to `position` speak of an act, or of what the practice is based on."""
        return bool(self._pattern("instrument").search(self.text, max(start, position - _REACH), position))

    def _is_by_another(self, phrase: str, match: re.Match[str]) -> bool:
        """Whether the agent of a passive is that of a later participle: `launched in 2018 and [funded by] X`."""
        last = self._pattern("participle_by").search(self.text, match.start() + 1, match.end())
        return last is not None and self._pattern(phrase).match(self.text, last.start()) is None

    def _add_list(self, into: list[Found[Organisation]], start: int, position: int) -> int:
        """Keep the organisations named from `position`; one of which a relative clause says otherwise, there."""
        led = (
            into is self.roles.leads
            and position < self.opening_end
            and bool(self.names.states_named(position, position + 1 + _ARTICLE_WIDTH))
            and bool(self._pattern("lead_by").match(self.text, start))
        )
        named, end = self.names.read_list(
            position, states=led or self._gives(into, start, position), unnamed=into is self.roles.partners
        )
        gives = self._gives(into, start, position)
        for item in named:
            if not self.names.is_plausible(item, gives=gives):
                continue
            own = self._relative_role(item.end) if into is self.roles.leads else None
            self.roles.add(
                self.roles.partners if own else into,
                self.passage.found(item.organisation, start, item.end),
            )
            if (into is self.roles.leads and not own) or (item.organisation.state is not None and not gives):
                self._home(item)
        return end

    def _gives(self, into: list[Found[Organisation]], start: int, position: int) -> bool:
        """Whether the words before a list make partners of states too: words of support and money."""
        return into is self.roles.partners and bool(self._pattern("funding").search(self.text, start, position))

    def _relative_role(self, position: int) -> bool:
        """Whether a relative clause makes the organisation before it a partner: `X, which funds it`."""
        relative = self._pattern("relative").match(self.text, position)
        return bool(relative and self._pattern("partner_verb").match(self.text, relative.end()))

    # before a verb

    def _subjects(self, sentence: _Sentence) -> Iterator[_Subject]:
        """The subjects of the clauses of a sentence: `[In 2018,] X and Y[, with the support of Z,] launched …`."""
        index, start, end = sentence
        clauses = [m.end() for m in self._pattern("clause").finditer(self.text, start, end)]
        joints = islice(_AND.finditer(self.text, start, end), _MOST_JOINTS)
        clauses += [
            m.end() for m in joints if self.names.begins_known(m.end()) and not self._gives_before(m.start(), start)
        ]
        for position in dict.fromkeys((start, *clauses)):
            subject = self._subject(index, position, end, first=position == start)
            if subject is not None:
                yield subject
        yield from self._relatives(sentence)

    def _subject(self, index: int, position: int, end: int, *, first: bool) -> _Subject | None:
        text = self.text
        while (past := self._past_adverbial(position, end)) is not None:
            position = past
        named, after = self._list_of_subjects(position)
        states = self.names.states_named(position, max(after, position + 1))
        if not named and not states:
            return None
        together = self._pattern("together").match(text, after)
        if together:
            more, after = self.names.read_list(together.end())
            named = [*named, *more]
        named = [item for item in named if self.names.is_strong(item)]
        own_end = self.names.past_place(self.names.past_office(after))
        after = self._past_parent(own_end) if named else own_end
        states += self.names.countries_named(own_end, after)
        beside = self._states_beside(position) if named and states else ()
        verb_at = self._verb_after(after, end)
        return _Subject(tuple(named), tuple(states), verb_at, index, first, beside)

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
            match = self._pattern(name).match(self.text, position)
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
        if not self._is_verb(position, "partner_verb", "lead_verb"):
            position = self._past_insertions(position, end)
        position = self._past_others(position)
        nationality = self._pattern("nationality").match(self.text, position)
        return nationality.end() if nationality else position

    def _past_parent(self, position: int) -> int:
        """Past the body of which a subject is a part, where a verb follows: `the Office (O) [of the Ministry] runs`."""
        link = self.lexicon.compiled(rf" (?:{self.lexicon.fragment('words', 'of')})").match(self.text, position)
        parent, after = self.names.read_one(link.end()) if link else (None, position)
        after = self.names.past_place(after) if parent else position
        return after if self._is_verb(after, "lead_verb", "partner_verb", "active_verb") else position

    def _past_insertions(self, position: int, end: int) -> int:
        """Past an insertion, with as many of its commas as precede the verb of leading."""
        first = past = _past_insertion(self.text, position, end)
        for _ in range(_MOST_COMMAS):
            if self._is_verb(past, "lead_verb") or not self.text.startswith(", ", position):
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
            if self._is_verb(position + word.start(), "partner_verb", "lead_verb"):
                return position + word.start()
        return position

    def _relatives(self, sentence: _Sentence) -> Iterator[_Subject]:
        """`…, X and Y, which then helped …`: the organisations just before a relative pronoun."""
        index, start, end = sentence
        relatives = list(self._pattern("relative").finditer(self.text, start, end))
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
                    yield _Subject(own, (), match.end(), max(index, _OPENING))

    def _gives_before(self, position: int, start: int) -> bool:
        """Whether the clause up to `position` makes partners of what it names: `funded by the [programme of X]`."""
        clause = max(start, position - _NEAR, self.text.rfind(", ", start, position))
        return any(
            self._pattern(phrase).search(self.text, clause, position) for phrase in ("partner_by", "partner_with")
        )

    def _are_partners(self, position: int, start: int) -> bool:
        """Whether the words just before `position` make partners of those named there."""
        near = max(start, position - _NEAR)
        for phrase in _PARTNER_PHRASES:
            for match in self._pattern(phrase).finditer(self.text, near, position):
                if position - match.end() <= _ARTICLE_WIDTH:
                    return True
        return False

    def _is_verb(self, position: int, *names: str) -> bool:
        return any(self._pattern(name).match(self.text, position) for name in names)

    def _holds_verb(self, adverbial: str) -> bool:
        """Whether what looks like an adverbial already holds the verb (`In 2018 X launched Y, …`)."""
        verb = self.lexicon.fragment("roles", "lead_verb").replace(",? ?", " ", 1)
        participle = rf"(?! (?:{self.lexicon.fragment('words', 'after_participle')})\b)"
        return bool(self.lexicon.compiled(verb + participle).search(adverbial))

    def _acts(self, subject: _Subject) -> bool:
        """Whether the verb is one of acting, not of saying, watching or undergoing."""
        if self._is_verb(subject.verb_at, "no_role_verb"):
            return False
        return self._is_verb(subject.verb_at, "lead_verb", "partner_verb", "active_verb")

    def _lead_otherwise(self, subjects: list[_Subject]) -> None:
        """Make subjects leads where no organisation was said to be one."""
        if not self.roles.leads:
            for subject in subjects:
                self._lead(subject)

    def _partner(self, subject: _Subject) -> None:
        givers = tuple(item for item in subject.named if self.names.is_plausible(item))
        if not givers and self._is_verb(subject.verb_at, "giver_verb"):
            givers = tuple(self.names.states(m.start for m in subject.states))
        for item in givers:
            self.roles.add(self.roles.partners, self.passage.found(item.organisation, item.start, item.end))

    def _lead(self, subject: _Subject) -> None:
        own = [item for item in subject.named if self.names.is_plausible(item)]
        own += [state for state in subject.beside if own]
        for item in own or self.names.states(m.start for m in subject.states):
            self.roles.add(self.roles.leads, self.passage.found(item.organisation, item.start, item.end))
            self._home(item)
        self._keep(subject.states)
        if self.roles.lead_sentence is None:
            self.roles.lead_sentence = subject.sentence

    def _keep(self, states: Iterable[Mention]) -> None:
        self.roles.acting_states.extend(self.passage.found(m.iri, m.start, m.end) for m in states)

    def _home(self, item: NamedOrganisation) -> None:
        """Keep the country that a government or a national body is of: `the Commission (TVEC) of Sri Lanka`."""
        if item.organisation.state is not None:
            self.roles.acting_states.append(self.passage.found(item.organisation.state, item.start, item.end))
        elif item.organisation.iri is not None:
            if (home := self.names.gazetteer.home(item.organisation.iri)) is not None:
                self.roles.acting_states.append(self.passage.found(home, item.start, item.end))
        elif (country := self.names.country_of(item)) is not None:
            self._keep([country])


def _is_state(subject: _Subject) -> bool:
    """Whether states, or governments, are the subject."""
    return bool(subject.named or subject.states) and all(item.organisation.state for item in subject.named)


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
