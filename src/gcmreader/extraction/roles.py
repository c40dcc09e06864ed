"""Leads and participants of a practice.

Three wordings are read, each from the lexicon: names after a phrase (`in partnership with X`),
names after a passive (`implemented by X and Y`), and names before a verb (`X and Y jointly ran`).
Explicit wordings go first. A verb or a participle without a role of its own gives the lead in the
opening sentences only, where no wording names one; whoever acts later is a partner. A name that
only occurs (a cited author, an observer, a standard) has no role.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from gcmgraph.rdf.terms import IRI
from gcmreader.extraction.organisation_names import OrganisationReader
from gcmreader.extraction.organisations import (
    NamedOrganisation,
    Organisation,
    same_organisation,
)
from gcmreader.extraction.passages import Extracted, ReadPassage
from gcmreader.extraction.subjects import Sentence, Subject, SubjectReader
from gcmreader.lexicon import Lexicon

#: Sentences, counted from 0, in which an active verb makes its subject a lead. Later ones describe
#: effects.
OPENING = 2
#: Wordings after which leads are named.
LEAD_PHRASES = ("joint", "lead_by")
#: Wordings after which partners are named.
PARTNER_PHRASES = ("partner_with", "partner_made_with", "partner_by")
#: Maximum number of characters between a phrase and a name that its article takes: `avec l'appui
#: [de la ]…`
ARTICLE_WIDTH = 7
#: Characters before a name that are searched for words that make it a part of something else.
NAME_CONTEXT = 40
#: Maximum number of characters of the words about an act, up to who adopted the act.
ACT_CONTEXT = 300


@dataclass
class Roles:
    """Leads and partners, each once, with the stretch that gives the role."""

    leads: list[Extracted[Organisation]] = field(default_factory=list)
    partners: list[Extracted[Organisation]] = field(default_factory=list)
    #: known organisations that the text names without a role
    involved: list[Extracted[Organisation]] = field(default_factory=list)
    #: states that act themselves, or whose bodies do, and their spans
    acting_states: list[Extracted[IRI]] = field(default_factory=list)
    #: the sentence (its index) in which the first lead is named
    lead_sentence: int | None = None

    def add_lead(self, organisation: Extracted[Organisation]) -> None:
        """Add a lead, unless the organisation has a role already."""
        if not self._has_role(organisation.value):
            self.leads.append(organisation)

    def add_partner(self, organisation: Extracted[Organisation]) -> None:
        """Add a partner, unless the organisation has a role already."""
        if not self._has_role(organisation.value):
            self.partners.append(organisation)

    def add_involved(self, organisation: Extracted[Organisation]) -> None:
        """Add an organisation without a role, unless it has one already."""
        if not self._has_role(organisation.value):
            self.involved.append(organisation)

    def _has_role(self, organisation: Organisation) -> bool:
        return _includes(self.leads, organisation) or _includes(self.partners, organisation)


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
        not_main = self.clauses.pattern("not_main")
        self.sentences = [
            Sentence(index, start, end)
            for index, (start, end) in enumerate(passage.sentences)
            if not not_main.match(self.text[start:end])
        ]
        opening_ends = [sentence.end for sentence in self.sentences if sentence.index < OPENING]
        #: where the opening sentences end
        self.opening_end = max(opening_ends, default=0)
        self.subjects = [
            subject for sentence in self.sentences for subject in self.clauses.subjects(sentence)
        ]

    def read(self) -> Roles:
        """The leads and partners, and others that are named."""
        for sentence in self.sentences:
            self._lead_by_phrases(sentence, LEAD_PHRASES)
        self._lead_by_verbs()
        self._lead_by_states()
        self._lead_by_other_verbs()
        for sentence in self.sentences:
            self._partner_by_phrases(sentence)
        for subject in self.subjects:
            if self._acts(subject):
                self._partner(subject)
        self._lead_by_title()
        self._involve()
        self._lead_if_only_involved()
        return self.roles

    # names before a verb

    def _has_verb(self, subject: Subject, *names: str) -> bool:
        """Whether the verb of a subject is of one of the wordings."""
        return self.clauses.is_verb(subject.verb_start, *names)

    def _acts(self, subject: Subject) -> bool:
        """Whether the verb is one of acting, not of saying, watching or undergoing."""
        return not self._has_verb(subject, "no_role_verb") and self._has_verb(
            subject, "lead_verb", "partner_verb", "active_verb"
        )

    def _lead_by_verbs(self) -> None:
        """Make leads of the subjects of verbs of leading, by where these are."""
        has_phrase = bool(self.roles.leads)
        for subject in self._leading_subjects():
            if has_phrase:
                # only the main clause of the first sentence adds to the leads of a phrase
                adds = subject.sentence == 0 and subject.begins_sentence
            else:
                adds = subject.sentence < OPENING or not self.roles.leads
            if adds:
                self._lead(subject)

    def _lead_by_states(self) -> None:
        """Make leads of the states and governments that lead, anywhere in the text."""
        for subject in self._leading_subjects():
            governments = tuple(
                named for named in subject.organisations if named.organisation.state
            )
            if governments:
                self._lead(replace(subject, organisations=governments))
        if all(lead.value.state is not None for lead in self.roles.leads):
            for subject in self.subjects:
                if subject.is_state and self._has_verb(subject, "lead_verb", "state_verb"):
                    self._lead(subject)

    def _leading_subjects(self) -> list[Subject]:
        return [subject for subject in self.subjects if self._has_verb(subject, "lead_verb")]

    def _lead_by_other_verbs(self) -> None:
        """Make leads of subjects and agents of the opening, where there is no lead."""
        opening_subjects = [
            subject
            for subject in self.subjects
            if subject.sentence < OPENING and subject.organisations
        ]
        if not self.roles.leads:
            for subject in opening_subjects:
                if self._acts(subject) and not self._has_verb(subject, "partner_verb"):
                    self._lead(subject)
        if not self.roles.leads:
            for sentence in self.sentences[:OPENING]:
                self._lead_by_phrases(sentence, ("any_by",))
        if not self.roles.leads:
            for subject in opening_subjects:
                if self._has_verb(subject, "supporting_verb"):
                    self._lead(subject)

    def _lead(self, subject: Subject) -> None:
        """Make leads of the organisations of a subject, and of the states beside them.

        Else of its states.
        """
        leads = [named for named in subject.organisations if self.names.is_plausible(named)]
        if leads:
            leads += subject.listed_states
        else:
            leads = self.names.states(subject.states)
        for named in leads:
            self.roles.add_lead(self._extracted(named))
            self._add_home(named)
        if self.roles.lead_sentence is None:
            self.roles.lead_sentence = subject.sentence

    def _partner(self, subject: Subject) -> None:
        """Make partners of the organisations of a subject; of its states where they give money."""
        partners = [named for named in subject.organisations if self.names.is_plausible(named)]
        if not partners and self._has_verb(subject, "giver_verb"):
            partners = self.names.states(subject.states)
        for named in partners:
            self.roles.add_partner(self._extracted(named))

    # names after a phrase or a passive

    def _lead_by_phrases(self, sentence: Sentence, phrases: Iterable[str]) -> None:
        """Make leads of the organisations after some wordings of a sentence."""
        for phrase in phrases:
            pattern = self.clauses.pattern(phrase)
            for match in pattern.finditer(self.text, sentence.start, sentence.end):
                if self._gives_no_lead(phrase, match, sentence.start):
                    continue
                count = len(self.roles.leads)
                self._lead_list(match)
                if self.roles.lead_sentence is None and len(self.roles.leads) > count:
                    self.roles.lead_sentence = sentence.index

    def _gives_no_lead(self, phrase: str, match: re.Match[str], start: int) -> bool:
        """Whether other words of the sentence from `start` speak against a lead after a wording."""
        if phrase == "joint":
            return self.clauses.gives_before(match.start(), start)
        return self._is_by_another(phrase, match) or self._is_of_instrument(match, start)

    def _is_of_instrument(self, match: re.Match[str], start: int) -> bool:
        """Whether the words before an agent are about an act, or the basis of the practice."""
        context_start = max(start, match.end() - ACT_CONTEXT)
        instrument = self.clauses.pattern("instrument")
        return bool(instrument.search(self.text, context_start, match.end()))

    def _is_by_another(self, phrase: str, match: re.Match[str]) -> bool:
        """Whether the agent of a passive is that of a later participle.

        `launched in 2018 and [funded by] X`.
        """
        participle = self.clauses.pattern("participle_by").search(
            self.text, match.start() + 1, match.end()
        )
        if participle is None:
            return False
        return self.clauses.pattern(phrase).match(self.text, participle.start()) is None

    def _lead_list(self, match: re.Match[str]) -> None:
        """Make leads of the organisations named after a wording; of states, too, in the opening."""
        list_start = match.end()
        in_opening = list_start < self.opening_end
        begins_with_country = in_opening and bool(
            self.names.countries_named(list_start, list_start + 1 + ARTICLE_WIDTH)
        )
        may_have_states = begins_with_country and bool(
            self.clauses.pattern("lead_by").match(self.text, match.start())
        )
        for named in self.names.read_list(list_start, states=may_have_states).organisations:
            if self.names.is_plausible(named):
                self.roles.add_lead(self._extracted(named, match.start()))
                self._add_home(named)

    def _partner_by_phrases(self, sentence: Sentence) -> None:
        for phrase in PARTNER_PHRASES:
            pattern = self.clauses.pattern(phrase)
            for match in pattern.finditer(self.text, sentence.start, sentence.end):
                self._partner_list(match)

    def _partner_list(self, match: re.Match[str]) -> None:
        """Make partners of the organisations named after a wording.

        Of states, too, after words of money.
        """
        funding = self.clauses.pattern("funding")
        gives = bool(funding.search(self.text, match.start(), match.end()))
        for named in self.names.read_list(match.end(), states=gives).organisations:
            if not self.names.is_plausible(named, gives=gives):
                continue
            self.roles.add_partner(self._extracted(named, match.start()))
            if named.organisation.state is not None and not gives:
                self._add_home(named)

    # other signs

    def _involve(self) -> None:
        """Add the known organisations that have no role.

        The text names them, and that is all it says.
        """
        for mention in self.names.mentions:
            if not mention.is_organisation or self._is_part_of_something_else(
                mention.start, mention.end
            ):
                continue
            name = self.passage.view.shown_at(mention.start, mention.end)
            organisation = Organisation(mention.iri, name)
            if not _includes(self.roles.involved, organisation):
                self.roles.add_involved(
                    self.passage.extracted(organisation, mention.start, mention.end)
                )

    def _is_part_of_something_else(self, start: int, end: int) -> bool:
        """Whether the words around a name say that it is a part of something else.

        `the [X] Convention`.
        """
        words_before = self.text[max(0, start - NAME_CONTEXT) : start]
        if self.clauses.pattern("mentioned").search(words_before):
            return True
        return self.clauses.pattern("mentioned_after").match(self.text, end) is not None

    def _lead_if_only_involved(self) -> None:
        """Make the only known organisation, named in the opening, the lead if nobody has a part."""
        roles = self.roles
        if len(roles.involved) != 1 or roles.leads or roles.partners or roles.acting_states:
            return
        opening = self.passage.view.span(0, max(self.opening_end, 1))
        if roles.involved[0].span.start < opening.end:
            roles.leads.append(roles.involved.pop())

    def _lead_by_title(self) -> None:
        """Make the government the lead of a practice that is the country's by its title.

        Not where somebody else has a part.

        `[Zambia]'s National Referral Mechanism`, `Mécanisme national d'orientation de [la Zambie]`.
        """
        mentions = self.names.gazetteer.mentions(self.title.text, self.lexicon.language)
        countries = [mention for mention in mentions if mention.is_country]
        if self.roles.leads or self.roles.partners or len(countries) != 1:
            return
        country = countries[0]
        if self._title_is_of_country(country.start, country.end):
            name = self.title.view.shown_at(country.start, country.end)
            organisation = Organisation(None, name, state=country.iri)
            self.roles.add_lead(self.title.extracted(organisation, country.start, country.end))

    def _title_is_of_country(self, start: int, end: int) -> bool:
        """Whether the title says that the practice is that of the country in `title[start:end]`."""
        title = self.title.text
        practice = self.lexicon.fragment("places", "practice")
        if start == 0:
            owned = self.lexicon.compiled(rf"'s? (?:[\w'-]+ ){{0,5}}?(?i:{practice})(?!\w)")
            if owned.match(title[end:]):
                return True
        of = self.lexicon.fragment("words", "of")
        article = rf"(?:{self.lexicon.fragment('words', 'article')})?"
        of_country = self.lexicon.compiled(
            rf"(?i:{article}(?:[\w'-]+ ){{0,2}}?{practice})"
            rf" (?:[\w'-]+ ){{0,6}}?(?:{of})(?i:{article})"
        )
        return end == len(title) and of_country.fullmatch(title, 0, start) is not None

    def _extracted(
        self, named: NamedOrganisation, start: int | None = None
    ) -> Extracted[Organisation]:
        """An organisation with its passage, from `start` or from its name on."""
        passage_start = named.start if start is None else start
        return self.passage.extracted(named.organisation, passage_start, named.end)

    def _add_home(self, named: NamedOrganisation) -> None:
        """Add the country that a government or a national body is of.

        `the Commission (TVEC) of Sri Lanka`.
        """
        organisation = named.organisation
        state = organisation.state
        if state is None and organisation.iri:
            state = self.names.gazetteer.home(organisation.iri)
        if state is not None:
            self.roles.acting_states.append(self.passage.extracted(state, named.start, named.end))


def _includes(organisations: Iterable[Extracted[Organisation]], organisation: Organisation) -> bool:
    return any(same_organisation(organisation, listed.value) for listed in organisations)
