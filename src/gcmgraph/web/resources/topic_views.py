"""Contents of the page of a topic: passages that name it with their words, actions without a practice, statistics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import format_percent

from gcmgraph.platform.text import fold_words, plain_words
from gcmgraph.publication.descriptions import DocumentPassage, EvidenceIndex
from gcmgraph.rdf.terms import IRI, Literal
from gcmgraph.translations.language_preference import preference
from gcmgraph.web.browse.excerpt import ExcerptPiece, excerpt
from gcmgraph.web.resources.facts import FactsPage

#: Kinds of the resources that passages are about, in the order of the page.
_KINDS = ("practice", "action", "objective")

#: Limit on the resources of a kind whose passages are shown.
MAX_RESOURCES = 5

#: A passage with fewer characters is a heading rather than a sentence.
_SHORT = 60

#: Letters of the longest articles and prepositions, which are not marked.
_LONGEST_ARTICLE = 3

#: Limit on the objectives that a topic counts as a subject of.
_MAX_OBJECTIVES = 2


@dataclass(frozen=True)
class TopicPassage:
    """A passage that names a topic, and the resource that it is about."""

    resource: IRI
    passage: DocumentPassage
    #: the words with the names of the topic marked; empty where the text may not be shown
    words: tuple[ExcerptPiece, ...]


@dataclass(frozen=True)
class TopicPassages:
    """The passages that name a topic or a narrower one."""

    #: the first passage of each of the first resources, by kind, in the language of the page or the next best
    by_kind: dict[str, list[TopicPassage]]
    #: numbers of resources, by kind
    resource_counts: dict[str, int]
    passage_count: int
    document_count: int


@dataclass(frozen=True)
class TopicAccuracy:
    """Precision and recall of a program that looks for topics, in per cent."""

    precision: str
    recall: str
    #: day of the measurement
    date: Literal


def accuracy(page: FactsPage) -> TopicAccuracy | None:
    """The measured accuracy of the topics of passages; None where none was measured."""
    graph = page.site.addresses.graph("topics")
    precision = page.stated(IRI(f"{graph}#precision"))
    recall = page.stated(IRI(f"{graph}#recall"))
    precision_value = precision.text("dqv:value")
    recall_value = recall.text("dqv:value")
    dates = precision.texts("prov:generatedAtTime")
    if precision_value is None or recall_value is None or not dates:
        return None
    return TopicAccuracy(
        format_percent(Decimal(precision_value)), format_percent(Decimal(recall_value)), dates[0]
    )


def topic_passages(page: FactsPage) -> TopicPassages:
    """The passages that name the topic of a page or a narrower one."""
    topics = [page.iri, *narrower_topics(page)]
    passages = dict.fromkeys(passage for topic in topics for passage in _passages(page, topic))
    passages_by_resource: dict[IRI, list[IRI]] = {}
    documents: set[IRI | None] = set()
    for passage in passages:
        values = page.stated(passage)
        documents.add(values.iri("oa:hasSource"))
        for resource in values.iris("schema:about"):
            passages_by_resource.setdefault(resource, []).append(passage)
    index = EvidenceIndex(page.snapshot.store, page.site.addresses)
    names = _words_of_names(page, topics)
    by_kind: dict[str, list[TopicPassage]] = {}
    resource_counts: dict[str, int] = {}
    for kind in _KINDS:
        resources = page.sorted(
            resource for resource in passages_by_resource if _kind(page, resource) == kind
        )
        resource_counts[kind] = len(resources)
        by_kind[kind] = [
            _passage_about(resource, _best(page, index, passages_by_resource[resource]), names)
            for resource in resources[:MAX_RESOURCES]
        ]
    return TopicPassages(by_kind, resource_counts, len(passages), len(documents))


def narrower_topics(page: FactsPage) -> list[IRI]:
    """All narrower topics of the topic of a page, the nearest first."""
    topics = [page.iri]
    for topic in topics:  # the list grows while topics have narrower ones
        quads = page.snapshot.store.quads(predicate=page.term("skos:broader"), object=topic)
        narrower = {quad.subject for quad in quads if isinstance(quad.subject, IRI)}
        topics += sorted(narrower.difference(topics), key=str)
    return topics[1:]


def _passages(page: FactsPage, topic: IRI) -> Iterator[IRI]:
    for quad in page.snapshot.store.quads(predicate=page.term("oa:hasBody"), object=topic):
        if isinstance(quad.subject, IRI):
            yield from page.stated(quad.subject).iris("oa:hasTarget")


def _kind(page: FactsPage, resource: IRI) -> str | None:
    return page.site.addresses.kind_of(resource.value)


def _best(page: FactsPage, index: EvidenceIndex, passages: list[IRI]) -> DocumentPassage:
    """The passage to show of some: in the best language, rather a sentence than a heading.

    `passages` begin with those of the topic itself, which precede those of narrower topics.
    """
    rank = preference(page.language)
    placed = [passage for passage in map(index.passage, passages) if passage is not None]

    def order(passage: DocumentPassage) -> tuple[tuple[int, str], bool]:
        return rank(passage.language or ""), len(passage.exact or "") < _SHORT

    return min(placed, key=order)


def _passage_about(
    resource: IRI, passage: DocumentPassage, names: list[tuple[str, ...]]
) -> TopicPassage:
    text = plain_words(passage.exact or "")
    return TopicPassage(resource, passage, excerpt_at_names(text, names))


def _words_of_names(page: FactsPage, topics: list[IRI]) -> list[tuple[str, ...]]:
    """The names of some topics, each as its folded words without those as short as articles."""
    names: list[tuple[str, ...]] = []
    for topic in topics:
        values = page.stated(topic)
        for name in (*values.texts("skos:prefLabel"), *values.texts("skos:altLabel")):
            words = fold_words(name.value).split()
            names.append(tuple(word for word in words if len(word) > _LONGEST_ARTICLE))
    return names


def excerpt_at_names(text: str, names: list[tuple[str, ...]]) -> tuple[ExcerptPiece, ...]:
    """The text around the names of which it has all words, in whatever order, with these marked."""
    words_of_text = fold_words(text).split()
    marked_words: list[str] = []
    for name in names:
        if all(_is_start_of_any(word, words_of_text) for word in name):
            marked_words += name
    return excerpt(text, tuple(dict.fromkeys(marked_words)))


def _is_start_of_any(start: str, words: list[str]) -> bool:
    return any(word.startswith(start) for word in words)


def uncovered_actions(page: FactsPage) -> tuple[IRI, ...]:
    """The actions that name the topic or a narrower one, and that no practice supports."""
    actions = page.snapshot.listings.of("action")
    rows = actions.postings("topic").get(topic_key(page), ())
    supported = page.practices.postings("action")
    return page.sorted(
        action for action in actions.iris(rows) if not supported.get(page.local_name(action))
    )


def topic_key(page: FactsPage) -> str:
    """The key of a topic in facets: `remittances` of `concept/topic/remittances`."""
    return page.local_name(page.iri).removeprefix("topic/")


def objectives(page: FactsPage) -> list[tuple[IRI, int]]:
    """The objectives with actions that name the topic, each with the number of these actions, most first."""
    actions = page.snapshot.listings.of("action")
    own_actions = actions.postings("topic").get(topic_key(page))
    if not own_actions:
        return []
    counts = {
        objective: len(rows & own_actions)
        for objective, rows in actions.postings("objective").items()
    }
    named = [key for key, count in counts.items() if count]
    iris = zip(actions.values("objective", named), named, strict=True)
    return sorted(
        ((iri, counts[key]) for iri, key in iris), key=lambda item: (-item[1], page.order(item[0]))
    )


def statistics_datasets(page: FactsPage) -> tuple[IRI, ...]:
    """The datasets of statistics about the objectives that name the topic most."""
    main_objectives = {objective for objective, _ in objectives(page)[:_MAX_OBJECTIVES]}
    quads = page.snapshot.store.quads(predicate=page.term("dct:subject"))
    datasets = {quad.subject for quad in quads if quad.object in main_objectives}
    return page.sorted(
        iri for iri in datasets if isinstance(iri, IRI) and _kind(page, iri) == "statistics"
    )
