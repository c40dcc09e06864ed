"""Proposals of links between resources of the graph and another dataset: by codes, then by names.

- A code counts if a name or the class of the other resource agrees, or if most resources of the
  kind find their code in the same namespace. It does not count if the names differ.
- Names are matched by `linking.matching`.
- A third dataset is not used. Links are one to one: competing proposals are ambiguous.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from rapidfuzz import fuzz

from gcmgraph.linking.entities import LabelledEntity, namespace
from gcmgraph.linking.matching import MatchCandidate, MatchIndex, Name
from gcmgraph.linking.name_forms import forms
from gcmgraph.rdf.namespaces import PREFIXES, Addresses

#: Minimum share of the resources of a kind whose code is found in one namespace, without other
#: evidence for a code.
_MIN_SUPPORT = 0.5
#: Minimum similarity (of 100) of the nearest names that agree with a code; names in one language
#: are compared.
_MIN_NAME_SIMILARITY = 90
#: Scores of codes: with an agreeing name or class, as most of the kind, alone, with other names.
_CONFIRMED_CODE = 1.0
_SUPPORTED_CODE = 0.98
_CODE_ALONE = 0.6
_CODE_WITH_OTHER_NAMES = 0.5
#: Factor of the score of a name that is not safe.
_UNSAFE = 0.97
#: Candidates considered for a name.
_MAX_CANDIDATES = 3
#: Classes that are too general to compare.
_BROAD = re.compile(r"#(Concept|Thing|Resource|NamedIndividual|Class)$")

#: Columns of a mapping set.
COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "confidence",
    "mapping_date",
    "mapping_tool",
    "comment",
)
#: Predicate and justification of an exact link.
_EXACT = ("skos:exactMatch", "semapv:LexicalMatching")


class How(Enum):
    """The method of a proposal."""

    CODE = "code"
    NAME = "name"
    ALIKE = "alike"


#: Predicate and justification of a proposal.
_MAPPINGS = {
    How.CODE: _EXACT,
    How.NAME: _EXACT,
    How.ALIKE: ("skos:closeMatch", "semapv:LexicalSimilarityThresholdMatching"),
}


@dataclass(frozen=True)
class Proposal:
    """A resource of the graph and one of the other dataset: score from 0 to 1, reason or doubt."""

    ours: str
    theirs: str
    how: How
    score: float
    reason: str

    @property
    def pair(self) -> tuple[str, str]:
        """The IRIs of both resources."""
        return self.ours, self.theirs

    @property
    def rank(self) -> tuple[float, bool]:
        """The order of proposals of one resource: by score, codes before names."""
        return self.score, self.how is How.CODE


@dataclass(frozen=True)
class Proposals:
    """Links to accept or review, and ambiguous ones for a person to decide."""

    links: tuple[Proposal, ...]
    ambiguous: tuple[Proposal, ...]


def propose(
    ours: Iterable[tuple[str, LabelledEntity]],
    theirs: dict[str, LabelledEntity],
    *,
    min_score: float = 0.85,
    watch: Callable[[list[LabelledEntity]], Iterable[LabelledEntity]] = iter,
) -> Proposals:
    """Propose links between `ours`, each with its kind, and `theirs`.

    `watch` shows progress over `theirs`.
    """
    kinds: dict[str, str] = {}
    our_entities: dict[str, LabelledEntity] = {}
    for kind, entity in ours:
        kinds[entity.iri] = kind
        our_entities[entity.iri] = entity
    by_code, unclear = _by_codes(our_entities, kinds, theirs)
    our_coded = {proposal.ours for proposal in by_code}
    their_coded = {proposal.theirs for proposal in by_code}
    index = _index([entity for iri, entity in our_entities.items() if iri not in our_coded], kinds)
    to_match = [entity for iri, entity in theirs.items() if iri not in their_coded and entity.names]
    proposals = list(by_code)
    for entity in watch(to_match):
        proposals += _by_names(index, entity, min_score)
    links, contested = _one_to_one(proposals)
    undecided = [
        proposal
        for proposal in unclear
        if proposal.ours not in our_coded and proposal.theirs not in their_coded
    ]
    return Proposals(
        tuple(sorted(links, key=lambda link: link.pair)),
        tuple(sorted({*contested, *undecided}, key=lambda link: (*link.pair, link.reason))),
    )


def _index(entities: Iterable[LabelledEntity], kinds: Mapping[str, str]) -> MatchIndex:
    """An index of the names of our entities."""
    names = [
        Name(entity.iri, kinds[entity.iri], text, language, main=is_preferred)
        for entity in entities
        for text, language, is_preferred in entity.names
    ]
    names.sort(key=lambda name: (name.resource, name.text, name.language or ""))
    return MatchIndex(names, rival_kinds=("country",))


def _by_codes(
    ours: dict[str, LabelledEntity], kinds: dict[str, str], theirs: dict[str, LabelledEntity]
) -> tuple[list[Proposal], list[Proposal]]:
    """Proposals by equal codes: sure ones, and unclear ones."""
    coded_count = Counter(kinds[iri] for iri, entity in ours.items() if entity.codes)
    code_of_pair = _pairs_with_code(ours, theirs)
    matched: dict[tuple[str, str], set[str]] = defaultdict(set)
    for our_iri, their_iri in code_of_pair:
        matched[kinds[our_iri], namespace(their_iri)].add(our_iri)
    sure = []
    unclear = []
    for (our_iri, their_iri), code in code_of_pair.items():
        kind = kinds[our_iri]
        names_agree = _names_agree(ours[our_iri], theirs[their_iri])
        has_same_class = _have_same_class(ours[our_iri], theirs[their_iri])
        matched_count = len(matched[kind, namespace(their_iri)])
        if names_agree is False and not has_same_class:
            reason = f"code {code}, but the names differ"
            unclear.append(Proposal(our_iri, their_iri, How.CODE, _CODE_WITH_OTHER_NAMES, reason))
        elif names_agree or has_same_class:
            agreement = "the names agree" if names_agree else "the class is the same"
            reason = f"code {code}, and {agreement}"
            sure.append(Proposal(our_iri, their_iri, How.CODE, _CONFIRMED_CODE, reason))
        elif matched_count >= _MIN_SUPPORT * coded_count[kind]:
            reason = f"code {code}, as most of its kind"
            sure.append(Proposal(our_iri, their_iri, How.CODE, _SUPPORTED_CODE, reason))
        else:
            reason = f"code {code} alone"
            unclear.append(Proposal(our_iri, their_iri, How.CODE, _CODE_ALONE, reason))
    return sure, unclear


def _pairs_with_code(
    ours: Mapping[str, LabelledEntity], theirs: Mapping[str, LabelledEntity]
) -> dict[tuple[str, str], str]:
    """The first code that both resources of a pair have, by the pair: ours and theirs."""
    our_bearers: dict[str, list[str]] = defaultdict(list)
    for iri, entity in ours.items():
        for code in entity.codes:
            our_bearers[code.casefold()].append(iri)
    code_of_pair: dict[tuple[str, str], str] = {}
    for their_iri, entity in theirs.items():
        for code in entity.codes:
            for our_iri in our_bearers.get(code.casefold(), ()):
                code_of_pair.setdefault((our_iri, their_iri), code)
    return code_of_pair


def _have_same_class(ours: LabelledEntity, theirs: LabelledEntity) -> bool:
    return any(not _BROAD.search(class_) for class_ in ours.types & theirs.types)


def _names_agree(ours: LabelledEntity, theirs: LabelledEntity) -> bool | None:
    """Whether a name of both is similar; None without names in the same language."""
    our_bags: dict[str | None, list[str]] = defaultdict(list)
    for text, language, _ in ours.names:
        our_bags[language].append(forms(text).bag)
    similarities = [
        fuzz.token_set_ratio(forms(text).bag, our_bag)
        for text, language, _ in theirs.names
        for our_bag in our_bags.get(language, ())
    ]
    return max(similarities) >= _MIN_NAME_SIMILARITY if similarities else None


@dataclass(frozen=True)
class _NameMatch:
    """A candidate of ours for one of the names of theirs."""

    candidate: MatchCandidate
    #: the name of theirs
    text: str

    @property
    def rank(self) -> tuple[bool, float]:
        return self.candidate.safe, self.candidate.score

    @property
    def score(self) -> float:
        """The score from 0 to 1."""
        factor = 1 if self.candidate.safe else _UNSAFE
        return round(self.candidate.score / 100 * factor, 3)

    @property
    def reason(self) -> str:
        """The agreement and both names."""
        agreement = "alike"
        if self.candidate.safe:
            agreement = "the same name"
        elif self.candidate.same:
            agreement = "the same name, but not of it alone"
        return f"{agreement}: {self.text} / {self.candidate.name.text}"


def _by_names(index: MatchIndex, entity: LabelledEntity, min_score: float) -> Iterator[Proposal]:
    """The best proposal for one of theirs, or several with equal score."""
    best_matches: dict[str, _NameMatch] = {}
    for text in _texts_preferred_first(entity):
        for candidate in index.candidates(text, limit=_MAX_CANDIDATES):
            match = _NameMatch(candidate, text)
            best = best_matches.get(candidate.resource)
            if best is None or match.rank > best.rank:
                best_matches[candidate.resource] = match
    highest = max((match.rank for match in best_matches.values()), default=None)
    for resource, match in best_matches.items():
        if match.rank == highest and match.score >= min_score:
            how = How.NAME if match.candidate.safe else How.ALIKE
            yield Proposal(resource, entity.iri, how, match.score, match.reason)


def _texts_preferred_first(entity: LabelledEntity) -> list[str]:
    names = sorted(
        entity.names, key=lambda name: (not name.is_preferred, name.language or "", name.text)
    )
    return [name.text for name in names]


def _one_to_one(proposals: list[Proposal]) -> tuple[list[Proposal], list[Proposal]]:
    """The proposals that are better than all rivals, and the others."""
    of_ours: dict[str, list[Proposal]] = defaultdict(list)
    of_theirs: dict[str, list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        of_ours[proposal.ours].append(proposal)
        of_theirs[proposal.theirs].append(proposal)
    links = []
    contested = []
    for proposal in proposals:
        rivals = [*of_ours[proposal.ours], *of_theirs[proposal.theirs]]
        better_count = sum(rival != proposal and rival.rank >= proposal.rank for rival in rivals)
        if better_count:
            counted = "1 other" if better_count == 1 else f"{better_count} others"
            reason = f"{proposal.reason}; {counted} as good or better"
            contested.append(replace(proposal, reason=reason))
        else:
            links.append(proposal)
    return links, contested


def sssom_text(
    proposals: Iterable[Proposal],
    ours: Mapping[str, LabelledEntity],
    theirs: Mapping[str, LabelledEntity],
    *,
    name: str,
    title: str,
    date: str,
    addresses: Addresses,
) -> str:
    """Serialize proposals as a mapping set.

    They have no author: a person who accepts one becomes its author.
    """
    proposals = list(proposals)
    namespaces = sorted({namespace(proposal.theirs) for proposal in proposals})
    prefixes = {iri: f"target{number or ''}" for number, iri in enumerate(namespaces)}
    head = [
        '#sssom_version: "1.1"',
        f"#mapping_set_id: {addresses.graph(f'linkset/{name}')}",
        f'#mapping_set_title: "{_cell(title)}"',
        "#license: https://creativecommons.org/licenses/by/4.0/",
        "#curie_map:",
        f"#  ours: {addresses.base}id/",
        "#  semapv: https://w3id.org/semapv/vocab/",
        f"#  skos: {PREFIXES['skos']}",
        *(f"#  {prefix}: {iri}" for iri, prefix in prefixes.items()),
    ]
    rows = ["\t".join(COLUMNS)]
    for proposal in proposals:
        their_namespace = namespace(proposal.theirs)
        predicate, justification = _MAPPINGS[proposal.how]
        cells = (
            "ours:" + proposal.ours.removeprefix(f"{addresses.base}id/"),
            ours[proposal.ours].label,
            predicate,
            f"{prefixes[their_namespace]}:{proposal.theirs.removeprefix(their_namespace)}",
            theirs[proposal.theirs].label,
            justification,
            str(proposal.score),
            date,
            "gcmgraph link",
            proposal.reason,
        )
        rows.append("\t".join(_cell(cell) for cell in cells))
    return "\n".join([*head, *rows]) + "\n"


def _cell(text: str) -> str:
    """A text without characters that end a cell or a row."""
    return " ".join(text.replace('"', "'").split())
