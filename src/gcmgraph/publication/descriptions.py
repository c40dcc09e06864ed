"""The bounded description of a resource, the evidence of its statements, and labels of resources.

A description is published at `{base}doc/{kind}/{local}`. It consists of the statements about the
resource in all graphs and about its parts (its IRI with a fragment), labels of the resources named
there, statements that point at it (up to a limit), and evidence: passages of source documents
(docs/model.md, "Evidence"). It follows the Concise Bounded Description
(https://www.w3.org/submissions/CBD/), for data without blank nodes.

Labels are in the requested language or the next best.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import chain

from gcmgraph.model.kinds import KINDS
from gcmgraph.model.properties import SUMMARIES
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import (
    IRI,
    BlankNode,
    DefaultGraph,
    Literal,
    Quad,
    Term,
    Triple,
    Vocabulary,
)
from gcmgraph.repository.withdrawals import invalidations
from gcmgraph.store.port import Store
from gcmgraph.translations.language_preference import preference

#: Properties whose values are labels, preferred ones first.
LABEL_PROPERTIES = ("skos:prefLabel", "dct:title", "rdfs:label", "foaf:name", "schema:name")

#: Limit on the resources whose labels are cached. Pages often name the same countries,
#: organisations and terms.
REMEMBERED = 2_000

#: Words that distinguish practices of one title, by the language of the title.
_OF_OBJECTIVE = {
    "en": "objective {}",
    "fr": "objectif {}",
    "es": "objetivo {}",
    "ar": "الهدف {}",
    "ru": "цель {}",
    "zh": "目标{}",
}

#: A page of a PDF as a fragment (RFC 3778): `page=3`.
_PAGE = re.compile(r"page=([1-9][0-9]{0,5})")

#: Properties of an observation that name what it is about.
OBSERVED = ("sdmx-dimension:refArea", "gcm:areaOfOrigin", "gcm:migrationRoute", "gcm:countingBasis")

#: Limit on the statements that point at a resource.
MAX_INBOUND = 200

#: Limit on the parts that are described with their whole.
MAX_PARTS = 400

#: Properties of annotations: evidence of a statement, a topic that a passage names, figures of an
#: area. Their statements do not count as pointing at a resource.
_ANNOTATING = (
    "rdf:subject",
    "rdf:object",
    "rdf:predicate",
    "oa:hasBody",
    "qb:dataSet",
    *OBSERVED,
)


@dataclass(frozen=True)
class Label:
    """A label; `language` is None for a code or an address."""

    text: str
    language: str | None = None
    #: suffix of the text that names a part of its whole, in English as in addresses: ` (reference
    #: 1)`
    part: str = ""


@dataclass(frozen=True)
class ResourceNames:
    """Names of a resource: its preferred naming property (a CURIE) with the texts, and its code.

    `objective` is the number of the objective of a practice that has a title in common with
    another.
    """

    naming: str | None = None
    texts: tuple[Literal, ...] = ()
    notation: str | None = None
    objective: str | None = None

    def __bool__(self) -> bool:
        """Whether there is a name or a code."""
        return self.naming is not None or self.notation is not None

    def label(self, language: str) -> Label | None:
        """The name in a language or the next best, else the code, else None."""
        name = choose(self.texts, language)
        if name is None:
            return Label(self.notation) if self.notation else None
        if self.objective:
            return _distinguished(name, self.objective)
        return Label(name.value, name.language)


def _distinguished(title: Literal, objective: str) -> Label:
    """The label of a practice whose title another has, too, with the number of its objective."""
    words = _OF_OBJECTIVE.get(title.language or "", _OF_OBJECTIVE["en"]).format(objective)
    return Label(f"{title.value} ({words})", title.language)


def choose(texts: Iterable[Literal], language: str) -> Literal | None:
    """The text in a language or the next best by `preference`; None if there is none."""
    rank = preference(language)
    return min(texts, key=lambda text: (rank(text.language or ""), text.value), default=None)


class Labels:
    """Labels of one dataset version, cached."""

    #: the names of a resource; an external one has those of our graphs only, never those of a
    #: contribution
    names: Callable[[IRI], ResourceNames]
    #: the label of a resource in a language, else its code, else its address; a part is named after
    #: its whole
    of: Callable[[IRI, str], Label]

    def __init__(
        self,
        store: Store,
        addresses: Addresses,
        known: Callable[[IRI], ResourceNames | None] = lambda _: None,
    ) -> None:
        """`known` returns the names of a resource if they need not be read from the store."""
        self._store = store
        self._addresses = addresses
        self._v = Vocabulary(addresses)
        read = NameReader(store, addresses).read
        # caches of methods would be a reference cycle, and keep the files of the version open
        self.names = lru_cache(REMEMBERED)(lambda iri: known(iri) or read(iri))
        self.of = lru_cache(REMEMBERED)(partial(_label, addresses, self.names))

    def statements(self, iri: IRI) -> list[tuple[IRI, Literal]]:
        """Property and text of the statements that name a resource.

        They are those of its preferred property, in all languages.
        """
        names = self.names(iri)
        return [(self._v(names.naming), text) for text in names.texts] if names.naming else []

    def notation(self, iri: IRI) -> str | None:
        """The code of a resource (`skos:notation`), such as 9a or 10.7."""
        return self.names(iri).notation

    def summary(self, iri: IRI, language: str) -> Literal | None:
        """The text that says what a resource is, in a language or the next best.

        None if none does.
        """
        for curie in SUMMARIES:
            values = (triple.object for triple in self._store.triples(iri, self._v(curie)))
            text = choose((value for value in values if isinstance(value, Literal)), language)
            if text is not None:
                return text
        return None

    def address(self, term: Term) -> str:
        """The address of a resource as people write it: a CURIE, else the IRI without the base."""
        return _address(self._addresses, term)


def _address(addresses: Addresses, term: Term) -> str:
    return addresses.compress(term.value) or term.value.removeprefix(addresses.base)


def _label(
    addresses: Addresses, names: Callable[[IRI], ResourceNames], iri: IRI, language: str
) -> Label:
    """The label of a resource, else its code, else that of its whole, else its address."""
    own_label = names(iri).label(language)
    if own_label:
        return own_label
    whole, hash_sign, fragment = iri.value.partition("#")
    if hash_sign and whole.startswith(f"{addresses.base}id/"):
        label = _label(addresses, names, IRI(whole), language)
        part = f" ({fragment.replace('-', ' ')})"
        return Label(label.text + part, label.language, part)
    return Label(_address(addresses, iri))


def resources_of_kind(store: Store, addresses: Addresses, kind: str) -> set[IRI]:
    """The resources of a kind: of its classes, and with its addresses."""
    v = Vocabulary(addresses)
    resources: set[IRI] = set()
    for curie in KINDS[kind].classes:
        for triple in store.triples(None, v("rdf:type"), v(curie)):
            subject = triple.subject
            if isinstance(subject, IRI) and addresses.kind_of(subject.value) == kind:
                resources.add(subject)
    return resources


def is_resource(store: Store, addresses: Addresses, iri: IRI) -> bool:
    """Whether `resources_of_kind` has a resource, for the kind of its address."""
    kind = addresses.kind_of(iri.value)
    if kind is None:
        return False
    v = Vocabulary(addresses)
    classes = set(map(v, KINDS[kind].classes))
    return any(triple.object in classes for triple in store.triples(iri, v("rdf:type")))


def with_parts(store: Store, whole: IRI) -> list[IRI]:
    """A resource and its parts: those that it or a part names, and those that name one of these."""
    iris = {whole: None}
    to_follow = [whole]
    while to_follow:
        iri = to_follow.pop()
        named = (triple.object for triple in store.triples(iri))
        naming = (triple.subject for triple in store.triples(object=iri))
        for term in chain(named, naming):
            if not isinstance(term, IRI) or term in iris:
                continue
            if term.value.startswith(f"{whole.value}#"):
                iris[term] = None
                to_follow.append(term)
    return list(iris)


class NameReader:
    """Names of resources in a store."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses
        self._v = Vocabulary(addresses)

    def read(self, iri: IRI) -> ResourceNames:
        """The names of a resource; none where it has none."""
        notation = self._code(iri)
        for curie in LABEL_PROPERTIES:
            texts = self._texts(iri, curie)
            if texts:
                objective = self._distinguishing_objective(iri, curie, texts)
                return ResourceNames(curie, tuple(sorted(texts, key=str)), notation, objective)
        return ResourceNames(notation=notation)

    def _distinguishing_objective(
        self, iri: IRI, naming: str, titles: Iterable[Literal]
    ) -> str | None:
        """The number of the objective of a practice that has a title in common with another.

        None for other resources.
        """
        if not self._is_practice(iri) or not self._has_namesake(iri, self._v(naming), titles):
            return None
        codes = []
        for triple in self._store.triples(iri, self._v("gcm:objective")):
            code = self._code(triple.object) if isinstance(triple.object, IRI) else None
            if code:
                codes.append(code)
        return min(codes, default=None)

    def _has_namesake(self, iri: IRI, naming: IRI, titles: Iterable[Literal]) -> bool:
        """Whether another practice has one of the titles of a practice."""
        namesakes = {
            triple.subject
            for title in titles
            for triple in self._store.triples(None, naming, title)
        }
        return any(map(self._is_practice, namesakes - {iri}))

    def _is_practice(self, node: object) -> bool:
        return isinstance(node, IRI) and self._addresses.kind_of(node.value) == "practice"

    def _code(self, iri: IRI) -> str | None:
        return min((code.value for code in self._texts(iri, "skos:notation")), default=None)

    def _texts(self, iri: IRI, curie: str) -> set[Literal]:
        """The texts of a property of a resource.

        Contributions may name any resource, so those of an external one are without theirs.
        """
        naming = self._v(curie)
        if iri.value.startswith(self._addresses.base):
            values = {triple.object for triple in self._store.triples(iri, naming)}
        else:
            contributed = self._addresses.graph("contribution/")
            values = {
                quad.object
                for quad in self._store.quads(iri, naming)
                if not _graph_name(quad).startswith(contributed)
            }
        return {value for value in values if isinstance(value, Literal)}


