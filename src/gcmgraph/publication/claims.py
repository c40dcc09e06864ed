"""Check of a structured claim (resource, relation, value) against the statements of one dataset version.

Names are resolved as in reconciliation, relations by the table of `properties`. Nothing is guessed: an ambiguous part
is not understood, and has candidates. A claim is contradicted only where its relation has at most one value, by the
shapes or the table, or where a list is complete; the absence of a statement contradicts nothing else.

A number or date is a range: "at least 5" is all from 5 on, "2018" all days of 2018. A stated range within that of the
claim supports it, one without a common value contradicts it. "About 500" is any number from half to double of it.
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

from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI, Literal, Term, Triple, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.properties import LITERALS, Relation, relations
from gcmgraph.publication.descriptions import Describer, Fact, Labels, choose
from gcmgraph.publication.reconciliation.entities import Entity, same_value
from gcmgraph.publication.reconciliation.reconciler import CandidateQuery, Reconciler
from gcmgraph.store.port import Store
from gcmgraph.text import Moment, fold_name, nearest
from gcmgraph.translations import LANGUAGES, Message


class VerdictKind(StrEnum):
    """Verdict on a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NOT_STATED = "not stated here"
    NOT_UNDERSTOOD = "not understood"


#: Bounds of a number or date in a claim; none is "this number", with whatever bound the source has.
BOUNDS = ("at least", "at most", "exactly")

#: Longest part of a claim, in characters; candidates for one, at most.
LONGEST, CANDIDATES = 500, 6

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
    statements: tuple[Fact, ...] = ()

    def explained(self, language: str) -> str:
        """The reason as a sentence."""
        return REASONS[self.reason].in_language(language)


class _UnclearError(Exception):
    """A part of a claim that is not understood."""

    def __init__(self, part: str, reason: str, candidates: Iterable[IRI] = ()) -> None:
        super().__init__(reason)
        few = tuple(dict.fromkeys(candidates))[:CANDIDATES]
        self.verdict = ClaimVerdict(VerdictKind.NOT_UNDERSTOOD, reason, part, few)


#: Statements from a resource to a value, and values with theirs.
_Chain = tuple[Triple, ...]
_Chains = Mapping[Term, _Chain]

#: A range of numbers, or of days by their ordinals; both ends are included.
_Range = tuple[Decimal, Decimal]

