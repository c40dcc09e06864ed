"""Check of a structured claim (resource, relation, value) against the statements of one dataset version.

Names are resolved as in reconciliation, but for typing errors; relations by the table of
`properties`. Nothing is guessed: an ambiguous part is not understood, and has candidates. What only
a part of a practice states is never confirmed of the practice. A claim is contradicted only where
its relation has at most one value, by the shapes or the table, or where a list is complete; the
absence of a statement contradicts nothing else. A value that the editors dispute decides nothing.

A number or date is a range: "at least 5" is all from 5 on, "2018" all days of 2018. A stated range
within that of the claim supports it, one without a common value contradicts it (`claim_ranges`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from importlib.resources import files

from gcmgraph.model.kinds import KINDS
from gcmgraph.model.relations import LITERALS, Relation, relations
from gcmgraph.platform.dates import Moment
from gcmgraph.platform.similarity import nearest
from gcmgraph.platform.text import fold_name
from gcmgraph.publication.claim_paths import Chain, Chains, PartValues, RelationPaths
from gcmgraph.publication.claim_ranges import (
    Range,
    days_of,
    number_in,
    numbers_named,
    point,
    rounded,
)
from gcmgraph.publication.claim_units import PEOPLE, counts_the_same, currency_names
from gcmgraph.publication.descriptions import Describer, Fact, Labels, ResourceValues, choose
from gcmgraph.publication.reconciliation.entities import Entity, same_value
from gcmgraph.publication.reconciliation.reconciler import (
    CandidateQuery,
    Reconciler,
    ScoredCandidate,
)
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Term, Triple, Vocabulary
from gcmgraph.store.port import Store
from gcmgraph.translations import LANGUAGES, Message


class VerdictKind(StrEnum):
    """Verdict on a claim."""

    SUPPORTED = "supported"
    STATED_OF_PART = "stated of a part"
    DISPUTED = "disputed"
    CONTRADICTED = "contradicted"
    NOT_STATED = "not stated here"
    NOT_UNDERSTOOD = "not understood"


#: Bounds of a number or date in a claim; none is "this number", with whatever bound the source has.
AT_LEAST, AT_MOST, EXACTLY = BOUNDS = ("at least", "at most", "exactly")

#: Longest part of a claim, in characters; candidates for one, at most.
LONGEST, CANDIDATES = 500, 6

#: Candidates that are compared for one part of a claim; lowest score of one that is shown.
_COMPARED, _SIMILAR = 20, 60

#: Statements that are shown where none decides.
_SHOWN = 3

_NO_NAME = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

#: Words for yes and no, folded.
_TRUTHS = {
    **dict.fromkeys("true yes oui si да 是 نعم 1".split(), True),
    **dict.fromkeys("false no non нет 否 لا 0".split(), False),
}

#: Reasons of verdicts.
_REASONS: dict[str, str] = tomllib.loads((files(__package__) / "claims.toml").read_text("utf-8"))
REASONS = {reason: Message(text) for reason, text in _REASONS.items()}


@dataclass(frozen=True)
class Claim:
    """A claim; `unit` and `bound` belong to a number, `bound` also to a date, `date` to a party of a treaty."""

    resource: str
    relation: str
    value: str
    unit: str = ""
    bound: str = ""
    date: str = ""


@dataclass(frozen=True)
class EditorsNote:
    """A note of the editors on a resource, or on one statement that they dispute."""

    about: IRI
    text: Literal
    disputes: bool = False


@dataclass(frozen=True)
class ClaimVerdict:
    """The verdict on a claim, its reason (a key of `REASONS`), and the statements on which it rests."""

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


class _UnclearError(Exception):
    """A part of a claim that is not understood."""

    def __init__(self, part: str, reason: str, candidates: Iterable[IRI] = ()) -> None:
        super().__init__(reason)
        few = tuple(dict.fromkeys(candidates))[:CANDIDATES]
        self.verdict = ClaimVerdict(VerdictKind.NOT_UNDERSTOOD, reason, part, few)


@dataclass(frozen=True)
class _Question:
    """A claim whose parts are understood."""

    claim: Claim
    resource: Entity
    relation: Relation
    #: language of units
    language: str
    #: the value of a claim on a resource
    value: IRI | None
    #: whether the resource has at most one value
    single: bool

    @property
    def form(self) -> str:
        """The form of the values: a kind of resources, or one of `LITERALS`."""
        return self.relation.values[0]


@dataclass(frozen=True)
class _StatedRange:
    """A number or date that is stated, whether it supports a claim, and the statements that lead to it."""

    range: Range
    supports: bool
    chain: Chain


@dataclass(frozen=True)
class _Amount:
    """A stated number of a unit."""

    number: Decimal
    #: `at-least`, `at-most`, `about`, `exact`, or empty for a bare number
    bound: str
    #: whether people or objects are counted; else it is money
    is_count: bool
    #: whether it is one funder's share of a budget
    is_share: bool
    chain: Chain

    def range(self) -> Range:
        """The numbers that the statement leaves open."""
        return point(self.number).bounded(self.bound) if self.bound else rounded(self.number)

    def states(self, number: Decimal, bound: str) -> bool:
        """Whether the statement has this number with this bound, such as "more than 2,500"."""
        return bool(bound) and self.number == number and self.bound == bound.replace(" ", "-")

    def supports(self, claimed: Range, bound: str) -> bool:
        """Whether a number with a bound follows. A bare number is not "exactly" this number."""
        if bound in (AT_LEAST, AT_MOST):
            return self.range().is_within(claimed)
        is_equal = claimed == point(self.number)
        return is_equal and (bound != EXACTLY or self.bound == "exact")


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
        self._labels = labels
        self._reconciler = reconciler
        self._addresses = addresses
        self._v = Vocabulary(addresses)
        self._paths = RelationPaths(store, self._v)
        self._units = [self._v(curie) for curie in ("schema:currency", "schema:unitText")]
        self._by_name: dict[str, list[Relation]] = {}
        for relation in relations():
            for name in self._names(relation):
                self._by_name.setdefault(name, []).append(relation)

    def check(self, claim: Claim, language: str) -> ClaimVerdict:
        """The verdict on a claim, with units and notes in a language or the next best."""
        try:
            _require_parts(claim)
            resource, relation = self._subject(claim)
            _require_fit(claim, relation)
            value = None
            if relation.values[0] not in LITERALS:
                value = self._value(claim.value, relation)
            single = "one" in relation.rules or self._at_most_one(relation, resource.kind)
            question = _Question(claim, resource, relation, language, value, single)
            verdict = self._with_notes(question, self._decide(question))
        except _UnclearError as unclear:
            return unclear.verdict
        return replace(
            verdict, resource=resource.iri, relation=self._v(relation.curie), value=value
        )

    # the parts of a claim

    def _names(self, relation: Relation) -> set[str]:
        """The folded names of a relation."""
        stated = [text.value for _, text in self._labels.statements(self._v(relation.curie))]
        local_name = relation.curie.partition(":")[2]
        return {fold_name(name) for name in (*stated, *relation.names, relation.curie, local_name)}

    def values(self, resource: IRI, relation: Relation) -> dict[Term, Chain]:
        """The values of a relation of a resource, each with the statements that lead to it."""
        return self._paths.values(resource, relation)

    def _subject(self, claim: Claim) -> tuple[Entity, Relation]:
        """The resource and the relation of a claim; a relation is one of the kind of the resource."""
        text = self._addresses.rebase(claim.relation.strip())
        named = self._by_name.get(fold_name(self._addresses.compress(text) or text), [])
        if not named:
            near = nearest(fold_name(text), self._by_name, CANDIDATES)
            similar = [relation for name in near for relation in self._by_name[name]]
            raise _UnclearError("relation", "relation", self._properties(similar))
        kinds = tuple(kind for relation in named for kind in relation.kinds)
        try:
            resource = self._resource("resource", claim.resource, kinds)
        except _UnclearError:
            self._require_kind(claim.resource, kinds)
            raise
        return resource, next(relation for relation in named if resource.kind in relation.kinds)

    def _require_kind(self, text: str, kinds: Sequence[str]) -> None:
        """Raise `_UnclearError` for the name of a resource of another kind."""
        kind = ""
        with suppress(_UnclearError):
            kind = self._resource("resource", text, ()).kind
        if kind and kind not in kinds:
            fitting = self._properties(
                relation for relation in relations() if kind in relation.kinds
            )
            raise _UnclearError("relation", "unfit", fitting) from None

    def _properties(self, found: Iterable[Relation]) -> Iterator[IRI]:
        return (self._v(relation.curie) for relation in found)

    def _resource(self, part: str, text: str, allowed: Sequence[str]) -> Entity:
        """The resource of a name, code or IRI; of some kinds, or of concepts below a stem, or of any kind."""
        text = self._addresses.rebase(text.strip())
        with suppress(KeyError):
            iri = self._addresses.expand(text)
            text = iri if self._reconciler.entities.get(iri) else text
        kinds = tuple(dict.fromkeys(stem.partition("/")[0] for stem in allowed))
        stems = tuple(stem if "/" in stem else f"{stem}/" for stem in allowed) or ("",)
        candidates = self._reconciler.candidates(CandidateQuery(text, kinds, limit=_COMPARED))
        possible = [candidate for candidate in candidates if candidate.entity.id.startswith(stems)]
        entity = (
            _match(possible)
            or _only_equal_name(possible, candidates)
            or self._titled(possible, text)
        )
        if entity is None:
            raise _unclear(part, possible)
        return entity

    def _value(self, text: str, relation: Relation) -> IRI:
        """The resource that is the value of a claim.

        A State as an organisation is its government.
        """
        try:
            return self._resource("value", text, relation.values).iri
        except _UnclearError:
            government = self._government(text) if relation.values == ("organisation",) else None
            if government is None:
                raise
            return government

    def _government(self, text: str) -> IRI | None:
        """The government of the State with this name."""
        try:
            state = self._resource("value", text, ("country",)).iri
        except _UnclearError:
            return None
        government = self._v("concept:organisation-kind/government")
        governments = [
            located.subject
            for located in self._store.triples(None, self._v("dct:spatial"), state)
            if any(kind.object == government for kind in self._triples(located.subject, "dct:type"))
        ]
        only = governments[0] if len(governments) == 1 else None
        return only if isinstance(only, IRI) else None

    def _titled(self, possible: Sequence[ScoredCandidate], text: str) -> Entity | None:
        """The practice with this title and objective, where another practice has the title, too."""
        if any(candidate.same for candidate in possible):
            return None
        name = fold_name(text)
        titled = [
            candidate.entity for candidate in possible if name in self._titles(candidate.entity.iri)
        ]
        return titled[0] if len(titled) == 1 else None

    def _titles(self, iri: IRI) -> set[str]:
        """The folded labels of a resource, which name the objective of a practice whose title another has."""
        return {fold_name(self._labels.of(iri, language).text) for language in LANGUAGES}

    # the verdict

    def _decide(self, question: _Question) -> ClaimVerdict:
        """The verdict by the statements on the resource; where they decide nothing, that a part states the claim.

        A reading may state of a whole what the passages of one part alone say: that is of the part.
        A value that all parts have, or a passage that is about several parts, is of the whole.
        """
        iri = question.resource.iri
        verdict = self._compared(question, self._paths.values(iri, question.relation))
        if verdict.kind is VerdictKind.CONTRADICTED and _is_named(question, self._notes_on(iri)):
            verdict = replace(verdict, kind=VerdictKind.NOT_STATED, reason="noted")
        if verdict.kind not in {VerdictKind.NOT_STATED, VerdictKind.SUPPORTED}:
            return verdict
        parts = self._paths.of_parts(iri, question.relation)
        of_parts = self._supported_of(parts, question)
        if verdict.kind is VerdictKind.NOT_STATED:
            return of_parts[0] if of_parts else verdict
        is_of_all = len(parts) > 1 and len(of_parts) == len(parts)
        if is_of_all:
            return verdict
        return next(
            (of_part for of_part in of_parts if self._is_in_its_words(verdict, of_part, parts)),
            verdict,
        )

    def _supported_of(self, parts: Sequence[PartValues], question: _Question) -> list[ClaimVerdict]:
        """The verdict on each part that states the claim."""
        verdicts = []
        for part in parts:
            verdict = self._compared(question, part.chains)
            if verdict.kind is VerdictKind.SUPPORTED:
                verdicts.append(
                    replace(
                        verdict, kind=VerdictKind.STATED_OF_PART, reason="part", stated_of=part.part
                    )
                )
        return verdicts

    def _is_in_its_words(
        self, verdict: ClaimVerdict, of_part: ClaimVerdict, parts: Sequence[PartValues]
    ) -> bool:
        """Whether only passages about one part support a verdict on the whole."""
        others = [part for part in parts if part.part != of_part.stated_of]
        passages = _passages(verdict.statements)
        return bool(passages) and passages <= _passages(of_part.statements) - self._passages_of(
            others
        )

    def _passages_of(self, parts: Iterable[PartValues]) -> set[IRI]:
        """The passages that support the values of some parts."""
        chains = [chain for part in parts for chain in part.chains.values()]
        return _passages(self._fact(triple) for chain in chains for triple in chain)

    def _compared(self, question: _Question, stated: Chains) -> ClaimVerdict:
        """The verdict by some values of the relation."""
        if question.value is not None:
            return self._resource_verdict(question, question.value, stated)
        if question.form == "number":
            return self._number_verdict(question, stated)
        if question.form == "date":
            claimed = _claimed_days(question.claim.value, question.claim.bound, "value")
            return self._range_verdict(
                question, claimed, _dates(stated, claimed), single=question.single
            )
        return self._literal_verdict(question, stated)

    def _resource_verdict(self, question: _Question, value: IRI, stated: Chains) -> ClaimVerdict:
        chain = stated.get(value)
        if chain and question.claim.date:
            claimed = _claimed_days(question.claim.date, question.claim.bound, "date")
            dates: dict[Term, Chain] = {
                t.object: chain for t in chain if isinstance(t.object, Literal)
            }
            return self._range_verdict(question, claimed, _dates(dates, claimed), single=True)
        if chain:
            return self._supported(question.resource.iri, chain, value)
        shortest = min(map(len, stated.values()), default=0)
        direct = [chain for chain in stated.values() if len(chain) == shortest]
        if listed := self._complete_list(question.relation, value, direct):
            return self._verdict(VerdictKind.CONTRADICTED, "unlisted", listed[:_SHOWN])
        wider = self._paths.wider(value, question.relation)
        if question.single and direct and not any(chain[-1].object in wider for chain in direct):
            return self._verdict(VerdictKind.CONTRADICTED, "other", direct)
        return self._undecided(direct)

    def _complete_list(
        self, relation: Relation, value: IRI, direct: Sequence[Chain]
    ) -> Sequence[Chain]:
        """The complete list that a value would be on; empty for none.

        What a contribution adds completes no list.
        """
        listed = direct if "all" in relation.rules else []
        if "marked" in relation.rules:
            predicate = self._v(relation.paths[0].lstrip("^"))
            is_inverse = relation.paths[0].startswith("^")
            pattern = (value, predicate, None) if is_inverse else (None, predicate, value)
            listed = [(triple,) for triple in self._store.triples(*pattern)]
        contributed = self._addresses.graph("contribution/")
        triples = [triple for chain in listed for triple in chain]
        graphs = [name for triple in triples for name in self._describer.fact(triple).graphs]
        return [] if any(name.startswith(contributed) for name in graphs) else listed

    def _number_verdict(self, question: _Question, stated: Chains) -> ClaimVerdict:
        """The verdict on a number, by the amounts in its unit.

        Shares of a budget decide nothing.
        """
        claim = question.claim
        number = number_in(claim.value)
        if number is None:
            raise _UnclearError("value", "number")
        claimed = point(number).bounded(claim.bound)
        amounts = list(self._amounts(question, stated))
        wholes = [amount for amount in amounts if not amount.is_share]
        is_share = any(amount.number == number for amount in amounts if amount.is_share)
        is_one_measure = "one" in question.relation.rules or any(
            amount.is_count for amount in wholes
        )
        single = is_one_measure and bool(claim.unit) and len(wholes) == 1 and not is_share
        ranges = [
            _StatedRange(one.range(), one.supports(claimed, claim.bound), one.chain)
            for one in wholes
        ]
        repeated = [amount.chain for amount in wholes if amount.states(number, claim.bound)]
        if repeated:
            return self._supported(question.resource.iri, repeated[0])
        if claim.bound == EXACTLY and not any(one.supports for one in ranges):
            bare = [amount.chain for amount in wholes if amount.number == number]
            if bare:
                return self._verdict(VerdictKind.NOT_STATED, "bare", bare)
        return self._range_verdict(question, claimed, ranges, single=single)

    def _amounts(self, question: _Question, stated: Chains) -> Iterator[_Amount]:
        """The stated amounts in the unit of a claim."""
        for node, chain in stated.items():
            if not isinstance(node, IRI):
                continue
            values = ResourceValues(self._store, self._v, node)
            units = [*values.texts("schema:currency"), *values.texts("schema:unitText")]
            names = [
                *(unit.value for unit in units),
                *currency_names(values.text("schema:currency")),
            ]
            number = values.text("schema:value")
            claimed_unit = question.claim.unit
            if "people" in question.relation.rules:
                claimed_unit = claimed_unit or PEOPLE
            if number is None or not any(counts_the_same(claimed_unit, name) for name in names):
                continue
            bound = values.iri("gcm:bound")
            unit = choose(units, question.language)
            shown = [*values.values("schema:value"), bound, *values.values("schema:currency"), unit]
            triples = [
                triple for term in shown for triple in values.triples if triple.object == term
            ]
            yield _Amount(
                number=Decimal(number),
                bound=bound.value.rpartition("/")[2] if bound else "",
                is_count=bool(values.texts("schema:unitText")),
                is_share=any(self._is_part_of_a_node(triple.subject) for triple in chain),
                chain=(*chain, *triples),
            )

    def _is_part_of_a_node(self, subject: object) -> bool:
        """Whether a node of a resource is part of another node: a grant that is a share of a budget."""
        return "#" in str(subject) and bool(self._triples(subject, "dct:isPartOf"))

    def _literal_verdict(self, question: _Question, stated: Chains) -> ClaimVerdict:
        """The verdict on a text, a code, or yes or no."""
        texts = {term: chain for term, chain in stated.items() if isinstance(term, Literal)}
        claimed = question.claim.value
        if question.form == "yes or no":
            truth = _TRUTHS.get(fold_name(claimed))
            if truth is None:
                raise _UnclearError("value", "yes or no")
            agreeing = [term for term in texts if _TRUTHS[term.value] is truth]
        else:
            agreeing = [term for term in texts if same_value(claimed, term.value)]
        if agreeing:
            return self._supported(question.resource.iri, texts[agreeing[0]])
        if question.single and texts and not any(term.language for term in texts):
            return self._verdict(VerdictKind.CONTRADICTED, "other", texts.values())
        return self._undecided(list(texts.values()))

    def _range_verdict(
        self, question: _Question, claimed: Range, stated: Sequence[_StatedRange], *, single: bool
    ) -> ClaimVerdict:
        """The verdict on a range.

        A bound holds for all stated ranges, a single number for one of them.
        """
        supporting = [one for one in stated if one.supports]
        is_bound = question.claim.bound in (AT_LEAST, AT_MOST)
        if supporting and (len(supporting) == len(stated) or not is_bound):
            return self._supported(question.resource.iri, supporting[0].chain)
        chains = [one.chain for one in stated]
        if stated and single and all(one.range.excludes(claimed) for one in stated):
            return self._verdict(VerdictKind.CONTRADICTED, "excluded", chains)
        return self._undecided(chains)

    def _supported(self, iri: IRI, chain: Chain, value: IRI | None = None) -> ClaimVerdict:
        ends = {_whole(iri), _whole(value)} if value else {_whole(iri)}
        inferred = any(_whole(triple.subject) not in ends for triple in chain)
        return self._verdict(VerdictKind.SUPPORTED, "inferred" if inferred else "stated", [chain])

    def _undecided(self, chains: Sequence[Chain]) -> ClaimVerdict:
        return self._verdict(
            VerdictKind.NOT_STATED, "open" if chains else "silent", chains[:_SHOWN]
        )

    def _verdict(self, kind: VerdictKind, reason: str, chains: Iterable[Chain]) -> ClaimVerdict:
        triples = dict.fromkeys(triple for chain in chains for triple in chain)
        return ClaimVerdict(
            kind, reason, statements=tuple(self._fact(triple) for triple in triples)
        )

    def _fact(self, triple: Triple) -> Fact:
        """A statement with its evidence; of an inferred one, the stated one from which it follows."""
        fact = self._describer.fact(triple)
        if fact.inferred and isinstance(triple.object, IRI):
            ends = (triple.subject, triple.object)
            for other in (*self._triples(triple.subject), *self._triples(triple.object)):
                if {other.subject, other.object} == {*ends} and not self._describer.fact(
                    other
                ).inferred:
                    return self._describer.fact(other)
        return fact

    # notes of the editors

    def _with_notes(self, question: _Question, verdict: ClaimVerdict) -> ClaimVerdict:
        """The verdict with the editors' notes. A statement that they dispute decides nothing."""
        disputing = [
            note for fact in verdict.statements for note in self._disputing(fact, question.language)
        ]
        describing = []
        for about, texts in self._notes_on(question.resource.iri, verdict.stated_of).items():
            if text := choose(texts, question.language):
                describing.append(EditorsNote(about, text))
        noted = replace(verdict, notes=(*disputing, *describing))
        return replace(noted, kind=VerdictKind.DISPUTED, reason="disputed") if disputing else noted

    def _disputing(self, fact: Fact, language: str) -> Iterator[EditorsNote]:
        """The notes in which the editors dispute a statement."""
        for about in self._store.triples(None, self._v("rdf:subject"), fact.subject):
            if isinstance(about.subject, IRI):
                account = ResourceValues(self._store, self._v, about.subject)
                is_its = account.iri(
                    "rdf:predicate"
                ) == fact.predicate and fact.object in account.values("rdf:object")
                note = choose(account.texts("skos:editorialNote"), language)
                if is_its and note:
                    yield EditorsNote(fact.subject, note, disputes=True)

    def _notes_on(self, iri: IRI, *parts: IRI | None) -> dict[IRI, tuple[Literal, ...]]:
        """The notes on a resource, on the practice of which it is a part, and on some of its parts."""
        wholes = [triple.object for triple in self._triples(iri, "dct:isPartOf")]
        notes = {}
        for about in (iri, *wholes, *parts):
            if isinstance(about, IRI):
                notes[about] = ResourceValues(self._store, self._v, about).texts(
                    "skos:editorialNote"
                )
        return notes

    def _at_most_one(self, relation: Relation, kind: str) -> bool:
        """Whether a shape permits one value only."""
        if relation.paths != (relation.curie,):
            return False
        classes = {self._v(curie) for curie in KINDS[kind].classes}
        return any(
            limit.object == Literal(1)
            and classes & {target.object for target in self._triples(of.subject, "sh:targetClass")}
            for path in self._store.triples(None, self._v("sh:path"), self._v(relation.curie))
            if isinstance(path.subject, IRI)
            for limit in self._triples(path.subject, "sh:maxCount")
            for of in self._store.triples(None, self._v("sh:property"), path.subject)
        )

    def _triples(self, subject: object, curie: str = "") -> list[Triple]:
        """The statements about a resource, or those of one property."""
        predicate = self._v(curie) if curie else None
        return list(self._store.triples(subject, predicate)) if isinstance(subject, IRI) else []