class ResourceValues:
    """All values of the properties of a resource, or of several together.

    If a graph is given, they are those that it states.
    """

    def __init__(
        self, store: Store, v: Vocabulary, *subjects: IRI, graph: IRI | None = None
    ) -> None:
        self._v = v
        triples: set[Triple] = set()
        for subject in subjects:
            if graph:
                triples.update(quad.triple for quad in store.quads(subject, graph=graph))
            else:
                triples.update(store.triples(subject))
        self.triples = frozenset(triples)
        self._values: dict[IRI, set[Term]] = {}
        for triple in self.triples:
            if isinstance(triple.object, IRI | BlankNode | Literal):
                self._values.setdefault(triple.predicate, set()).add(triple.object)

    def values(self, curie: str) -> tuple[Term, ...]:
        """The values of a property, sorted."""
        return tuple(sorted(self._values.get(self._v(curie), ()), key=str))

    def texts(self, curie: str) -> tuple[Literal, ...]:
        """The literals among the values of a property."""
        return tuple(value for value in self.values(curie) if isinstance(value, Literal))

    def iris(self, curie: str) -> tuple[IRI, ...]:
        """The IRIs among the values of a property."""
        return tuple(value for value in self.values(curie) if isinstance(value, IRI))

    def text(self, curie: str) -> str | None:
        """The first text of a property, without its language; None if there is none."""
        return next((value.value for value in self.texts(curie)), None)

    def iri(self, curie: str) -> IRI | None:
        """The first IRI of a property; None if there is none."""
        return next(iter(self.iris(curie)), None)


