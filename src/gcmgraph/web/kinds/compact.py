"""Pages of objectives, actions, SDG goals and targets; texts of the Compact in their editions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from gcmgraph.documents.views import plain_typography
from gcmgraph.model.terms import IRI, Literal
from gcmgraph.publication.describe.description import Fact
from gcmgraph.web.kinds.context import MAX_CARDS, BoxRow, Cards, KindContext, box_rows, practice_cards

_WORD = re.compile(r"\S+\s*")


@dataclass(frozen=True)
class WordingPart:
    """Consecutive words of both texts (`same`), of the other wording only (`added`) or of the first only (`lacked`)."""

    kind: str
    text: str


@dataclass(frozen=True)
class OtherWording:
    """A wording with the editions that have it, compared with the text shown first."""

    editions: tuple[IRI, ...]
    language: str
    parts: tuple[WordingPart, ...]
    #: the statements of its text, one an edition
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class CompactText:
    """A text of the Compact in the best language, the editions that have it, and the other wordings."""

    facts: tuple[Fact, ...]
    editions: tuple[IRI, ...]
    others: tuple[OtherWording, ...]


def compact_text(context: KindContext, curie: str) -> CompactText:
    """The text of a property of the resource, such as `skos:definition`, with its wordings in the same language."""
    facts = context.texts(curie)
    firsts = [fact.object for fact in facts if isinstance(fact.object, Literal)]
    editions = {edition for fact in facts for edition in _editions(context, fact)}
    others = _others(context, curie, firsts[0]) if firsts else ()
    return CompactText(facts, _in_order(editions), tuple(others))


def _editions(context: KindContext, fact: Fact) -> Iterator[IRI]:
    """The editions of the documents that are evidence of a statement."""
    for source in {evidence.passage.source for evidence in fact.evidence} - {None}:
        for quad in context.snapshot.store.quads(source, context.term("gcm:edition")):
            if isinstance(quad.object, IRI):
                yield quad.object


def _in_order(editions: Iterable[IRI]) -> tuple[IRI, ...]:
    """Editions without duplicates: adopted, guidance, negotiated, which is the order of their slugs."""
    return tuple(sorted(set(editions), key=lambda edition: edition.value))


def _others(context: KindContext, curie: str, first: Literal) -> Iterator[OtherWording]:
    grouped: dict[str, list[tuple[IRI, Fact]]] = {}
    for node in context.values("gcm:wording"):
        texts = context.facts("rdf:value", of=node)
        if context.term(curie) not in context.values("gcm:wordingOf", of=node):
            continue
        for fact in texts:
            if isinstance(fact.object, Literal) and fact.object.language == first.language:
                grouped.setdefault(_key(fact.object.value), []).append((node, fact))
    for found in grouped.values():
        text = found[0][1].object
        editions = _in_order(e for node, _ in found for e in context.values("gcm:edition", of=node))
        if isinstance(text, Literal):
            parts = tuple(compared(first.value, text.value))
            yield OtherWording(editions, text.language or "", parts, tuple(fact for _, fact in found))


def compared(first: str, other: str) -> Iterator[WordingPart]:
    """The words of two texts as one sequence. Spaces, quotation marks and dashes are not compared."""
    a, b = _WORD.findall(first), _WORD.findall(other)
    matcher = SequenceMatcher(None, [_key(word) for word in a], [_key(word) for word in b], autojunk=False)
    for kind, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        if kind == "equal":
            yield from _part("same", b[b_start:b_end])
        else:
            yield from _part("lacked", a[a_start:a_end])
            yield from _part("added", b[b_start:b_end])


def _part(kind: str, words: Sequence[str]) -> Iterator[WordingPart]:
    if words:
        yield WordingPart(kind, "".join(words).rstrip())


def _key(words: str) -> str:
    return "".join(plain_typography(words).split())


@dataclass(frozen=True)
class ActionCoverage:
    """An action, the number of the practices that support it, and the address of their list."""

    iri: IRI
    practices: int
    address: str


@dataclass(frozen=True)
class ObjectivePage:
    """View model of the page of an objective, before the complete list of statements."""

    short_names: tuple[Fact, ...]
    title: CompactText
    practices: Cards
    #: numbers of the countries and organisations of its practices
    countries: int
    organisations: int
    actions: tuple[ActionCoverage, ...]
    goals: tuple[Fact, ...]
    targets: tuple[Fact, ...]
    documents: tuple[Fact, ...]
    #: legal instruments that its actions name
    instruments: tuple[IRI, ...]

    @property
    def covered(self) -> int:
        """The number of its actions that a practice supports."""
        return sum(action.practices > 0 for action in self.actions)


def objective_page(context: KindContext, most: int = MAX_CARDS) -> ObjectivePage:
    """The view model of an objective, with `most` cards at most."""
    practices = context.having("objective")

    def count(facet: str) -> int:
        return sum(bool(places & practices) for places in context.practices.postings(facet).values())

    return ObjectivePage(
        context.texts("skos:altLabel"),
        compact_text(context, "skos:prefLabel"),
        practice_cards(context, practices, context.list_address(objective=context.key), most),
        count("country"),
        count("organisation"),
        tuple(action_coverage(context, action) for action in context.referring("action", "objective")),
        context.facts("gcm:relevantGoal"),
        context.facts("gcm:relevantTarget"),
        context.documents(),
        _instruments(context),
    )


def _instruments(context: KindContext) -> tuple[IRI, ...]:
    index = context.snapshot.listings.of("action")
    own, facet = index.postings("objective").get(context.key), index.facet("instrument")
    if not own or facet is None:
        return ()
    keys = (key for key, places in index.postings("instrument").items() if places & own)
    return context.sorted(IRI(facet.value(key, context.addresses)) for key in keys)


def action_coverage(context: KindContext, action: IRI) -> ActionCoverage:
    """The number of the practices that support an action."""
    key = action.value.removeprefix(f"{context.addresses.base}id/action/")
    practices = context.practices.count(context.having("action", key))
    return ActionCoverage(action, practices, context.list_address(action=key))


@dataclass(frozen=True)
class ActionPage:
    """View model of the page of an action, before the complete list of statements."""

    text: CompactText
    notes: tuple[Fact, ...]
    objectives: tuple[Fact, ...]
    box: tuple[BoxRow, ...]
    practices: Cards
    #: all actions of its objective
    siblings: tuple[IRI, ...]


def action_page(context: KindContext) -> ActionPage:
    """The view model of an action."""
    return ActionPage(
        compact_text(context, "skos:definition"),
        context.texts("skos:editorialNote"),
        context.facts("gcm:objective"),
        box_rows(context, "action"),
        practice_cards(context, context.having("action"), context.list_address(action=context.key)),
        _siblings(context),
    )


def _siblings(context: KindContext) -> tuple[IRI, ...]:
    index = context.snapshot.listings.of("action")
    start = f"{context.addresses.base}id/objective/"
    keys = [iri.value.removeprefix(start) for iri in context.values("gcm:objective")]
    places = {place for key in keys for place in index.postings("objective").get(key, ())}
    return context.sorted(index.iris(places).values())


@dataclass(frozen=True)
class TargetPage:
    """View model of the page of an SDG goal or target, before the complete list of statements."""

    definitions: tuple[Fact, ...]
    goals: tuple[Fact, ...]
    #: targets of a goal
    targets: tuple[IRI, ...]
    objectives: tuple[IRI, ...]
    actions: tuple[IRI, ...]
    #: practices that state a target themselves
    stated: Cards
    #: practices whose objective or action names it
    inherited: Cards
    #: the UN's own page, where one is linked
    matches: tuple[Fact, ...]


def target_page(context: KindContext) -> TargetPage:
    """The view model of an SDG goal or target."""
    is_goal = not context.values("sdgo:isTargetOf")
    facet = "goal" if is_goal else "target"
    stated, inherited = context.having("stated-target"), context.having("inherited-target")
    if is_goal:  # of a goal, no facet separates what practices state
        inherited = context.having("goal")
    through = context.list_address(**{"goal" if is_goal else "inherited_target": context.key})
    return TargetPage(
        context.texts("skos:definition"),
        context.facts("sdgo:isTargetOf"),
        context.referring("sdg", "goal"),
        context.referring("objective", facet),
        _actions(context),
        practice_cards(context, stated, context.list_address(stated_target=context.key)),
        practice_cards(context, inherited - stated, through),
        context.facts("skos:exactMatch"),
    )


def _actions(context: KindContext) -> tuple[IRI, ...]:
    """The actions that name it."""
    store, curies = context.snapshot.store, ("gcm:relevantTarget", "gcm:relevantGoal")
    start = f"{context.addresses.base}id/action/"
    subjects = {q.subject for c in curies for q in store.quads(predicate=context.term(c), object=context.iri)}
    return context.sorted(s for s in subjects if isinstance(s, IRI) and s.value.startswith(start))
