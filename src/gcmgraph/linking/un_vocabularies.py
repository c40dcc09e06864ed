"""Vocabularies of the UN as statements: the goals and targets of the SDGs, and the UNBIS Thesaurus.

- SDG: goals, targets, indicators and their subjects, Turtle of
  https://github.com/UNStats/LOD4Stats/tree/master/sdg-data .
- UNBIS: Turtle of https://digitallibrary.un.org/record/4075456, concepts with names in six languages, and categories;
  or JSON with the concepts as `topics`, each with `url`, `labels` and `related`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from gcmgraph.errors import DataError, Place
from gcmgraph.linking.un_files import ImportedStatements, PublishedFile, ReferenceIndex
from gcmgraph.model.terms import IRI, Literal, Quad, Triple, Vocabulary, in_graph, text
from gcmgraph.namespaces import PREFIXES
from gcmgraph.rdfio.media import syntax_of
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.text import fold_name
from gcmgraph.translations import LANGUAGES

#: Namespaces of the UN's goals, targets and indicators, and of the concepts of UNBIS.
SDG, THESAURUS = "http://metadata.un.org/sdg/", "http://metadata.un.org/thesaurus/"
_COMPACT = IRI(f"{PREFIXES['sdgo']}SDGCodeCompact")
_SKOS = PREFIXES["skos"]

#: Properties of the UN's goals and targets, and the properties of the graph for their values. The UN's names are
#: definitions; `skos:prefLabel` is the editors' short label (`data/reference/sdg-labels.csv`).
_OF_TARGETS = {"skos:prefLabel": "skos:definition", "skos:altLabel": "skos:altLabel", "dct:subject": "dct:subject",
               "sdgo:hasIndicator": "sdgo:hasIndicator"}  # fmt: skip

#: Properties of UNBIS that are read. Types are left out: the concepts are no concepts of this graph.
_OF_CONCEPTS = frozenset(
    IRI(f"{_SKOS}{name}")
    for name in ("prefLabel", "altLabel", "broader", "related", "inScheme", "scopeNote", "notation")
)

#: Digits of the longest number of a category of UNBIS.
_CATEGORY = 6


def read_sdg(files: Sequence[PublishedFile], known: ReferenceIndex) -> ImportedStatements:
    """Statements about the UN's goals, targets, indicators and series, and about the goals and targets of the graph.

    Raises `DataError` if no target has a code, since these are not the UN's files then, or `RdfSyntaxError` with line.
    """
    v, where = Vocabulary(known.addresses), IRI(known.addresses.graph("reference/un-sdg"))
    stated = set(_with_one_name(sorted({t for file in files for t in _triples(file, SDG)}, key=str)))
    classes = {v("sdgo:Goal"), v("sdgo:Target")}
    targets = {triple.subject for triple in stated if triple.predicate == v("rdf:type") and triple.object in classes}
    ours = {
        triple.subject: IRI(known.addresses.thing("sdg", code.value))
        for triple in stated
        if triple.subject in targets and triple.predicate == v("skos:notation")
        if isinstance(code := triple.object, Literal) and code.datatype == _COMPACT
    }
    if not ours:
        raise DataError(
            "No goal or target of the SDG with its code is in this file.",
            place=Place(files[0].where),
            hint="Give sdg-kos-goals-targets-indicators.ttl of the UN, and sdg-kos-subject-mappings.ttl beside it.",
        )
    properties = {v(theirs): v(mine) for theirs, mine in _OF_TARGETS.items()}
    quads = [*in_graph(stated, where)]
    for triple in stated:
        if (mine := ours.get(triple.subject)) is None or triple.predicate not in properties:
            continue
        if triple.predicate != v("skos:altLabel") or not _is_label(triple.object, mine, known):
            quads.append(Quad(mine, properties[triple.predicate], triple.object, where))
    return ImportedStatements(tuple(quads))


def read_unbis(files: Sequence[PublishedFile], known: ReferenceIndex) -> ImportedStatements:
    """Names and relations of concepts and categories. Raises `DataError`, or `RdfSyntaxError` with line."""
    where = IRI(known.addresses.graph("reference/un-unbis"))
    triples = sorted({triple for file in files for triple in unbis_triples(file)}, key=str)
    concepts = {triple.subject for triple in triples if triple.predicate.value == f"{_SKOS}prefLabel"}
    if not concepts:
        raise DataError(
            "No concept of the UNBIS Thesaurus with its name is in this file.",
            place=Place(files[0].where),
            hint=f"Give unbist-….ttl of the UN Library: its addresses begin with {THESAURUS}.",
        )
    return ImportedStatements(
        tuple(in_graph(triples, where)), (f"{len(concepts):,} concepts and categories with a name.",)
    )


def unbis_triples(file: PublishedFile) -> Iterator[Triple]:
    """The statements of a file about concepts and categories of the thesaurus."""
    if Path(file.name).suffix.lower() != ".json":
        yield from (triple for triple in _triples(file, THESAURUS) if triple.predicate in _OF_CONCEPTS)
        return
    try:
        for topic in json.loads(file.data)["topics"]:
            yield from _of_topic(IRI(topic["url"]), topic["labels"], topic["related"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(
            "This is not the JSON of the thesaurus.",
            place=Place(file.where),
            hint='It has the form {"topics": [{"url": …, "labels": {"en": …}, "related": […]}]}.',
        ) from error


def _of_topic(concept: IRI, labels: dict[str, str], related: list[str]) -> Iterator[Triple]:
    """Names and relations of a concept. A related number of at most six digits is a category."""
    if concept.value.startswith(THESAURUS):
        for language in LANGUAGES.keys() & labels.keys():
            yield Triple(concept, IRI(f"{_SKOS}prefLabel"), text(labels[language], language))
        for number in related:
            relation = "broader" if number.isdecimal() and len(number) <= _CATEGORY else "related"
            yield Triple(concept, IRI(_SKOS + relation), IRI(f"{THESAURUS}{number}"))


def _triples(file: PublishedFile, namespace: str) -> Iterator[Triple]:
    """The statements of an RDF file about resources of a namespace, without blank nodes."""
    for quad in parse_quads(file.data, syntax_of(Path(file.name)), source=file.where):
        named = isinstance(quad.subject, IRI) and quad.subject.value.startswith(namespace)
        if named and isinstance(quad.object, IRI | Literal):
            yield quad.triple


def _with_one_name(triples: list[Triple]) -> Iterator[Triple]:
    """The triples with one preferred name in each language, the longest; some resources have two in the files."""
    name, other = IRI(f"{_SKOS}prefLabel"), IRI(f"{_SKOS}hiddenLabel")
    longest: dict[tuple[object, str | None], Literal] = {}
    for subject, predicate, words in triples:
        if predicate == name and isinstance(words, Literal):
            known = longest.get((subject, words.language))
            if known is None or len(words.value) > len(known.value):
                longest[subject, words.language] = words
    for triple in triples:
        words = triple.object
        is_other = triple.predicate == name and isinstance(words, Literal)
        is_other = is_other and longest[triple.subject, words.language] != words  # type: ignore[union-attr]
        yield Triple(triple.subject, other, words) if is_other else triple


def _is_label(name: object, iri: IRI, known: ReferenceIndex) -> bool:
    """Whether a name of the UN is the editors' short label in its language, regardless of case and punctuation."""
    if not isinstance(name, Literal):
        return False
    labels = known.texts(iri, "skos:prefLabel", name.language)
    return fold_name(name.value) in {fold_name(label) for label in labels}
