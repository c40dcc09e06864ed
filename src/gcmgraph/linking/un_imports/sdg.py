"""Reader of the UN's SDG files (Turtle: goals, targets, indicators; subjects).

They are published in A Knowledge Organization System for the United Nations Sustainable Development Goals:
https://github.com/UNStats/LOD4Stats/tree/master/sdg-data .
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from gcmgraph.errors import DataError, Place
from gcmgraph.linking.un_imports.files import NO_OPTIONS, ImportedStatements, ImportOptions, PublishedFile
from gcmgraph.linking.un_imports.known import ReferenceIndex
from gcmgraph.model.terms import IRI, Literal, Quad, Triple, Vocabulary
from gcmgraph.namespaces import PREFIXES
from gcmgraph.rdfio.files import syntax_of
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.text.folding import fold_name

#: Namespace of the UN's goals, targets and indicators.
UN = "http://metadata.un.org/sdg/"
_COMPACT = IRI(f"{PREFIXES['sdgo']}SDGCodeCompact")

#: Properties of the UN's goals and targets, and the properties of the graph for their values. The UN's names are
#: definitions; `skos:prefLabel` is the editors' short label (`data/reference/sdg-labels.csv`).
_PROPERTIES = {"skos:prefLabel": "skos:definition", "skos:altLabel": "skos:altLabel", "dct:subject": "dct:subject",
               "sdgo:hasIndicator": "sdgo:hasIndicator"}  # fmt: skip


def read_sdg(files: Sequence[PublishedFile], known: ReferenceIndex, choices: ImportOptions) -> ImportedStatements:
    """The statements of the files, in `graph/reference/un-sdg`. Raises `DataError`, or `RdfSyntaxError` with line."""
    if choices != NO_OPTIONS:
        raise DataError("--as-of and --leave-out are for treaties alone.")
    parsed = (parse_quads(file.data, syntax_of(Path(file.name)), source=file.where) for file in files)
    triples = (quad.triple for quads in parsed for quad in quads)
    return ImportedStatements(tuple(_sdg_quads(triples, known, files[0].where)))


def _sdg_quads(triples: Iterable[Triple], known: ReferenceIndex, source: str) -> Iterator[Quad]:
    """Statements about the UN's goals, targets, indicators and series, and about the goals and targets of the graph.

    Raises `DataError` if no target has a code, since these are not the UN's files then.
    """
    addresses = known.addresses
    v, where = Vocabulary(addresses), IRI(addresses.graph("reference/un-sdg"))
    stated = set(_one_name_each(sorted({t for t in triples if _about_sdg(t)}, key=str), v))
    kinds = {v("sdgo:Goal"), v("sdgo:Target")}
    ours: dict[object, IRI] = {}
    typed = {triple.subject for triple in stated if triple.predicate == v("rdf:type") and triple.object in kinds}
    for triple in stated:
        code = triple.object
        if triple.subject not in typed or triple.predicate != v("skos:notation"):
            continue
        if isinstance(code, Literal) and code.datatype == _COMPACT:
            ours[triple.subject] = IRI(addresses.thing("sdg", code.value))
    if not ours:
        raise DataError(
            "No goal or target of the SDG with its code is in this file.",
            place=Place(source),
            hint="Give sdg-kos-goals-targets-indicators.ttl of the UN, and sdg-kos-subject-mappings.ttl beside it.",
        )
    properties = {v(theirs): v(mine) for theirs, mine in _PROPERTIES.items()}
    for triple in stated:
        yield Quad(triple.subject, triple.predicate, triple.object, where)
        if (mine := ours.get(triple.subject)) is None or triple.predicate not in properties:
            continue
        if triple.predicate != v("skos:altLabel") or not _is_label(triple.object, mine, known):
            yield Quad(mine, properties[triple.predicate], triple.object, where)


def _is_label(name: object, iri: IRI, known: ReferenceIndex) -> bool:
    """Whether a name of the UN is the editors' short label in its language, regardless of case and punctuation."""
    if not isinstance(name, Literal):
        return False
    labels = known.texts(iri, "skos:prefLabel", name.language)
    return fold_name(name.value) in {fold_name(label) for label in labels}


def _one_name_each(triples: list[Triple], v: Vocabulary) -> Iterator[Triple]:
    """The triples with one preferred name in each language, the longest; some resources have two in the files."""
    name, other = v("skos:prefLabel"), v("skos:hiddenLabel")
    longest: dict[tuple[object, str | None], Literal] = {}
    for triple in triples:
        if triple.predicate == name and isinstance(triple.object, Literal):
            known = longest.get((triple.subject, triple.object.language))
            if known is None or len(triple.object.value) > len(known.value):
                longest[triple.subject, triple.object.language] = triple.object
    for triple in triples:
        words = triple.object
        if triple.predicate == name and isinstance(words, Literal):
            is_longest = longest[triple.subject, words.language] == words
            yield Triple(triple.subject, name if is_longest else other, words)
        else:
            yield triple


def _about_sdg(triple: Triple) -> bool:
    """Whether the subject is a resource of the UN's SDG, and no term is a blank node."""
    subject, value = triple.subject, triple.object
    return isinstance(subject, IRI) and subject.value.startswith(UN) and isinstance(value, IRI | Literal)