@dataclass(frozen=True)
class PlacedPassage:
    """A range of characters of a document.

    Offsets count Unicode code points; the end is exclusive.
    """

    iri: IRI
    start: int
    end: int

    @property
    def name(self) -> str:
        """The name of the passage in addresses and anchors, from its offsets: `99-120`."""
        return f"{self.start}-{self.end}"


@dataclass(frozen=True)
class DocumentPassage(PlacedPassage):
    """A passage with its text and page."""

    #: the quotation; None if the text may not be shown
    exact: str | None
    source: IRI | None
    within: IRI | None
    kind: IRI | None
    language: str | None
    triples: frozenset[Triple]
    #: the page of the document, from 1
    page: int | None = None


@dataclass(frozen=True)
class Evidence:
    """A passage that supports a statement."""

    iri: IRI
    subject: IRI
    predicate: IRI
    object: Term
    passage: DocumentPassage
    triples: frozenset[Triple]


def evidence_key(evidence: IRI) -> str:
    """The fragment of the IRI of an evidence, equal for all passages that support one statement."""
    return evidence.value.rpartition("#")[2]


class EvidenceIndex:
    """Passages and evidence of one dataset version."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._v = Vocabulary(addresses)

    def about(self, subject: IRI) -> dict[tuple[IRI, Term], tuple[Evidence, ...]]:
        """The evidence of statements about a resource, by property and value.

        It is in the order of the text.
        """
        evidence_of: dict[tuple[IRI, Term], list[Evidence]] = {}
        for quad in self._store.quads(predicate=self._v("rdf:subject"), object=subject):
            evidence = self._evidence(quad.subject) if isinstance(quad.subject, IRI) else None
            if evidence is not None:
                key = (evidence.predicate, evidence.object)
                evidence_of.setdefault(key, []).append(evidence)
        return {
            key: tuple(sorted(evidence, key=_position_in_texts))
            for key, evidence in evidence_of.items()
        }

    def statements_about_statements(self, subject: IRI) -> Iterator[Triple]:
        """Statements about statements on a resource: an editor's reasons, provenance of a link.

        Evidence of passages is left out.
        """
        for quad in self._store.quads(predicate=self._v("rdf:subject"), object=subject):
            if isinstance(quad.subject, IRI):
                triples = list(self._store.triples(quad.subject))
                if all(triple.predicate != self._v("oa:hasTarget") for triple in triples):
                    yield from triples

    def from_passage(self, passage: IRI) -> tuple[Evidence, ...]:
        """The evidence that a passage gives."""
        quads = self._store.quads(predicate=self._v("oa:hasTarget"), object=passage)
        iris = (quad.subject for quad in quads if isinstance(quad.subject, IRI))
        return tuple(sorted(filter(None, map(self._evidence, iris)), key=_position_of_statement))

    def passage(self, iri: IRI) -> DocumentPassage | None:
        """A passage, with its quotation and page if they are stated.

        None if its offsets are not.
        """
        values = ResourceValues(self._store, self._v, iri)
        selectors = ResourceValues(self._store, self._v, *values.iris("oa:hasSelector"))
        start = selectors.text("oa:start") or ""
        end = selectors.text("oa:end") or ""
        if not (start.isdecimal() and end.isdecimal()):
            return None
        page = _PAGE.fullmatch(selectors.text("rdf:value") or "")
        source = values.iri("oa:hasSource")
        within = values.iri("dct:isPartOf")
        return DocumentPassage(
            iri=iri,
            start=int(start),
            end=int(end),
            exact=selectors.text("oa:exact"),
            source=source,
            within=within if within != source else None,
            kind=values.iri("dct:type"),
            language=values.text("dct:language"),
            triples=values.triples | selectors.triples,
            page=int(page[1]) if page else None,
        )

    def _evidence(self, iri: IRI) -> Evidence | None:
        """The evidence with an IRI; None where a part of it is not stated."""
        values = ResourceValues(self._store, self._v, iri)
        subject = values.iri("rdf:subject")
        predicate = values.iri("rdf:predicate")
        value = next(iter(values.values("rdf:object")), None)
        target = values.iri("oa:hasTarget")
        passage = self.passage(target) if target is not None else None
        if subject is None or predicate is None or value is None or passage is None:
            return None
        return Evidence(iri, subject, predicate, value, passage, values.triples | passage.triples)


def _position_in_texts(evidence: Evidence) -> tuple[bool, str, int]:
    """Sort key of evidence: by document, then by the position in its text."""
    passage = evidence.passage
    return passage.source is None, passage.iri.value, passage.start


def _position_of_statement(evidence: Evidence) -> tuple[str, str, str]:
    """Sort key of evidence: by its statement."""
    return evidence.subject.value, evidence.predicate.value, str(evidence.object)


@dataclass(frozen=True)
class Fact:
    """A statement, the graphs that contain it, and its evidence."""

    subject: IRI
    predicate: IRI
    object: Term
    graphs: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()
    #: whether it is in the graph of inferred statements only
    inferred: bool = False


@dataclass(frozen=True)
class Description:
    """A resource with its facts, those of its parts, and facts that point at it."""

    iri: IRI
    facts: tuple[Fact, ...]
    parts: dict[IRI, tuple[Fact, ...]]
    inbound: tuple[Fact, ...]
    #: number of statements that point at the resource and are not in `inbound`
    inbound_left_out: int
    #: the whole description as RDF, with labels and evidence
    triples: frozenset[Triple]

    def values(self, predicate: IRI) -> list[Term]:
        """The values of a property of the resource, in order."""
        return [fact.object for fact in self.facts if fact.predicate == predicate]

    def texts(self, predicate: IRI) -> list[Literal]:
        """The literal values of a property of the resource."""
        return [value for value in self.values(predicate) if isinstance(value, Literal)]


class Describer:
    """Descriptions of the resources of one dataset version."""

    def __init__(self, store: Store, addresses: Addresses, labels: Labels | None = None) -> None:
        self._store = store
        self._addresses = addresses
        self._labels = labels or Labels(store, addresses)
        self._evidence = EvidenceIndex(store, addresses)
        self._inferred = addresses.graph("inferred")
        self._annotating = set(map(Vocabulary(addresses), _ANNOTATING))

    def knows(self, iri: IRI) -> bool:
        """Whether there are statements about a resource."""
        return next(self._store.triples(iri), None) is not None

    @cached_property
    def invalidated(self) -> dict[str, IRI]:
        """The withdrawn resources, each with the activity that invalidated it."""
        ends: dict[str, IRI] = {}
        for quad in invalidations(self._store, self._addresses):
            if isinstance(quad.subject, IRI) and isinstance(quad.object, IRI):
                ends.setdefault(quad.subject.value, quad.object)
        return ends

    def stated(self, iri: IRI) -> frozenset[Triple]:
        """The statements about a resource that are not only inferred."""
        return frozenset(
            Triple(iri, predicate, value)
            for (predicate, value), names in self._graphs_of_statements(iri).items()
            if names != {self._inferred}
        )

    def describe(self, iri: IRI, *, with_inbound: bool = True) -> Description | None:
        """The description of a resource; None without statements about it.

        `with_inbound=False` leaves out the statements that point at it.
        """
        facts = self._facts(iri)
        if not facts:
            return None
        inbound, left_out = self._inbound(iri) if with_inbound else ((), 0)
        parts = self._parts(iri, facts, inbound)
        inbound = tuple(fact for fact in inbound if fact.subject not in parts)
        all_facts = [*facts, *inbound, *chain.from_iterable(parts.values())]
        triples = {Triple(fact.subject, fact.predicate, fact.object) for fact in all_facts}
        triples.update(self._label_triples(iri, all_facts))
        for fact in all_facts:
            for evidence in fact.evidence:
                triples.update(evidence.triples)
        triples.update(self._evidence.statements_about_statements(iri))
        return Description(iri, facts, parts, inbound, left_out, frozenset(triples))

    def fact(self, triple: Triple) -> Fact:
        """A statement with its graphs and its evidence."""
        subject = triple.subject
        predicate = triple.predicate
        value = triple.object
        assert isinstance(subject, IRI)  # noqa: S101 - of parts of resources, too
        assert not isinstance(value, Triple)  # noqa: S101
        graphs = {_graph_name(quad) for quad in self._store.quads(subject, predicate, value)}
        evidence = self._evidence.about(subject).get((predicate, value), ())
        return self._fact(subject, predicate, value, graphs, evidence)

    def _facts(self, iri: IRI) -> tuple[Fact, ...]:
        """The facts about a resource, by property and value."""
        evidence_of = self._evidence.about(iri)
        graphs_of = self._graphs_of_statements(iri)
        facts = []
        for key in sorted(graphs_of, key=lambda key: (key[0].value, str(key[1]))):
            predicate, value = key
            fact = self._fact(iri, predicate, value, graphs_of[key], evidence_of.get(key, ()))
            facts.append(fact)
        return tuple(facts)

    def _graphs_of_statements(self, iri: IRI) -> dict[tuple[IRI, Term], set[str]]:
        """Predicate and value of each statement about a resource, with the names of its graphs."""
        graphs: dict[tuple[IRI, Term], set[str]] = {}
        for quad in self._store.quads(iri):
            if not isinstance(quad.object, Triple):
                graphs.setdefault((quad.predicate, quad.object), set()).add(_graph_name(quad))
        return graphs

    def _fact(
        self,
        subject: IRI,
        predicate: IRI,
        value: Term,
        graphs: Iterable[str],
        evidence: tuple[Evidence, ...] = (),
    ) -> Fact:
        names = tuple(sorted(graphs))
        return Fact(subject, predicate, value, names, evidence, inferred=names == (self._inferred,))

    def _inbound(self, iri: IRI) -> tuple[tuple[Fact, ...], int]:
        """At most `MAX_INBOUND` facts that point at a resource, and the number of others.

        Annotations do not count.
        """
        graphs: dict[tuple[IRI, IRI], set[str]] = {}
        left_out: set[tuple[IRI, IRI]] = set()
        for quad in self._store.quads(object=iri):
            if quad.predicate in self._annotating or not isinstance(quad.subject, IRI):
                continue
            key = (quad.subject, quad.predicate)
            if key in graphs or len(graphs) < MAX_INBOUND:
                graphs.setdefault(key, set()).add(_graph_name(quad))
            else:
                left_out.add(key)
        facts = []
        for key in sorted(graphs, key=lambda key: (key[1].value, key[0].value)):
            subject, predicate = key
            facts.append(self._fact(subject, predicate, iri, graphs[key]))
        return tuple(facts), len(left_out)

    def _parts(
        self, iri: IRI, facts: Iterable[Fact], inbound: Iterable[Fact]
    ) -> dict[IRI, tuple[Fact, ...]]:
        """The facts of the parts of a resource.

        Such parts are named by the resource or by a part, or name the resource. Blank nodes of a
        contribution, which are published as parts of it, are parts of the resource that names them.
        """
        start = (f"{iri.value}#", self._addresses.resource("contribution", ""))
        parts: dict[IRI, tuple[Fact, ...]] = {}
        named: list[Term] = [*(fact.object for fact in facts), *(fact.subject for fact in inbound)]
        for term in named:  # the list grows while parts name parts
            if len(parts) >= MAX_PARTS:
                break
            if not isinstance(term, IRI) or term in parts:
                continue
            if term.value.startswith(start) and "#" in term.value:
                parts[term] = self._facts(term)
                named.extend(fact.object for fact in parts[term])
        return parts

    def _label_triples(self, iri: IRI, facts: Iterable[Fact]) -> Iterator[Triple]:
        """The statements that name the resources in some facts, other than the described one."""
        terms = {term for fact in facts for term in (fact.subject, fact.object)}
        for term in terms - {iri}:
            if isinstance(term, IRI):
                for naming, label in self._labels.statements(term):
                    yield Triple(term, naming, label)


def _graph_name(quad: Quad) -> str:
    return "" if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value
