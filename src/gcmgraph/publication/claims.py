"""Check of a structured claim against the statements of one dataset version.

A claim has a resource, a relation and a value.

Nothing is guessed: a part that is not understood (`claim_parts`) has candidates. What only a part
of a practice states is never confirmed of the practice. A claim is contradicted only where its
relation has at most one value, by the shapes or the table, or where a list is complete; the
absence of a statement contradicts nothing else. A value that the editors dispute decides nothing.

A number or date is a range: "at least 5" is all from 5 on, "2018" all days of 2018. A stated range
within that of the claim supports it, one without a common value contradicts it (`claim_ranges`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from importlib.resources import files

from gcmgraph.model.relations import Relation
from gcmgraph.platform.dates import Moment
from gcmgraph.platform.text import fold_name
from gcmgraph.publication.claim_amounts import Amount, AmountReader
from gcmgraph.publication.claim_figures import FigureReader
from gcmgraph.publication.claim_notes import EditorsNote, EditorsNotes
from gcmgraph.publication.claim_parts import Claim, ClaimReader, UnclearPartError, UnderstoodClaim
from gcmgraph.publication.claim_paths import Chain, Chains, PartValues, RelationPaths
from gcmgraph.publication.claim_ranges import (
    AT_LEAST,
    AT_MOST,
    EXACTLY,
    Range,
    days_of,
    number_in,
    numbers_named,
    point,
)
from gcmgraph.publication.descriptions import Describer, Fact, Labels
from gcmgraph.publication.reconciliation.entities import same_value
from gcmgraph.publication.reconciliation.reconciler import Reconciler
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Term, Triple, Vocabulary
from gcmgraph.store.port import Store
from gcmgraph.translations import Message

#: Limit on the values whose statements are shown where none decides.
_MAX_SHOWN = 3

#: Words for yes and no, folded.
_TRUTHS = {
    **dict.fromkeys("true yes oui si да 是 نعم 1".split(), True),
    **dict.fromkeys("false no non нет 否 لا 0".split(), False),
}

#: Reasons of verdicts.
_REASONS: dict[str, str] = tomllib.loads(
    (files(__package__) / "verdict_reasons.toml").read_text("utf-8")
)
REASONS = {reason: Message(text) for reason, text in _REASONS.items()}


class VerdictKind(StrEnum):
    """Verdict on a claim."""

    SUPPORTED = "supported"
    STATED_OF_PART = "stated of a part"
    DISPUTED = "disputed"
    CONTRADICTED = "contradicted"
    NOT_STATED = "not stated here"
    NOT_UNDERSTOOD = "not understood"


@dataclass(frozen=True)
class ClaimVerdict:
    """The verdict on a claim, its reason (a key of `REASONS`), and the statements it rests on."""

    kind: VerdictKind
    reason: str
    #: the part of the claim that is not understood, and what it may mean
    part: str = ""
    candidates: tuple[IRI, ...] = ()
    #: the parts as they were understood
    resource: IRI | None = None
    relation: IRI | None = None
    value: Term | None = None
    #: the part of the practice that alone states the claim
    stated_of: IRI | None = None
    statements: tuple[Fact, ...] = ()
    notes: tuple[EditorsNote, ...] = ()

    def explained(self, language: str) -> str:
        """The reason as a sentence."""
        return REASONS[self.reason].in_language(language)


@dataclass(frozen=True)
class _StatedRange:
    """A stated number or date, whether it supports a claim, and the statements that lead to it."""

    range: Range
    supports: bool
    chain: Chain


class ClaimChecker:
    """The checks of one dataset version."""

    def __init__(
        self,
        store: Store,
        addresses: Addresses,
        describer: Describer,
        labels: Labels,
        reconciler: Reconciler,
    ) -> None:
        self._store = store
        self._describer = describer
        self._addresses = addresses
        self._v = Vocabulary(addresses)
        self.reader = ClaimReader(store, addresses, labels, reconciler)
        self._paths = RelationPaths(store, self._v)
        self._amounts = AmountReader(store, self._v)
        self._figures = FigureReader(store, self._v)
        self._notes = EditorsNotes(store, self._v)

    def check(self, claim: Claim, language: str) -> ClaimVerdict:
        """The verdict on a claim, with units and notes in a language or the next best."""
        try:
            understood = self.reader.read(claim, language)
            verdict = self._with_notes(understood, self._verdict(understood))
        except UnclearPartError as error:
            return ClaimVerdict(
                VerdictKind.NOT_UNDERSTOOD, error.reason, error.part, error.candidates
            )
        return replace(
            verdict,
            resource=understood.resource.iri,
            relation=self._v(understood.relation.curie),
            value=understood.value,
        )

    def unclear_resource(self, text: str) -> ClaimVerdict | None:
        """The verdict on a name that is not understood, with candidates; None for one that is."""
        try:
            self.reader.resource(text)
        except UnclearPartError as error:
            return ClaimVerdict(
                VerdictKind.NOT_UNDERSTOOD, error.reason, error.part, error.candidates
            )
        return None

    def values(self, resource: IRI, relation: Relation) -> dict[Term, Chain]:
        """The values of a relation of a resource, each with the statements that lead to it."""
        if relation.values == ("figure",):
            figures = self._figures.figures(resource, relation)[:1]
            return {figure.literal: figure.chain for figure in figures}
        return self._paths.values(resource, relation)

    def _verdict(self, claim: UnderstoodClaim) -> ClaimVerdict:
        """The verdict by the statements on the resource; else, that a part states the claim.

        A reading may state of a whole what the passages of one part alone say: that is of the part.
        A value that all parts have, or a passage that is about several parts, is of the whole.
        """
        iri = claim.resource.iri
        if claim.form == "figure":
            return self._figure_verdict(claim)
        verdict = self._verdict_by(claim, self._paths.values(iri, claim.relation))
        if verdict.kind is VerdictKind.CONTRADICTED and _is_named(claim, self._notes.texts(iri)):
            verdict = replace(verdict, kind=VerdictKind.NOT_STATED, reason="noted")
        if verdict.kind not in {VerdictKind.NOT_STATED, VerdictKind.SUPPORTED}:
            return verdict
        parts = self._paths.of_parts(iri, claim.relation)
        verdicts_on_parts = self._supported_of(parts, claim)
        if verdict.kind is VerdictKind.NOT_STATED:
            return verdicts_on_parts[0] if verdicts_on_parts else verdict
        is_of_all = len(parts) > 1 and len(verdicts_on_parts) == len(parts)
        if not is_of_all:
            for verdict_on_part in verdicts_on_parts:
                if self._rests_on_part(verdict, verdict_on_part, parts):
                    return verdict_on_part
        return verdict

    def _supported_of(
        self, parts: Sequence[PartValues], claim: UnderstoodClaim
    ) -> list[ClaimVerdict]:
        """The verdict on each part that states the claim."""
        verdicts = []
        for part in parts:
            verdict = self._verdict_by(claim, part.chains)
            if verdict.kind is VerdictKind.SUPPORTED:
                of_part = replace(verdict, kind=VerdictKind.STATED_OF_PART, reason="part")
                verdicts.append(replace(of_part, stated_of=part.part))
        return verdicts

    def _rests_on_part(
        self, verdict: ClaimVerdict, verdict_on_part: ClaimVerdict, parts: Sequence[PartValues]
    ) -> bool:
        """Whether only passages about one part support a verdict on the whole."""
        passages = _passages(verdict.statements)
        passages_of_part = _passages(verdict_on_part.statements)
        for part in parts:
            if part.part != verdict_on_part.stated_of:
                passages_of_part -= self._passages_of(part)
        return bool(passages) and passages <= passages_of_part

    def _passages_of(self, part: PartValues) -> set[IRI]:
        """The passages that support the values of a part."""
        return _passages(self._fact(triple) for chain in part.chains.values() for triple in chain)

    def _verdict_by(self, claim: UnderstoodClaim, stated: Chains) -> ClaimVerdict:
        """The verdict by some values of the relation."""
        if claim.value is not None:
            return self._resource_verdict(claim, claim.value, stated)
        if claim.form == "number":
            return self._number_verdict(claim, stated)
        if claim.form == "date":
            claimed = _claimed_days(claim.claim.value, claim.claim.bound, "value")
            dates = _dates(stated, claimed)
            return self._range_verdict(claim, claimed, dates, has_one_value=claim.has_one_value)
        return self._literal_verdict(claim, stated)

    def _resource_verdict(self, claim: UnderstoodClaim, value: IRI, stated: Chains) -> ClaimVerdict:
        """The verdict on a resource."""
        chain = stated.get(value)
        if chain and claim.claim.date:
            return self._date_verdict(claim, chain)
        if chain:
            return self._supported(claim.resource.iri, chain, value)
        shortest = min(map(len, stated.values()), default=0)
        shortest_chains = [chain for chain in stated.values() if len(chain) == shortest]
        complete_list = self._complete_list(claim.relation, value, shortest_chains)
        if complete_list:
            own_statements = self._store.triples(claim.resource.iri, None, value)
            own_chains = [(triple,) for triple in own_statements]  # such as the other vote
            shown = own_chains or complete_list
            return self._decided(VerdictKind.CONTRADICTED, "unlisted", shown[:_MAX_SHOWN])
        containing_values = self._paths.containing_values(value, claim.relation)
        is_compatible = any(chain[-1].object in containing_values for chain in shortest_chains)
        if claim.has_one_value and shortest_chains and not is_compatible:
            return self._decided(VerdictKind.CONTRADICTED, "other", shortest_chains)
        return self._undecided(shortest_chains)

    def _date_verdict(self, claim: UnderstoodClaim, chain: Chain) -> ClaimVerdict:
        """The verdict on a date of a statement, such as that of a party of a treaty."""
        claimed = _claimed_days(claim.claim.date, claim.claim.bound, "date")
        chains: dict[Term, Chain] = {
            triple.object: chain for triple in chain if isinstance(triple.object, Literal)
        }
        return self._range_verdict(claim, claimed, _dates(chains, claimed), has_one_value=True)

    def _complete_list(
        self, relation: Relation, value: IRI, shortest_chains: Sequence[Chain]
    ) -> Sequence[Chain]:
        """The complete list that a value would be on; empty for none.

        What a contribution adds completes no list.
        """
        listed = shortest_chains if "all" in relation.rules else []
        if "marked" in relation.rules:
            predicate = self._v(relation.paths[0].lstrip("^"))
            is_inverse = relation.paths[0].startswith("^")
            pattern = (value, predicate, None) if is_inverse else (None, predicate, value)
            listed = [(triple,) for triple in self._store.triples(*pattern)]
        contributed = self._addresses.graph("contribution/")
        triples = [triple for chain in listed for triple in chain]
        graphs = [name for triple in triples for name in self._describer.fact(triple).graphs]
        return [] if any(name.startswith(contributed) for name in graphs) else listed

    def _number_verdict(self, claim: UnderstoodClaim, stated: Chains) -> ClaimVerdict:
        """The verdict on a number, by the amounts in its unit.

        Shares of a budget decide nothing.
        """
        number = _claimed_number(claim)
        bound = claim.claim.bound
        amounts = list(self._amounts.amounts(claim, stated))
        wholes = [amount for amount in amounts if not amount.is_share]
        for amount in wholes:
            if amount.states(number, bound):
                return self._supported(claim.resource.iri, amount.chain)
        claimed = point(number).bounded(bound)
        ranges = [
            _StatedRange(amount.range(), amount.supports(claimed, bound), amount.chain)
            for amount in wholes
        ]
        is_supported = any(stated_range.supports for stated_range in ranges)
        bare = [amount.chain for amount in wholes if amount.number == number]
        if bound == EXACTLY and bare and not is_supported:
            return self._decided(VerdictKind.NOT_STATED, "bare", bare)
        is_share = any(amount.is_share and amount.number == number for amount in amounts)
        has_one_value = len(wholes) == 1 and not is_share and _has_one_measure(claim, wholes[0])
        return self._range_verdict(claim, claimed, ranges, has_one_value=has_one_value)

    def _figure_verdict(self, claim: UnderstoodClaim) -> ClaimVerdict:
        """The verdict on a figure of a country: of the year of the claim, else of the last year.

        Only a figure of the same year contradicts, and no number that may be the figure rounded.
        """
        number = _claimed_number(claim)
        year = _claimed_year(claim)
        figures = self._figures.figures(claim.resource.iri, claim.relation)
        of_year = [figure for figure in figures if figure.year == year] if year else figures[:1]
        bound = claim.claim.bound
        for figure in of_year:
            if figure.supports(number, bound):
                return self._decided(VerdictKind.SUPPORTED, "stated", [figure.chain])
        if year and of_year and of_year[0].excludes(number, bound):
            return self._decided(VerdictKind.CONTRADICTED, "figure", [of_year[0].chain])
        return self._undecided([figure.chain for figure in of_year or figures])

    def _literal_verdict(self, claim: UnderstoodClaim, stated: Chains) -> ClaimVerdict:
        """The verdict on a text, a code, or yes or no."""
        texts = {term: chain for term, chain in stated.items() if isinstance(term, Literal)}
        claimed = claim.claim.value
        if claim.form == "yes or no":
            truth = _TRUTHS.get(fold_name(claimed))
            if truth is None:
                raise UnclearPartError("value", "yes or no")
            agreeing = [term for term in texts if _TRUTHS[term.value] is truth]
        else:
            agreeing = [term for term in texts if same_value(claimed, term.value)]
        if agreeing:
            return self._supported(claim.resource.iri, texts[agreeing[0]])
        if claim.has_one_value and texts and not any(term.language for term in texts):
            return self._decided(VerdictKind.CONTRADICTED, "other", texts.values())
        return self._undecided(list(texts.values()))

    def _range_verdict(
        self,
        claim: UnderstoodClaim,
        claimed: Range,
        stated: Sequence[_StatedRange],
        *,
        has_one_value: bool,
    ) -> ClaimVerdict:
        """The verdict on a range.

        A bound holds for all stated ranges, a single number for one of them.
        """
        supporting = [stated_range for stated_range in stated if stated_range.supports]
        is_bound = claim.claim.bound in (AT_LEAST, AT_MOST)
        if supporting and (len(supporting) == len(stated) or not is_bound):
            return self._supported(claim.resource.iri, supporting[0].chain)
        chains = [stated_range.chain for stated_range in stated]
        is_excluded = all(stated_range.range.excludes(claimed) for stated_range in stated)
        if stated and has_one_value and is_excluded:
            return self._decided(VerdictKind.CONTRADICTED, "excluded", chains)
        return self._undecided(chains)

    def _supported(self, iri: IRI, chain: Chain, value: IRI | None = None) -> ClaimVerdict:
        """Support by a chain; inferred if the chain passes another resource."""
        ends = {_whole(iri), _whole(value)} if value else {_whole(iri)}
        inferred = any(_whole(triple.subject) not in ends for triple in chain)
        return self._decided(VerdictKind.SUPPORTED, "inferred" if inferred else "stated", [chain])

    def _undecided(self, chains: Sequence[Chain]) -> ClaimVerdict:
        reason = "open" if chains else "silent"
        return self._decided(VerdictKind.NOT_STATED, reason, chains[:_MAX_SHOWN])

    def _decided(self, kind: VerdictKind, reason: str, chains: Iterable[Chain]) -> ClaimVerdict:
        """A verdict with the statements of some chains."""
        triples = dict.fromkeys(triple for chain in chains for triple in chain)
        statements = tuple(self._fact(triple) for triple in triples)
        return ClaimVerdict(kind, reason, statements=statements)

    def _fact(self, triple: Triple) -> Fact:
        """A statement with its evidence.

        Of an inferred one, the stated one between the same resources, from which it follows.
        """
        fact = self._describer.fact(triple)
        if fact.inferred and isinstance(triple.object, IRI):
            ends = {triple.subject, triple.object}
            for end in (triple.subject, triple.object):
                if not isinstance(end, IRI):
                    continue
                for statement in self._store.triples(end):
                    if {statement.subject, statement.object} == ends:
                        stated_fact = self._describer.fact(statement)
                        if not stated_fact.inferred:
                            return stated_fact
        return fact

    def _with_notes(self, claim: UnderstoodClaim, verdict: ClaimVerdict) -> ClaimVerdict:
        """The verdict with the editors' notes. A statement that they dispute decides nothing."""
        disputing = [
            note
            for fact in verdict.statements
            for note in self._notes.disputing(fact, claim.language)
        ]
        describing = self._notes.about(claim.resource.iri, verdict.stated_of, claim.language)
        noted = replace(verdict, notes=(*disputing, *describing))
        return replace(noted, kind=VerdictKind.DISPUTED, reason="disputed") if disputing else noted


