"""Who leads a practice and who takes part in it.

Three ways of saying it are read, each from the lexicon: what follows a phrase (`in partnership with X`), what
follows a passive (`implemented by X and Y`), and what stands before a verb (`X and Y jointly ran`). A name that
only occurs (a cited author, a standard) has no role.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gcmgraph.documents.views import Span
from gcmgraph.extraction.clauses import Found, Passage
from gcmgraph.extraction.lexicon import Lexicon
from gcmgraph.extraction.organisations import Named, Organisation, OrganisationReader, same_organisation

#: Sentences, counted from 0, in which an active verb makes its subject a lead. Later ones tell of effects.
_OPENING = 2


@dataclass
class Roles:
    """Leads and partners, each once, with the stretch that gives the role."""

    leads: list[Found[Organisation]] = field(default_factory=list)
    partners: list[Found[Organisation]] = field(default_factory=list)
    #: states that act themselves, and where in the text the acting is told
    acting_states: list[int] = field(default_factory=list)
    #: the sentence (its index) in which the first lead was found
    lead_sentence: int | None = None

    def add(self, into: list[Found[Organisation]], found: Found[Organisation]) -> None:
        """Keep a finding, unless the organisation has a role already."""
        if not any(same_organisation(found.value, known.value) for known in (*self.leads, *self.partners)):
            into.append(found)


def read_roles(passage: Passage, names: OrganisationReader, lexicon: Lexicon) -> Roles:
    """The roles in a practice's text."""
    roles = Roles()
    text = passage.text
    not_main = lexicon.pattern("roles", "not_main", re.IGNORECASE)
    openings = [
        (index, start, end)
        for index, (start, end) in enumerate(passage.sentences)
        if not not_main.match(text[start:end])
    ]
    for index, start, end in openings:
        _passives(passage, names, lexicon, roles, (index, start, end))
    for index, start, end in openings:
        _subject(passage, names, lexicon, roles, (index, start, end))
    for _, start, end in openings:
        for phrase in ("partner_with", "partner_by"):
            for match in lexicon.pattern("roles", phrase, re.IGNORECASE).finditer(text, start, end):
                _add_list(passage, names, roles, roles.partners, match.start(), match.end())
    return roles


def _passives(
    passage: Passage,
    names: OrganisationReader,
    lexicon: Lexicon,
    roles: Roles,
    sentence: tuple[int, int, int],
) -> None:
    index, start, end = sentence
    for phrase in ("joint", "lead_by"):
        for match in lexicon.pattern("roles", phrase, re.IGNORECASE).finditer(passage.text, start, end):
            before = len(roles.leads)
            after = _add_list(passage, names, roles, roles.leads, match.start(), match.end())
            together = lexicon.pattern("roles", "together").match(passage.text, after)
            if together and len(roles.leads) > before:
                _add_list(passage, names, roles, roles.leads, match.start(), together.end())
            if len(roles.leads) > before and roles.lead_sentence is None:
                roles.lead_sentence = index


def _add_list(
    passage: Passage,
    names: OrganisationReader,
    roles: Roles,
    into: list[Found[Organisation]],
    start: int,
    position: int,
) -> int:
    named, end = names.read_list(position)
    for item in named:
        roles.add(into, passage.found(item.organisation, start, item.end))
    return end


def _subject(
    passage: Passage,
    names: OrganisationReader,
    lexicon: Lexicon,
    roles: Roles,
    sentence: tuple[int, int, int],
) -> None:
    """`[In 2018,] X and Y[, with the support of Z,] launched …`: the roles of X and Y."""
    index, start, end = sentence
    text = passage.text
    position = start
    adverbial = re.compile(lexicon.fragment("roles", "adverbial"), re.IGNORECASE)
    while (match := adverbial.match(text, position)) and match.end() < end and not _acts(match[0], lexicon):
        position = match.end()
    named, after = names.read_list(position)
    states = [m.start for m in names.countries() if position <= m.start < max(after, position + 1)]
    if not named and not states:
        return
    together = lexicon.pattern("roles", "together").match(text, after)
    if together:
        more, after = names.read_list(together.end())
        named = [*named, *more]
    verb_at = after = names.past_place(after)
    if not any(lexicon.pattern("roles", verb).match(text, after) for verb in ("partner_verb", "lead_verb")):
        verb_at = _past_insertion(text, after, end)
    if nationality := lexicon.pattern("roles", "nationality").match(text, verb_at):
        verb_at = nationality.end()
    if lexicon.pattern("roles", "partner_verb").match(text, verb_at):
        for item in named:
            roles.add(roles.partners, passage.found(item.organisation, item.start, item.end))
    elif lexicon.pattern("roles", "lead_verb").match(text, verb_at):
        if roles.leads and index >= _OPENING:
            return
        _lead(passage, roles, named, states, index)


def _lead(passage: Passage, roles: Roles, named: list[Named], states: list[int], index: int) -> None:
    for item in named:
        roles.add(roles.leads, passage.found(item.organisation, item.start, item.end))
    roles.acting_states.extend(states)
    if roles.lead_sentence is None:
        roles.lead_sentence = index


def _acts(adverbial: str, lexicon: Lexicon) -> bool:
    """Whether what looks like an adverbial already holds the verb (`In 2018 X launched Y, …`)."""
    return bool(re.search(lexicon.fragment("roles", "lead_verb").replace(",? ?", " ", 1), adverbial))


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
