"""The UN's SDG files as published (Turtle: goals, targets, indicators; their subjects) as statements of this graph.

The files of A Knowledge Organization System for the United Nations Sustainable Development Goals:
https://github.com/UNStats/LOD4Stats/tree/master/sdg-data .
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from gcmgraph.errors import DataError, Place
from gcmgraph.linking.un_imports.files import NO_CHOICES, Choices, PublishedFile, Reading
from gcmgraph.linking.un_imports.known import Known
from gcmgraph.model.terms import IRI, Literal, Quad, Triple, Vocabulary
from gcmgraph.namespaces import PREFIXES
from gcmgraph.rdfio.files import syntax_of
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.text.folding import fold_name

#: What the addresses of the UN's goals, targets and indicators begin with.
UN = "http://metadata.un.org/sdg/"
_COMPACT = IRI(f"{PREFIXES['sdgo']}SDGCodeCompact")

#: Properties of the UN's goals and targets, and ours with the same value. The UN's text is a definition: the
#: `skos:prefLabel` in each language is the editors' short label (`data/reference/sdg-labels.csv`).
_PROPERTIES = {"skos:prefLabel": "skos:definition", "skos:altLabel": "skos:altLabel", "dct:subject": "dct:subject",
               "sdgo:hasIndicator": "sdgo:hasIndicator"}  # fmt: skip


def read_sdg(files: Sequence[PublishedFile], known: Known, choices: Choices) -> Reading:
    """The files as statements, in `graph/reference/un-sdg`. Raises `DataError`, or `RdfSyntaxError` with the place."""
    if choices != NO_CHOICES:
        raise DataError("--as-of and --leave-out are for treaties alone.")
    parsed = (parse_quads(file.data, syntax_of(Path(file.name)), source=file.where) for file in files)
    triples = (quad.triple for quads in parsed for quad in quads)
    return Reading(tuple(_sdg_quads(triples, known, files[0].where)))


def _sdg_quads(triples: Iterable[Triple], known: Known, source: str) -> Iterator[Quad]:
    """Statements of the files about the UN's goals, targets, indicators and series, and about our goals and targets.

    Raises `DataError` where no target has its code: then these are not the UN's files.
    """
    addresses = known.addresses
    v, where = Vocabulary(addresses), IRI(addresses.graph("reference/un-sdg"))
    said = set(_one_name_each(sorted({t for t in triples if _about_sdg(t)}, key=str), v))
    kinds = {v("sdgo:Goal"), v("sdgo:Target")}
    ours: dict[object, IRI] = {}
    typed = {triple.subject for triple in said if triple.predicate == v("rdf:type") and triple.object in kinds}
    for triple in said:
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
    for triple in said:
        yield Quad(triple.subject, triple.predicate, triple.object, where)
        if (mine := ours.get(triple.subject)) is None or triple.predicate not in properties:
            continue
        if triple.predicate != v("skos:altLabel") or not _is_label(triple.object, mine, known):
            yield Quad(mine, properties[triple.predicate], triple.object, where)


def _is_label(name: object, thing: IRI, known: Known) -> bool:
    """Whether a name of the UN is the short label by the editors in its language, case and punctuation aside."""
    if not isinstance(name, Literal):
        return False
    labels = known.texts(thing, "skos:prefLabel", name.language)
    return fold_name(name.value) in {fold_name(label) for label in labels}


def _one_name_each(triples: list[Triple], v: Vocabulary) -> Iterator[Triple]:
    """The triples with one preferred name in each language, the longest; the files have two of some things."""
    name, other = v("skos:prefLabel"), v("skos:hiddenLabel")
    longest: dict[tuple[object, str | None], Literal] = {}
    for triple in triples:
        if triple.predicate == name and isinstance(triple.object, Literal):
            held = longest.get((triple.subject, triple.object.language))
            if held is None or len(triple.object.value) > len(held.value):
                longest[triple.subject, triple.object.language] = triple.object
    for triple in triples:
        words = triple.object
        if triple.predicate == name and isinstance(words, Literal):
            kept = longest[triple.subject, words.language] == words
            yield Triple(triple.subject, name if kept else other, words)
        else:
            yield triple


def _about_sdg(triple: Triple) -> bool:
    """Whether a triple is about a thing of the UN's SDG, and of things with addresses only."""
    subject, value = triple.subject, triple.object
    return isinstance(subject, IRI) and subject.value.startswith(UN) and isinstance(value, IRI | Literal)
