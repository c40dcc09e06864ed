"""Proposals of links between resources of the graph and those of another dataset, by codes and then by names.

- A code counts if a name or the class of the other resource agrees, or if most resources of the kind find their code in
  the same namespace. It does not count if the names differ.
- Names are matched by `linking.matching`.
- A third dataset is not used. Links are one to one: competing proposals are ambiguous.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from rapidfuzz import fuzz

from gcmgraph.linking.matching import MatchCandidate, MatchIndex, Name, forms
from gcmgraph.linking.targets import LabelledEntity, namespace
from gcmgraph.rdf.namespaces import PREFIXES, Addresses

#: Minimum share of the resources of a kind whose code is found in one namespace, without other
#: evidence for a code.
_MOST = 0.5
#: Minimum similarity (of 100) of the nearest names that agree with a code; names in one language
#: are compared.
_ALIKE = 90
#: Scores of codes, with and without an agreeing name or class.
_CODE_CONFIRMED, _CODE = 1.0, 0.98
#: Classes that are too general to compare.
_BROAD = re.compile(r"#(Concept|Thing|Resource|NamedIndividual|Class)$")


class How(Enum):
    """The method of a proposal."""

    CODE = "code"
    NAME = "name"
    ALIKE = "alike"


@dataclass(frozen=True)
class Proposal:
    """A resource of the graph and one of the other dataset, with a score from 0 to 1 and the reason or doubt."""

    ours: str
    theirs: str
    how: How
    score: float
    reason: str


@dataclass(frozen=True)
class Proposals:
    """Links to accept or review, and ambiguous ones for a person to decide."""

    links: tuple[Proposal, ...]
    ambiguous: tuple[Proposal, ...]


def propose(
    ours: Iterable[tuple[str, LabelledEntity]],
    theirs: dict[str, LabelledEntity],
    *,
    least: float = 0.85,
    watch: Callable[[list[LabelledEntity]], Iterable[LabelledEntity]] = iter,
) -> Proposals:
    """Propose links between `ours`, each with its kind, and `theirs`.

    `watch` shows progress over `theirs`.
    """
    kinds = {entity.iri: kind for kind, entity in ours}
    mine = {entity.iri: entity for _, entity in ours}
    by_code, unclear = _by_codes(mine, kinds, theirs)
    coded = {proposal.ours for proposal in by_code}
    taken = {proposal.theirs for proposal in by_code}
    left = [entity for iri, entity in theirs.items() if iri not in taken and entity.names]
    names = (
        Name(iri, kinds[iri], *name[:2], main=name[2])
        for iri, e in mine.items()
        if iri not in coded
        for name in e.names
    )
    index = MatchIndex(
        sorted(names, key=lambda n: (n.thing, n.text, n.language or "")), ("country",)
    )
    by_name = [proposal for entity in watch(left) for proposal in _by_names(index, entity, least)]
    links, contested = _one_to_one([*by_code, *by_name])
    unclear = [p for p in unclear if p.ours not in coded and p.theirs not in taken]
    return Proposals(
        tuple(sorted(links, key=lambda p: (p.ours, p.theirs))),
        tuple(sorted({*contested, *unclear}, key=lambda p: (p.ours, p.theirs, p.reason))),
    )


def _by_codes(
    ours: dict[str, LabelledEntity], kinds: dict[str, str], theirs: dict[str, LabelledEntity]
) -> tuple[list[Proposal], list[Proposal]]:
    bearers: dict[str, list[str]] = defaultdict(list)
    total: dict[str, int] = defaultdict(int)
    for iri, entity in ours.items():
        total[kinds[iri]] += bool(entity.codes)
        for code in entity.codes:
            bearers[code.casefold()].append(iri)
    pairs: dict[tuple[str, str], str] = {}
    for iri, entity in theirs.items():
        for code in entity.codes:
            for mine in bearers.get(code.casefold(), ()):
                pairs.setdefault((mine, iri), code)
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for mine, other in pairs:
        found[kinds[mine], namespace(other)].add(mine)
    sure, unclear = [], []
    for (mine, other), code in pairs.items():
        agreement = _names_agree(ours[mine], theirs[other])
        same_class = any(not _BROAD.search(t) for t in ours[mine].types & theirs[other].types)
        supported = len(found[kinds[mine], namespace(other)]) >= _MOST * total[kinds[mine]]
        if agreement is False and not same_class:
            unclear.append(
                Proposal(mine, other, How.CODE, 0.5, f"code {code}, but the names differ")
            )
        elif agreement or same_class:
            why = "the names agree" if agreement else "the class is the same"
            sure.append(Proposal(mine, other, How.CODE, _CODE_CONFIRMED, f"code {code}, and {why}"))
        elif supported:
            sure.append(Proposal(mine, other, How.CODE, _CODE, f"code {code}, as most of its kind"))
        else:
            unclear.append(Proposal(mine, other, How.CODE, 0.6, f"code {code} alone"))
    return sure, unclear


def _names_agree(one: LabelledEntity, other: LabelledEntity) -> bool | None:
    """Whether a name of both is similar; None without names in the same language."""
    texts: dict[str | None, list[str]] = defaultdict(list)
    for text, language, _ in one.names:
        texts[language].append(forms(text).bag)
    near = [
        fuzz.token_set_ratio(forms(t).bag, mine)
        for t, language, _ in other.names
        for mine in texts.get(language, ())
    ]
    return max(near) >= _ALIKE if near else None


def _by_names(index: MatchIndex, entity: LabelledEntity, least: float) -> Iterator[Proposal]:
    """The best proposal for one of theirs, or several with equal score."""
    best: dict[str, tuple[MatchCandidate, str]] = {}
    for text, _, _ in sorted(entity.names, key=lambda n: (not n[2], n[1] or "", n[0])):
        for found in index.candidates(text, limit=3):
            known = best.get(found.thing)
            if known is None or (found.safe, found.score) > (known[0].safe, known[0].score):
                best[found.thing] = found, text
    if not best:
        return
    highest = max((found.safe, found.score) for found, _ in best.values())
    for found, text in best.values():
        score = round(found.score / 100 * (1 if found.safe else 0.97), 3)
        if (found.safe, found.score) == highest and score >= least:
            how = How.NAME if found.safe else How.ALIKE
            sameness = (
                "the same name"
                if found.safe
                else "the same name, but not of it alone"
                if found.same
                else "alike"
            )
            reason = f"{sameness}: {text} / {found.name.text}"
            yield Proposal(found.thing, entity.iri, how, score, reason)


def _one_to_one(proposals: list[Proposal]) -> tuple[list[Proposal], list[Proposal]]:
    """The proposals that are better than all rivals, and the others."""
    rivals: dict[str, list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        rivals[f"ours {proposal.ours}"].append(proposal)
        rivals[f"theirs {proposal.theirs}"].append(proposal)
    links, contested = [], []
    for proposal in proposals:
        others = [
            p
            for side in ("ours", "theirs")
            for p in rivals[f"{side} {getattr(proposal, side)}"]
            if p != proposal
        ]
        better = [p for p in others if _rank(p) >= _rank(proposal)]
        if not better:
            links.append(proposal)
        else:
            reason = (
                f"{proposal.reason}; {len(better)} other"
                + ("s" if len(better) > 1 else "")
                + " as good or better"
            )
            contested.append(
                Proposal(proposal.ours, proposal.theirs, proposal.how, proposal.score, reason)
            )
    return links, contested


def _rank(proposal: Proposal) -> tuple[float, bool]:
    return proposal.score, proposal.how is How.CODE


#: Predicate and justification of a proposal.
_EXACT = ("skos:exactMatch", "semapv:LexicalMatching")
_MAPPINGS = {
    **dict.fromkeys((How.CODE, How.NAME), _EXACT),
    How.ALIKE: ("skos:closeMatch", "semapv:LexicalSimilarityThresholdMatching"),
}
COLUMNS = (
    *(
        "subject_id",
        "subject_label",
        "predicate_id",
        "object_id",
        "object_label",
        "mapping_justification",
    ),
    *("confidence", "mapping_date", "mapping_tool", "comment"),
)


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
    namespaces = sorted({namespace(p.theirs) for p in proposals})
    prefixes = {space: f"target{number or ''}" for number, space in enumerate(namespaces)}
    head = [
        '#sssom_version: "1.1"',
        f"#mapping_set_id: {addresses.graph(f'linkset/{name}')}",
        f'#mapping_set_title: "{_cell(title)}"',
        "#license: https://creativecommons.org/licenses/by/4.0/",
        "#curie_map:",
        f"#  ours: {addresses.base}id/",
        "#  semapv: https://w3id.org/semapv/vocab/",
        f"#  skos: {PREFIXES['skos']}",
        *(f"#  {prefix}: {space}" for space, prefix in prefixes.items()),
    ]
    rows = ["\t".join(COLUMNS)]
    for p in proposals:
        space, (predicate, justification) = namespace(p.theirs), _MAPPINGS[p.how]
        cells = (
            "ours:" + p.ours.removeprefix(f"{addresses.base}id/"),
            ours[p.ours].label,
            predicate,
            f"{prefixes[space]}:{p.theirs[len(space) :]}",
            theirs[p.theirs].label,
            justification,
            str(p.score),
            date,
            "gcmgraph link",
            p.reason,
        )
        rows.append("\t".join(_cell(cell) for cell in cells))
    return "\n".join([*head, *rows]) + "\n"


def _cell(text: str) -> str:
    """A text without characters that end a cell or a row."""
    return " ".join(text.replace('"', "'").split())