def _passages(statements: Iterable[Fact]) -> set[IRI]:
    """The passages that support some statements."""
    return {evidence.passage.iri for statement in statements for evidence in statement.evidence}


def _require_parts(claim: Claim) -> None:
    for part in ("resource", "relation", "value"):
        if not getattr(claim, part).strip():
            raise _UnclearError(part, "missing")
    for part, text in vars(claim).items():
        if len(text) > LONGEST or _NO_NAME.search(text):
            raise _UnclearError(part, "long")
    if claim.bound not in ("", *BOUNDS):
        raise _UnclearError("bound", "bound")


def _require_fit(claim: Claim, relation: Relation) -> None:
    """Raise `_UnclearError` for a bound, a unit or a date that the values of the relation do not have."""
    form = relation.values[0]
    if claim.date and not any("[" in path for path in relation.paths):
        raise _UnclearError("date", "day")
    if claim.bound and form not in ("number", "date") and not claim.date:
        raise _UnclearError("bound", "bound")
    if claim.unit and form != "number":
        raise _UnclearError("unit", "unit")


def _match(possible: Sequence[ScoredCandidate]) -> Entity | None:
    """The only resource with this name or code.

    A name with a typing error may be that of another resource.
    """
    matches = [candidate.entity for candidate in possible if candidate.match and candidate.same]
    return matches[0] if len(matches) == 1 else None


