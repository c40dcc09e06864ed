"""What OWL 2 DL asks of an ontology without blank nodes, as far as it can be read off its triples.

Rules: https://www.w3.org/TR/owl2-syntax/#Ontologies and
https://www.w3.org/TR/owl2-mapping-to-rdf/#Parsing_of_Annotations. The ontology has no chains and no
transitive properties, so the global restrictions on simple properties hold when `problems` finds
neither.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.terms import IRI, BlankNode, Quad

OWL, RDF, RDFS, XSD = (PREFIXES[name] for name in ("owl", "rdf", "rdfs", "xsd"))

TYPE = RDF + "type"
PROPERTY_KINDS = {
    OWL + kind for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
}
CHARACTERISTICS = {
    OWL + name + "Property"
    for name in ("Functional", "InverseFunctional", "Symmetric", "Asymmetric", "Irreflexive")
}
ENTITY_KINDS = {OWL + "Class", RDFS + "Datatype", *PROPERTY_KINDS}
TYPES = {*ENTITY_KINDS, *CHARACTERISTICS, OWL + "Ontology"}

#: Annotation and ontology properties that OWL 2 declares itself (section 5.5, 3.5).
BUILT_IN_ANNOTATIONS = {
    *(RDFS + name for name in ("label", "comment", "seeAlso", "isDefinedBy")),
    *(OWL + name for name in ("versionIRI", "versionInfo", "deprecated", "priorVersion")),
}
#: Axioms between named entities: which kinds may stand left and right.
_CLASS, _DATATYPE = {OWL + "Class"}, {RDFS + "Datatype"}
AXIOMS = {
    RDFS + "subClassOf": (_CLASS, _CLASS),
    OWL + "disjointWith": (_CLASS, _CLASS),
    RDFS + "subPropertyOf": (PROPERTY_KINDS, PROPERTY_KINDS),
    OWL + "inverseOf": ({OWL + "ObjectProperty"}, {OWL + "ObjectProperty"}),
    RDFS + "domain": ({OWL + "ObjectProperty", OWL + "DatatypeProperty"}, _CLASS),
    RDFS + "range": ({OWL + "ObjectProperty", OWL + "DatatypeProperty"}, _CLASS | _DATATYPE),
}
#: The part of the OWL 2 datatype map (section 4) that we use; xsd:date and xsd:gYear are not in the
#: map.
DATATYPE_MAP = {
    XSD + name for name in ("string", "boolean", "integer", "decimal", "anyURI", "dateTime")
}

RESERVED = (OWL, RDF, RDFS, XSD)


def kinds_of(quads: Iterable[Quad]) -> dict[str, set[str]]:
    """For each declared entity the kinds it is declared as, the datatypes of the map included."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for datatype in DATATYPE_MAP:
        kinds[datatype].add(RDFS + "Datatype")
    for quad in quads:
        if (
            quad.predicate.value == TYPE
            and isinstance(quad.object, IRI)
            and quad.object.value in ENTITY_KINDS
        ):
            kinds[str(quad.subject.value)].add(quad.object.value)
    return kinds


def problems(quads: Iterable[Quad]) -> list[str]:
    """Say, in a sentence for each triple, what OWL 2 DL does not allow; an empty list where all is well."""
    quads = list(quads)
    kinds = kinds_of(quads)
    found = [*_punning(kinds)]
    for quad in quads:
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
            found.append(f"blank node in {quad.triple}")
        elif quad.subject.value.startswith(RESERVED):
            found.append(f"axiom about the reserved term {quad.subject}")
        else:
            found.extend(_triple_problems(quad, kinds))
    return found


def _punning(kinds: dict[str, set[str]]) -> Iterator[str]:
    for entity, declared in kinds.items():
        if len(declared & PROPERTY_KINDS) > 1:
            yield f"<{entity}> is a property of several kinds"
        if {OWL + "Class", RDFS + "Datatype"} <= declared:
            yield f"<{entity}> is a class and a datatype"


def _triple_problems(quad: Quad, kinds: dict[str, set[str]]) -> Iterator[str]:
    subject, predicate = quad.subject.value, quad.predicate.value
    value = quad.object.value
    if predicate == TYPE:
        if value not in TYPES:
            yield f"<{subject}> has the type <{value}>, which declares nothing"
        elif value in CHARACTERISTICS and not kinds.get(subject, set()) & PROPERTY_KINDS:
            yield f"<{subject}> has a characteristic but is no declared property"
    elif predicate in AXIOMS:
        left, right = AXIOMS[predicate]
        sides = [kinds.get(subject, set()) & left, kinds.get(value, set()) & right]
        if not all(sides):
            yield f"<{predicate}> cannot stand between <{subject}> and <{value}>"
        elif predicate == RDFS + "subPropertyOf" and sides[0] != sides[1]:
            yield f"<{subject}> is below a property of another kind, <{value}>"
        elif predicate == RDFS + "range" and (OWL + "ObjectProperty" in sides[0]) != (
            sides[1] == _CLASS
        ):
            yield f"<{subject}> has a range that does not fit its kind, <{value}>"
    elif predicate not in BUILT_IN_ANNOTATIONS and kinds.get(predicate) != {
        OWL + "AnnotationProperty"
    }:
        yield f"<{predicate}> is not a declared annotation property"
