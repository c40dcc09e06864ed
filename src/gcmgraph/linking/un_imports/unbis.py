"""Reader of the UNBIS Thesaurus (Turtle of the UN Library, or JSON with the same concepts).

The Turtle is published at https://digitallibrary.un.org/record/4075456: concepts below `http://metadata.un.org/thesaurus/`
with names in six languages, and categories. The JSON has the concepts as `topics`, each with `url`, `labels` and
`related`, in which a number of two, four or six digits is a category.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from gcmgraph.errors import DataError, Place
from gcmgraph.linking.un_imports.files import NO_OPTIONS, ImportedStatements, ImportOptions, PublishedFile
from gcmgraph.linking.un_imports.known import ReferenceIndex
from gcmgraph.model.terms import IRI, Literal, Quad, Triple, text
from gcmgraph.namespaces import PREFIXES
from gcmgraph.rdfio.files import syntax_of
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.translations.languages import LANGUAGES

#: Namespace of concepts and categories.
THESAURUS = "http://metadata.un.org/thesaurus/"

_SKOS = PREFIXES["skos"]
_PREFERRED = IRI(f"{_SKOS}prefLabel")
_BROADER, _RELATED = IRI(f"{_SKOS}broader"), IRI(f"{_SKOS}related")

#: Properties that are read. Types are left out: the concepts are no concepts of this graph.
_READ = frozenset(
    IRI(f"{_SKOS}{name}")
    for name in ("prefLabel", "altLabel", "broader", "related", "inScheme", "scopeNote", "notation")
)

#: Digits of the longest number of a category.
_CATEGORY = 6


def read_unbis(files: Sequence[PublishedFile], known: ReferenceIndex, choices: ImportOptions) -> ImportedStatements:
    """The statements of the files, in `graph/reference/un-unbis`. Raises `DataError`, or `RdfSyntaxError` with line."""
    if choices != NO_OPTIONS:
        raise DataError("--as-of and --leave-out are for treaties alone.")
    where = IRI(known.addresses.graph("reference/un-unbis"))
    triples = {triple for file in files for triple in unbis_triples(file)}
    concepts = {triple.subject for triple in triples if triple.predicate == _PREFERRED}
    if not concepts:
        raise DataError(
            "No concept of the UNBIS Thesaurus with its name is in this file.",
            place=Place(files[0].where),
            hint=f"Give unbist-….ttl of the UN Library: its addresses begin with {THESAURUS}.",
        )
    ordered = sorted(triples, key=str)
    return ImportedStatements(
        tuple(Quad(one.subject, one.predicate, one.object, where) for one in ordered),
        (f"{len(concepts):,} concepts and categories with a name.",),
    )


def unbis_triples(file: PublishedFile) -> Iterator[Triple]:
    """The statements of a file about concepts and categories of the thesaurus."""
    if Path(file.name).suffix.lower() == ".json":
        yield from _of_json(file)
        return
    for quad in parse_quads(file.data, syntax_of(Path(file.name)), source=file.where):
        ours = isinstance(quad.subject, IRI) and quad.subject.value.startswith(THESAURUS)
        if ours and quad.predicate in _READ and isinstance(quad.object, IRI | Literal):
            yield quad.triple


def _of_json(file: PublishedFile) -> Iterator[Triple]:
    try:
        topics = json.loads(file.data)["topics"]
        for topic in topics:
            yield from _of_topic(IRI(topic["url"]), topic["labels"], topic["related"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(
            "This is not the JSON of the thesaurus.",
            place=Place(file.where),
            hint='It has the form {"topics": [{"url": …, "labels": {"en": …}, "related": […]}]}.',
        ) from error


def _of_topic(concept: IRI, labels: dict[str, str], related: Iterable[str]) -> Iterator[Triple]:
    if not concept.value.startswith(THESAURUS):
        return
    for language, label in labels.items():
        if language in LANGUAGES:
            yield Triple(concept, _PREFERRED, text(label, language))
    for number in related:
        is_category = number.isdecimal() and len(number) <= _CATEGORY
        yield Triple(concept, _BROADER if is_category else _RELATED, IRI(f"{THESAURUS}{number}"))