_STEP = re.compile(r"(\^?)([\w-]+:[\w-]+)(?:\[([\w-]+:[\w-]+)\])?(\*?)")
_NO_NAME = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:[\s,’']\d{3})+|\d+)(?:\.\d+)?")
_FOREVER = Decimal("Infinity")

#: Words for yes and no, folded.
_TRUTHS = {
    **dict.fromkeys("true yes oui si да 是 نعم 1".split(), True),
    **dict.fromkeys("false no non нет 否 لا 0".split(), False),
}

#: Lowest score of a candidate that is shown; statements that are shown where none decides.
_SIMILAR, _SHOWN = 60, 3


class ClaimChecker:
    """The checks of one dataset version."""

    def __init__(
        self, store: Store, addresses: Addresses, describer: Describer, labels: Labels, reconciler: Reconciler
    ) -> None:
        self._store, self._describer, self._labels, self._reconciler = store, describer, labels, reconciler
        self._addresses, self._v = addresses, Vocabulary(addresses)
        self._units = [self._v(curie) for curie in ("schema:currency", "schema:unitText")]
        self._by_name: dict[str, list[Relation]] = {}
        for relation in relations():
            stated = [text.value for _, text in labels.statements(self._v(relation.curie))]
            plain = relation.curie.partition(":")[2]
            for name in {fold_name(one) for one in (*stated, *relation.names, relation.curie, plain)}:
                self._by_name.setdefault(name, []).append(relation)

    def check(self, claim: Claim, language: str) -> ClaimVerdict:
        """The verdict on a claim, with units in a language or the next best."""
        try:
            _require_parts(claim)
            resource, relation = self._subject(claim)
            _require_fit(claim, relation)
            verdict = self._decide(claim, resource, relation, language)
        except _UnclearError as unclear:
            return unclear.verdict
        return replace(verdict, resource=resource.iri, relation=self._v(relation.curie))

    def values(self, resource: IRI, relation: Relation) -> dict[Term, tuple[Triple, ...]]:
        """The values of a relation of a resource, each with the statements that lead to it."""
        return self._walk(resource, relation)

    def _subject(self, claim: Claim) -> tuple[Entity, Relation]:
        """The resource and the relation of a claim; a relation is one of the kind of the resource."""
        text = self._addresses.rebase(claim.relation.strip())
        named = self._by_name.get(fold_name(self._addresses.compress(text) or text), [])
        if not named:
            near = nearest(fold_name(text), self._by_name, CANDIDATES)
            raise _UnclearError(
                "relation", "relation", self._properties(r for name in near for r in self._by_name[name])
            )
        kinds = tuple(kind for relation in named for kind in relation.kinds)
        try:
            resource = self._resource("resource", claim.resource, kinds)
        except _UnclearError:
            kind = ""
            with suppress(_UnclearError):
                kind = self._resource("resource", claim.resource, ()).kind
            if kind and kind not in kinds:
                fitting = self._properties(relation for relation in relations() if kind in relation.kinds)
                raise _UnclearError("relation", "unfit", fitting) from None
            raise
        return resource, next(relation for relation in named if resource.kind in relation.kinds)

    def _properties(self, found: Iterable[Relation]) -> Iterator[IRI]:
        return (self._v(relation.curie) for relation in found)

    def _resource(self, part: str, text: str, allowed: Sequence[str]) -> Entity:
        """The resource of a name, code or IRI; of some kinds, or of concepts below a stem, or of any kind."""
        text = self._addresses.rebase(text.strip())
        with suppress(KeyError):
            iri = self._addresses.expand(text)
            text = iri if self._reconciler.entities.get(iri) else text
        kinds = tuple(dict.fromkeys(one.partition("/")[0] for one in allowed))
        every = self._reconciler.candidates(CandidateQuery(text, kinds, limit=20))
        stems = tuple(one if "/" in one else f"{one}/" for one in allowed) or ("",)
        fit = [one for one in every if one.entity.id.startswith(stems)]
        same = [one for one in fit if one.same]
        chosen = [one for one in fit if one.match]
        if not chosen and len(same) == 1 and sum(one.same for one in every) > 1:
            chosen = same  # the others are no values of the relation
        if not chosen and not same:
            chosen = [one for one in fit if fold_name(text) in self._titles(one.entity.iri)]
        if len(chosen) == 1:
            return chosen[0].entity
        of_kind = [one for one in fit if not same or one.entity.kind == same[0].entity.kind]  # rivals of an equal name
        near = [one.entity.iri for one in (of_kind if len(same) < 2 else same) if one.same or one.score >= _SIMILAR]
        raise _UnclearError(part, "ambiguous" if same else "similar" if near else "unknown", near)

    def _titles(self, iri: IRI) -> set[str]:
        """The folded labels of a resource, which name the objective of a practice whose title another has."""
        return {fold_name(self._labels.of(iri, language).text) for language in LANGUAGES}

    def _decide(self, claim: Claim, resource: Entity, relation: Relation, language: str) -> ClaimVerdict:
        form, single = relation.values[0], "one" in relation.rules or self._at_most_one(relation, resource.kind)
        own = self._walk(resource.iri, relation)
        reached = {**self._of_parts(resource.iri, relation), **own}
        if form == "number":
            return self._number(claim, resource.iri, own, reached, language, single="one" in relation.rules)
        if form == "date":
            dates = [(_days(Moment.parse(str(one.value))), chain) for one, chain in own.items()]
            claimed = _claimed_days(claim.value, claim.bound, "value")
            return self._within(resource.iri, claimed, dates, single=single, bound=claim.bound)
        if form in LITERALS:
            return self._literal(claim, resource.iri, own, is_truth=form == "yes or no", single=single)
        value = self._resource("value", claim.value, relation.values).iri
        return replace(self._listed(claim, resource.iri, relation, value, own, reached, single=single), value=value)

    def _listed(
        self, claim: Claim, iri: IRI, relation: Relation, value: IRI, own: _Chains, reached: _Chains, *, single: bool
    ) -> ClaimVerdict:
        """The verdict on a resource as value."""
        chain = reached.get(value)
        if chain and claim.date:
            dates = [(_days(Moment.parse(t.object.value)), chain) for t in chain if isinstance(t.object, Literal)]
            return self._within(iri, _claimed_days(claim.date, claim.bound, "date"), dates, single=True)
        if chain:
            return self._supported(iri, chain, value)
        direct = [one for one in own.values() if len(one) == min(map(len, own.values()))]
        if listed := self._list(relation, value, direct):
            return self._verdict(VerdictKind.CONTRADICTED, "unlisted", listed[:_SHOWN])
        wider = self._walk(value, relation, only_repeated=True).keys()
        if single and direct and not any(one[-1].object in wider for one in direct):
            return self._verdict(VerdictKind.CONTRADICTED, "other", direct)
        return self._verdict(VerdictKind.NOT_STATED, "open" if direct else "silent", direct[:_SHOWN])

    def _list(self, relation: Relation, value: IRI, direct: Sequence[_Chain]) -> Sequence[_Chain]:
        """The complete list that a value would be on; empty for none. What a contribution adds completes no list."""
        found = direct if "all" in relation.rules else []
        if "marked" in relation.rules:
            predicate, inverse = self._v(relation.paths[0].lstrip("^")), relation.paths[0].startswith("^")
            ends = (value, predicate, None) if inverse else (None, predicate, value)
            found = [(triple,) for triple in self._store.triples(*ends)]
        contributed = self._addresses.graph("contribution/")
        graphs = [name for chain in found for triple in chain for name in self._describer.fact(triple).graphs]
        return [] if any(name.startswith(contributed) for name in graphs) else found

    def _number(
        self, claim: Claim, iri: IRI, own: _Chains, reached: _Chains, language: str, *, single: bool
    ) -> ClaimVerdict:
        """The verdict on a number, by the amounts in its unit: those of the resource, else those of its parts."""
        number, unit = _read_number(claim.value), set(fold_name(claim.unit).split())
        stated, shares, measured = [], set[Decimal](), single
        for node, chain in (own or reached).items():
            triples = self._triples(node)
            values = {triple.predicate: triple.object for triple in triples}
            texts = [t.object for t in triples if t.predicate in self._units and isinstance(t.object, Literal)]
            amount = values.get(self._v("schema:value"))
            if not isinstance(amount, Literal) or not any(unit <= set(fold_name(t.value).split()) for t in texts):
                continue
            bound, exact = values.get(self._v("gcm:bound")), Decimal(amount.value)
            stated_bound = bound.value.rpartition("/")[2] if isinstance(bound, IRI) else ""
            if any("#" in str(triple.subject) and self._triples(triple.subject, "dct:isPartOf") for triple in chain):
                shares.add(exact)  # of a budget: the whole decides
                continue
            measured |= self._v("schema:unitText") in values
            shown = {amount, bound, values.get(self._v("schema:currency")), choose(texts, language)}
            plain = not claim.bound and exact == number
            amounts = tuple(triple for triple in triples if triple.object in shown)
            stated.append((_bounded(exact, exact, "" if plain else stated_bound), (*chain, *amounts)))
        single = measured and bool(unit and own) and len(stated) == 1 and number not in shares
        return self._within(iri, _bounded(number, number, claim.bound), stated, single=single, bound=claim.bound)

    def _literal(self, claim: Claim, iri: IRI, own: _Chains, *, is_truth: bool, single: bool) -> ClaimVerdict:
        """The verdict on a text, a code, or yes or no."""
        texts = {term: chain for term, chain in own.items() if isinstance(term, Literal)}
        if is_truth:
            if (truth := _TRUTHS.get(fold_name(claim.value))) is None:
                raise _UnclearError("value", "yes or no")
            agreeing = [term for term in texts if (_TRUTHS[term.value]) is truth]
        else:
            agreeing = [term for term in texts if same_value(claim.value, term.value)]
        if agreeing:
            return self._supported(iri, texts[agreeing[0]])
        if single and texts and not any(term.language for term in texts):
            return self._verdict(VerdictKind.CONTRADICTED, "other", texts.values())
        return self._verdict(VerdictKind.NOT_STATED, "open" if texts else "silent", list(texts.values())[:_SHOWN])

    def _within(
        self, iri: IRI, claimed: _Range, stated: Sequence[tuple[_Range, _Chain]], *, single: bool, bound: str = ""
    ) -> ClaimVerdict:
        """The verdict on a range. A bound holds for all stated ranges, a single number for one of them."""
        chains = [chain for _, chain in stated]
        within = [chain for (low, high), chain in stated if claimed[0] <= low and high <= claimed[1]]
        if within and (len(within) == len(stated) or bound not in BOUNDS[:2]):
            return self._supported(iri, within[0])
        if stated and single and all(high < claimed[0] or claimed[1] < low for (low, high), _ in stated):
            return self._verdict(VerdictKind.CONTRADICTED, "excluded", chains)
        return self._verdict(VerdictKind.NOT_STATED, "open" if stated else "silent", chains[:_SHOWN])

    def _supported(self, iri: IRI, chain: _Chain, value: IRI | None = None) -> ClaimVerdict:
        ends = {_whole(iri), _whole(value)} if value else {_whole(iri)}
        inferred = any(_whole(triple.subject) not in ends for triple in chain)
        return self._verdict(VerdictKind.SUPPORTED, "inferred" if inferred else "stated", [chain])

    def _verdict(self, kind: VerdictKind, reason: str, chains: Iterable[_Chain]) -> ClaimVerdict:
        triples = dict.fromkeys(triple for chain in chains for triple in chain)
        return ClaimVerdict(kind, reason, statements=tuple(self._fact(triple) for triple in triples))

    def _fact(self, triple: Triple) -> Fact:
        """A statement with its evidence; of an inferred one, the stated one from which it follows."""
        fact = self._describer.fact(triple)
        if fact.inferred and isinstance(triple.object, IRI):
            ends = (triple.subject, triple.object)
            for other in (*self._triples(triple.subject), *self._triples(triple.object)):
                if {other.subject, other.object} == {*ends} and not self._describer.fact(other).inferred:
                    return self._describer.fact(other)
        return fact

    def _walk(self, start: IRI, relation: Relation, *, only_repeated: bool = False) -> dict[Term, _Chain]:
        """The values of a relation, each with the shortest chain of statements; `only_repeated`: by its `*` steps."""
        found: dict[Term, _Chain] = {}
        for path in relation.paths:
            reached: dict[Term, _Chain] = {start: ()}
            for step in path.split():
                parts = _STEP.fullmatch(step)
                if parts is not None and (parts[4] or not only_repeated):
                    reached = self._follow(reached, parts)
            for term, chain in reached.items():
                if chain and (term not in found or len(chain) < len(found[term])):
                    found[term] = chain
        return found

    def _follow(self, reached: dict[Term, _Chain], parts: re.Match[str]) -> dict[Term, _Chain]:
        """The terms that one step of a path leads to, or any number of such steps."""
        inverse, curie, required, repeated = parts.groups()
        found = dict(reached) if repeated else {}
        while reached:
            following: dict[Term, _Chain] = {}
            for node, chain in reached.items():
                if not isinstance(node, IRI):
                    continue
                ends = (None, self._v(curie), node) if inverse else (node, self._v(curie), None)
                for triple in self._store.triples(*ends):
                    end = triple.subject if inverse else triple.object
                    marks = self._triples(end, required) if required else []
                    if end not in found and isinstance(end, IRI | Literal) and (marks or not required):
                        found[end] = following[end] = (*chain, triple, *marks)
            reached = following if repeated else {}
        return found

    def _of_parts(self, iri: IRI, relation: Relation) -> dict[Term, _Chain]:
        """The values that the parts of a practice have, where a whole has those of its parts."""
        found: dict[Term, _Chain] = {}
        if "parts" in relation.rules:
            for triple in self._triples(iri, "dct:hasPart"):
                if isinstance(part := triple.object, IRI) and self._addresses.kind_of(part.value) == "practice":
                    chains = self._walk(part, relation)
                    found |= {term: (triple, *chain) for term, chain in chains.items() if term not in found}
        return found

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


def _whole(iri: object) -> str:
    return str(getattr(iri, "value", "")).partition("#")[0]


def _read_number(text: str) -> Decimal:
    if _NUMBER.fullmatch(text.strip()) is None:
        raise _UnclearError("value", "number")
    return Decimal(re.sub(r"[\s,’']", "", text))


def _claimed_days(text: str, bound: str, part: str) -> _Range:
    moment = Moment.parse(text.strip())
    if moment is None:
        raise _UnclearError(part, "date")
    return _bounded(*_days(moment), bound)


def _days(moment: Moment | None) -> _Range:
    """The first and the last day of a date of any precision; any day for None."""
    if moment is None:
        return -_FOREVER, _FOREVER
    first, last = moment.days
    return Decimal(first.toordinal()), Decimal(last.toordinal())


def _bounded(low: Decimal, high: Decimal, bound: str) -> _Range:
    """A range with a bound of a claim (`at least`) or of the data (`at-least`)."""
    match bound.replace("-", " "):
        case "at least":
            return low, _FOREVER
        case "at most":
            return -_FOREVER, high
        case "about":
            return low / 2, high * 2
    return low, high