def _only_equal_name(
    possible: Sequence[ScoredCandidate], candidates: Sequence[ScoredCandidate]
) -> Entity | None:
    """The only possible resource of this name, where its namesakes cannot be meant."""
    equal_names = [candidate.entity for candidate in possible if candidate.same]
    has_namesakes = sum(candidate.same for candidate in candidates) > 1
    return equal_names[0] if len(equal_names) == 1 and has_namesakes else None


def _unclear(part: str, possible: Sequence[ScoredCandidate]) -> _UnclearError:
    """The error of a name that no resource, or more than one, has; with the candidates."""
    equal_names = [candidate for candidate in possible if candidate.same]
    rivals = possible
    if len(equal_names) == 1:
        rivals = [
            candidate
            for candidate in possible
            if candidate.entity.kind == equal_names[0].entity.kind
        ]
    elif equal_names:
        rivals = equal_names
    near = [
        candidate.entity.iri
        for candidate in rivals
        if candidate.same or candidate.score >= _SIMILAR
    ]
    reason = "ambiguous" if equal_names else "similar" if near else "unknown"
    return _UnclearError(part, reason, near)


def _whole(iri: object) -> str:
    return str(getattr(iri, "value", "")).partition("#")[0]


def _claimed_days(text: str, bound: str, part: str) -> Range:
    moment = Moment.parse(text.strip())
    if moment is None:
        raise _UnclearError(part, "date")
    return days_of(moment).bounded(bound)


def _dates(stated: Mapping[Term, Chain], claimed: Range) -> list[_StatedRange]:
    """Stated dates as ranges of days."""
    dates = []
    for term, chain in stated.items():
        days = days_of(Moment.parse(str(term.value)))
        dates.append(_StatedRange(days, days.is_within(claimed), chain))
    return dates


def _is_named(question: _Question, notes: Mapping[IRI, Sequence[Literal]]) -> bool:
    """Whether a note names the number or the year of a claim."""
    if question.form == "number":
        claimed = number_in(question.claim.value)
    else:
        moment = Moment.parse((question.claim.date or question.claim.value).strip())
        claimed = Decimal(moment.year) if moment else None
    return any(claimed in numbers_named(text.value) for texts in notes.values() for text in texts)