def _passages(statements: Iterable[Fact]) -> set[IRI]:
    """The passages that support some statements."""
    return {evidence.passage.iri for statement in statements for evidence in statement.evidence}


def _whole(iri: object) -> str:
    return str(getattr(iri, "value", "")).partition("#")[0]


def _has_one_measure(claim: UnderstoodClaim, amount: Amount) -> bool:
    """Whether a claim with a unit is about a measure of which a resource has one value."""
    return bool(claim.claim.unit) and ("one" in claim.relation.rules or amount.is_count)


def _claimed_number(claim: UnderstoodClaim) -> Decimal:
    """The number in a claim. Raises `UnclearPartError`."""
    number = number_in(claim.claim.value)
    if number is None:
        raise UnclearPartError("value", "number")
    return number


def _claimed_year(claim: UnderstoodClaim) -> str:
    """The year in a claim on a figure; empty for none. Raises `UnclearPartError`."""
    year = claim.claim.date.strip()
    if year and not year.isdecimal():
        raise UnclearPartError("date", "year")
    return year


def _claimed_days(text: str, bound: str, part: str) -> Range:
    """The days of a date in a claim. Raises `UnclearPartError`."""
    moment = Moment.parse(text.strip())
    if moment is None:
        raise UnclearPartError(part, "date")
    return days_of(moment).bounded(bound)


def _dates(stated: Mapping[Term, Chain], claimed: Range) -> list[_StatedRange]:
    """Stated dates as ranges of days."""
    dates = []
    for term, chain in stated.items():
        days = days_of(Moment.parse(str(term.value)))
        dates.append(_StatedRange(days, days.is_within(claimed), chain))
    return dates


def _is_named(claim: UnderstoodClaim, notes: Mapping[IRI, Sequence[Literal]]) -> bool:
    """Whether a note names the number or the year of a claim."""
    if claim.form == "number":
        claimed = number_in(claim.claim.value)
    else:
        moment = Moment.parse((claim.claim.date or claim.claim.value).strip())
        claimed = Decimal(moment.year) if moment else None
    return any(claimed in numbers_named(text.value) for texts in notes.values() for text in texts)
