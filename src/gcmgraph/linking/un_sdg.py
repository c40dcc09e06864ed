"""The UN's SDG files as published (Turtle: goals, targets, indicators; their subjects) as statements of this graph.

The files of A Knowledge Organization System for the United Nations Sustainable Development Goals:
https://github.com/UNStats/LOD4Stats/tree/master/sdg-data .
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from gcmgraph.errors import DataError, Place
from gcmgraph.linking.known import Known
from gcmgraph.linking.un_files import NO_CHOICES, Choices, PublishedFile, Reading
from gcmgraph.model.terms import IRI, Literal, Quad, Triple, Vocabulary
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.rdfio.files import syntax_of
from gcmgraph.rdfio.parsing import parse_quads

#: What the addresses of the UN's goals, targets and indicators begin with.
UN = "http://metadata.un.org/sdg/"
_COMPACT = IRI(f"{PREFIXES['sdgo']}SDGCodeCompact")

#: Properties of the UN's goal or target that ours has, too. The name is the UN's text, which lists, headings and search
#: then use; the wording of a document becomes another name (`publication.assembly`).
_SHARED = ("skos:prefLabel", "skos:altLabel", "dct:subject", "sdgo:hasIndicator")


def read_sdg(files: Sequence[PublishedFile], known: Known, choices: Choices) -> Reading:
    """The files as statements, in `graph/reference/un-sdg`. Raises `DataError`, or `RdfSyntaxError` with the place."""
    if choices != NO_CHOICES:
        raise DataError("--as-of and --leave-out are for treaties alone.")
    parsed = (parse_quads(file.data, syntax_of(Path(file.name)), source=file.where) for file in files)
    triples = (quad.triple for quads in parsed for quad in quads)
    return Reading(tuple(_sdg_quads(triples, known.addresses, files[0].where)))


def _sdg_quads(triples: Iterable[Triple], addresses: Addresses, source: str) -> Iterator[Quad]:
    """What the files say of the UN's goals, targets, indicators and series, and the same of our goals and targets.

    Raises `DataError` where no target has its code: then these are not the UN's files.
    """
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
    shared = {v(curie) for curie in _SHARED}
    for triple in said:
        yield Quad(triple.subject, triple.predicate, triple.object, where)
        if triple.subject in ours and triple.predicate in shared:
            yield Quad(ours[triple.subject], triple.predicate, triple.object, where)


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
