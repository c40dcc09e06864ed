"""Facts with the quotation or the page that supports them: of one resource, of a claim; and passages on a topic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gcmgraph.model.properties import PROPERTIES
from gcmgraph.publication.claims import Claim
from gcmgraph.publication.descriptions import Description, EvidenceIndex, Fact, choose
from gcmgraph.publication.provenance import OriginKind, StatementEvidence, StatementOrigin
from gcmgraph.rdf.terms import IRI, BlankNode, Literal
from gcmgraph.translations import preference
from gcmgraph.web.mcp import search
from gcmgraph.web.mcp.properties import NamedProperty, find_property, values_of_relation
from gcmgraph.web.mcp.protocol import TEXTS, Json, ToolError
from gcmgraph.web.resources.claim_check import claim_checker, verdict_json

#: Values of one property, passages of one statement, resources that refer to this one: each at
#: most.
VALUES, PASSAGES, REFERRING = 25, 3, 40

#: Passages that are found by words, at most.
MOST_PASSAGES = 100

#: Indent up to which parts of parts are included, in characters.
DEEPEST = 24

#: Longest value and quotation, in characters; longest answer.
LONGEST_VALUE, LONGEST_QUOTATION, LONGEST_ANSWER = 1_500, 600, 20_000

#: Properties that are left out: the classes are in the heading.
_LEFT_OUT = frozenset({"rdf:type", "gcm:textSha256"})


def describe(graph: search.GraphReader, arguments: Json) -> str:
    """The facts about a resource, or about one of its properties."""
    iri = _one(graph, arguments["resource"])
    if isinstance(iri, str):
        return iri
    return _Text(graph, exact=arguments["exact_language"] == "yes").of(iri, arguments["property"])


def _one(graph: search.GraphReader, text: str) -> IRI | str:
    """The resource that a text identifies, or the reason why there is none.

    Raises `ToolError` for a choice.
    """
    found = search.resolve(graph, text)
    if len(found) > 1:
        names = "; ".join(graph.named(iri) for iri in found[:10])
        raise ToolError("Several resources have this code or name.", hint=f"Choose one: {names}.")
    if not found and (error := search.choice(graph, text)):
        raise error
    return found[0] if found else search.resource_not_known(graph, text)


def check_statement(graph: search.GraphReader, arguments: Json) -> str:
    """The verdict on a claim, and the statements on which it rests."""
    claim = Claim(**{part: arguments[part] for part in Claim.__dataclass_fields__})
    verdict = claim_checker(graph.snapshot).check(claim, graph.language)
    lines = [f"{verdict.kind.capitalize()}. {verdict.explained(graph.language)}"]
    if verdict.part:
        candidates = "; ".join(map(graph.named, verdict.candidates))
        lines += [f"Part: {verdict.part}." + (f" Candidates: {candidates}." if candidates else "")]
    if verdict.stated_of:
        lines.append(f"Stated of: {graph.named(verdict.stated_of)}.")
    lines += [
        f"Note of the editors on {graph.named(note.about)}: {note.text.value}"
        for note in verdict.notes
    ]
    text = _Text(graph, exact=False).statements(lines, verdict.statements)
    graph.data.clear()
    graph.data.update(verdict_json(graph, verdict))
    return text


def passages(graph: search.GraphReader, arguments: Json) -> str:
    """The passages on a topic or with some words, those in the language of the call first."""
    about = _one(graph, arguments["resource"]) if arguments["resource"] else None
    if isinstance(about, str):
        return about
    store, topics = graph.snapshot.store, graph.topics(arguments["text"])
    found: dict[IRI, set[str]] = {}
    for topic in topics:
        narrower = [
            triple.subject for triple in store.triples(None, graph.term("skos:broader"), topic)
        ]
        for one in (topic, *(iri for iri in narrower if isinstance(iri, IRI))):
            for annotation in store.triples(None, graph.term("oa:hasBody"), one):
                for target in graph.triples(annotation.subject, "oa:hasTarget"):
                    if isinstance(target.object, IRI):
                        found.setdefault(target.object, set()).add(graph.label(topic).text)
    for passage in graph.index.passages(arguments["text"], MOST_PASSAGES)[0]:
        found.setdefault(IRI(f"{graph.site.addresses.base}id/{passage.address}"), set())
    index, rows = EvidenceIndex(store, graph.site.addresses), []
    for iri, named in found.items():
        placed = index.passage(iri)
        subjects = [
            one.object for one in graph.triples(iri, "schema:about") if isinstance(one.object, IRI)
        ]
        if placed and placed.source and (about is None or about in subjects):
            said = "document; topic found by a program" if named else "document"
            place = (str(placed.page or ""), f"{placed.start}–{placed.end}", placed.language or "")
            cells = (
                " ".join(sorted(map(graph.short, subjects))),
                "; ".join(sorted(named)),
                placed.exact or "",
                said,
            )
            order = (placed.language != graph.language, placed.source.value, placed.start)
            rows.append((order, (graph.short(placed.source), *place, *cells)))
    if not rows:
        tried = ", ".join(map(graph.named, topics)) or "topics of this name or synonym"
        return search.not_known(
            search.Absence.NOT_STATED,
            f"No passage that was read has it; tried were {tried}, and the words.",
        )
    shown = sorted(rows)[arguments["offset"] : arguments["offset"] + arguments["limit"]]
    columns = ("document", "page", "characters", "language", "about", "topics", "text", "said_by")
    text, count = search.table(graph, columns, (cells for _, cells in shown))
    return f"{search.extent(arguments['offset'], count, len(rows))}\n\n{text}"


class _Text:
    """The description of resources of one version in one language."""

    def __init__(self, graph: search.GraphReader, *, exact: bool) -> None:
        self._graph, self._exact = graph, exact
        self._rank = {graph.term(row.curie): rank for rank, row in enumerate(PROPERTIES)}
        #: sources by their texts, numbered in the order of the facts
        self._sources: dict[str, int] = {}
        self._left_out = {graph.term(curie) for curie in _LEFT_OUT}

    def of(self, iri: IRI, property_name: str) -> str:
        description = self._graph.snapshot.describer.describe(iri)
        if description is None:
            return search.resource_not_known(self._graph, iri.value)
        if property_name:
            return self._of_property(description, property_name)
        lines = [*self._heading(description), ""]
        lines += self._properties(list(self._facts(description.facts, None)), description.parts)
        return self._cut(
            [*lines, *self._referring(description.inbound, description.inbound_left_out)]
        )

    def _of_property(self, description: Description, name: str) -> str:
        """The values of one property, of the resource, its parts, and by other statements; or why there is none."""
        stated = _predicates(description)
        wanted = find_property(self._graph.snapshot, name, description.iri, stated)
        facts = list(self._facts(description.facts, wanted.iri))
        parts = list(self._parts(description, wanted.iri))
        inbound = [fact for fact in description.inbound if fact.predicate == wanted.iri]
        other_language = self._exact and any(
            fact.predicate == wanted.iri for fact in description.facts
        )
        is_stated = bool(facts or parts or inbound or other_language)
        further = (
            []
            if is_stated and wanted.is_term
            else list(self._by_other_statements(description.iri, wanted))
        )
        lines = [*self._heading(description), ""]
        if not facts and (other_language or not (is_stated or further)):
            language = self._graph.language if self._exact else None
            reason = search.property_not_known(self._graph, description, wanted.iri, language)
            lines = [reason, "", *lines]
        lines += [*self._properties(facts, description.parts), *parts, *further]
        return self._cut([*lines, *self._referring(inbound, 0)])

    def _by_other_statements(self, iri: IRI, wanted: NamedProperty) -> Iterator[str]:
        """The statements by which a resource has values of a relation that none of its own states."""
        if wanted.relation is None:
            return
        values = values_of_relation(self._graph.snapshot, iri, wanted.relation)
        chains = [
            chain for chain in values.values() if len(chain) > 1 or chain[0].predicate != wanted.iri
        ]
        triples = dict.fromkeys(triple for chain in chains[:VALUES] for triple in chain)
        describer = self._graph.snapshot.describer
        own = (iri, wanted.iri)  # shown before
        facts = [
            describer.fact(triple)
            for triple in triples
            if (triple.subject, triple.predicate) != own
        ]
        if facts:
            yield f"By other statements, {self._property(wanted.iri)}:"
            yield from self._stated(facts)

    def statements(self, lines: list[str], facts: Iterable[Fact]) -> str:
        """Some statements of any resources, and their sources."""
        return self._cut([*lines, *self._stated(facts)])

    def _stated(self, facts: Iterable[Fact]) -> Iterator[str]:
        for fact in facts:
            yield f"- {self._graph.named(fact.subject)}, {self._property(fact.predicate)}:"
            yield from self._value(fact, {})

    def _parts(self, description: Description, only: IRI) -> Iterator[str]:
        """The values of a property of the parts of a resource."""
        own = {
            fact.object for fact in description.facts if fact.predicate == only
        }  # shown with the value
        for part, stated in description.parts.items():
            facts = list(self._facts(stated, only)) if part not in own else []
            if facts:
                yield f"Of its part {self._graph.named(part)}:"
                yield from self._properties(facts, description.parts, "    ")

    def _heading(self, description: Description) -> Iterator[str]:
        name = self._graph.named(description.iri)
        types = [
            self._graph.short(fact.object)
            for fact in description.facts
            if fact.predicate == self._graph.term("rdf:type")
            and isinstance(fact.object, IRI)
            and not fact.inferred
        ]
        yield f"{name}: {', '.join(types)}" if types else name
        yield f"IRI: {description.iri.value}"

    def _facts(self, facts: Iterable[Fact], only: IRI | None) -> Iterator[Fact]:
        """Stated facts in reading order; those of one property also if they are inferred only."""
        for fact in sorted(facts, key=self._order):
            included = (
                fact.predicate == only
                if only
                else not fact.inferred and fact.predicate not in self._left_out
            )
            tag = fact.object.language if isinstance(fact.object, Literal) else None
            foreign = tag is not None and tag.partition("-")[0] != self._graph.language
            if (
                included
                and not isinstance(fact.object, BlankNode)
                and not (self._exact and only and foreign)
            ):
                yield fact

    def _order(self, fact: Fact) -> tuple[int, str, bool, str]:
        value = fact.object
        foreign = isinstance(value, Literal) and value.language not in (None, self._graph.language)
        rank = self._rank.get(fact.predicate, len(self._rank))
        return rank, fact.predicate.value, foreign, str(value)

    def _properties(
        self, facts: list[Fact], parts: Mapping[IRI, tuple[Fact, ...]], indent: str = ""
    ) -> Iterator[str]:
        by_property: dict[IRI, list[Fact]] = {}
        for fact in facts:
            by_property.setdefault(fact.predicate, []).append(fact)
        for predicate, everything in by_property.items():
            group, others = (
                self._in_language(everything) if len(by_property) > 1 else (everything, [])
            )
            also = f" (also in {', '.join(others)})" if others else ""
            yield f"{indent}- {self._property(predicate)}{also}:"
            for fact in group[:VALUES]:
                yield from self._value(fact, parts, f"{indent}  ")
            if len(group) > VALUES:
                yield f"{indent}  - … {len(group) - VALUES:,} more; ask for this property by `sparql`."

    def _property(self, iri: IRI) -> str:
        return self._graph.property_name(iri, self._graph.language)

    def _in_language(self, facts: list[Fact]) -> tuple[list[Fact], list[str]]:
        """The values without a language or in the best one, and the other languages."""
        tags = {
            fact.object.language
            for fact in facts
            if isinstance(fact.object, Literal) and fact.object.language
        }
        best = min(tags, key=preference(self._graph.language), default=None)
        chosen = [
            fact
            for fact in facts
            if not isinstance(fact.object, Literal) or fact.object.language in (None, best)
        ]
        return chosen, sorted(tag for tag in tags if tag != best)

    def _value(
        self, fact: Fact, parts: Mapping[IRI, tuple[Fact, ...]], indent: str = "  "
    ) -> Iterator[str]:
        text = _short(self._graph.value_text(fact.object), LONGEST_VALUE)
        inferred = " (inferred)" if fact.inferred else ""
        sources = [
            self._sources.setdefault(text, len(self._sources) + 1) for text in self._origins(fact)
        ]
        stated = {
            "subject": self._graph.short(fact.subject),
            "property": self._graph.short(fact.predicate),
        }
        self._graph.data.setdefault("facts", []).append(
            stated | {"value": text, "sources": sources}
        )
        numbers = ", ".join(map(str, sources))
        yield f"{indent}- {text}{inferred}{f' — sources {numbers}' if numbers else ''}"
        part = parts.get(fact.object) if isinstance(fact.object, IRI) else None
        if part and len(indent) < DEEPEST:
            yield from self._properties(list(self._facts(part, None)), parts, f"{indent}    ")

    def _origins(self, fact: Fact) -> list[str]:
        """The sources of a statement: passages; else, or beside them, lists and judgements."""
        found: list[str] = []
        for origin in self._graph.evidence.of(fact):
            for proof in origin.evidence[:PASSAGES]:
                found.append(self._passage(proof))
            if len(origin.evidence) > PASSAGES:
                found.append(f"{len(origin.evidence) - PASSAGES:,} more passages of the documents")
            if not origin.evidence and not (origin.kind is OriginKind.SOURCE and fact.evidence):
                found.append(self._origin(origin))
        return found

    def _origin(self, origin: StatementOrigin) -> str:
        name = self._graph.named(origin.of or origin.graph)
        reasons = [
            search.one_line(reason.value)
            for account in origin.accounts
            if (reason := choose(account.reasons, self._graph.language)) is not None
        ]
        because = f": {_short('; '.join(reasons), LONGEST_QUOTATION)}" if reasons else ""
        return f"{TEXTS['origins'].get(origin.kind, 'another graph')}, {name}{because}"

    def _passage(self, proof: StatementEvidence) -> str:
        passage = proof.evidence.passage
        named = self._graph.named(passage.source) if passage.source else "a document"
        page = (
            f", page {passage.page}"
            if passage.page
            else f", characters {passage.start}–{passage.end}"
        )
        words = (
            f", “{_short(search.one_line(passage.exact), LONGEST_QUOTATION)}”"
            if passage.exact
            else ""
        )
        published = self._graph.evidence.published(passage)
        link = f" <{published}>" if published else ""
        return f"{named}{page}{words}{link}; read by {TEXTS['readers'][proof.reader]}"

    def _cut(self, lines: list[str]) -> str:
        """The lines that fit into an answer, and the sources that they name."""
        text = "\n".join(lines)
        if len(text) > LONGEST_ANSWER:
            text = text[:LONGEST_ANSWER].rpartition("\n")[0]
            text += f"\n… cut at {LONGEST_ANSWER:,} characters; ask for one property."
        self._graph.data["sources"] = [
            f"{number}. {source}" for source, number in self._sources.items()
        ]
        sources = "\n".join(self._graph.data["sources"])
        sources = (
            sources
            if len(sources) <= LONGEST_ANSWER
            else sources[:LONGEST_ANSWER].rpartition("\n")[0]
        )
        return f"{text}\n\nSources:\n{sources}" if sources else text

    def _referring(self, inbound: Iterable[Fact], left_out: int) -> Iterator[str]:
        stated = [fact for fact in inbound if not fact.inferred]
        if not stated:
            return
        yield ""
        yield "Resources that refer to it:"
        for fact in stated[:REFERRING]:
            subject = self._graph.named(fact.subject)
            yield f"- {subject} {self._property(fact.predicate)}"
        if (rest := len(stated[REFERRING:]) + left_out) > 0:
            yield f"- … {rest:,} more; list them by a query."


def _predicates(description: Description) -> Iterator[IRI]:
    """The properties of a resource and of its parts, and those by which others refer to it, with repetitions."""
    for facts in (description.facts, description.inbound, *description.parts.values()):
        yield from (fact.predicate for fact in facts)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"
