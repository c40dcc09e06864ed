"""Shapes and terms of the ontology that a contribution is validated against."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from gcmgraph.model.terms import IRI, Literal, rebase_quad
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.shapes.definitions import PropertyShape
from gcmgraph.shapes.paths import Predicate
from gcmgraph.shapes.texts import Texts
from gcmgraph.validation.shacl.engine import ShapesEngine
from gcmgraph.validation.shacl.shapes import Shapes, load_shapes

_LABEL = IRI(PREFIXES["rdfs"] + "label")
_DOMAINS = (IRI(PREFIXES["rdfs"] + "domain"), IRI(PREFIXES["schema"] + "domainIncludes"))

_SPELLINGS = re.compile(r"^https?://(?:www\.)?")


@dataclass(frozen=True)
class Rules:
    """The shapes, and the terms of the ontology."""

    shapes: Shapes
    addresses: Addresses
    #: labels of the terms that the ontology declares
    terms: dict[IRI, Texts] = field(default_factory=dict)
    #: classes in the domain of its properties
    domains: dict[IRI, frozenset[IRI]] = field(default_factory=dict)

    @cached_property
    def engine(self) -> ShapesEngine:
        """The engine for the shapes."""
        return ShapesEngine(self.shapes)

    @cached_property
    def spellings(self) -> dict[str, IRI]:
        """The terms in the shapes by `spelling`."""
        return {spelling(quad.object): quad.object for quad in self.shapes.quads if isinstance(quad.object, IRI)}

    @cached_property
    def properties(self) -> dict[IRI, Texts]:
        """Labels of the properties in the shapes and the ontology; only the ontology has some."""
        shapes = (shape for shape in self.shapes.graph.shapes.values() if isinstance(shape, PropertyShape))
        paths = (shape.path.iri for shape in shapes if isinstance(shape.path, Predicate))
        return {
            **dict.fromkeys(paths, Texts()),
            **{term: names for term, names in self.terms.items() if term not in self.classes},
        }

    @cached_property
    def classes(self) -> dict[IRI, Texts]:
        """Labels of the classes of the ontology."""
        start = len(self.addresses.ontology)
        return {term: names for term, names in self.terms.items() if term.value[start : start + 1].isupper()}


def spelling(term: IRI) -> str:
    """The common part of the spellings of a term's address: `schema.org/startDate`."""
    return _SPELLINGS.sub("", term.value).replace("#", "/")


def load_rules(repository: Repository, addresses: Addresses) -> Rules:
    """The rules of the repository. Raises `DataError` if there are no shapes, `RdfSyntaxError`."""
    labels: dict[IRI, list[tuple[str, str]]] = {}
    domains: dict[IRI, set[IRI]] = {}
    for quad in (rebase_quad(quad, addresses) for path in repository.ontology for quad in read_quads(path)):
        if isinstance(quad.subject, IRI) and quad.subject.value.startswith(addresses.ontology):
            found = labels.setdefault(quad.subject, [])
            if quad.predicate == _LABEL and isinstance(quad.object, Literal):
                found.append((quad.object.language or "", quad.object.value))
            elif quad.predicate in _DOMAINS and isinstance(quad.object, IRI):
                domains.setdefault(quad.subject, set()).add(quad.object)
    return Rules(
        load_shapes(repository, addresses),
        addresses,
        {term: Texts.of(pairs) for term, pairs in labels.items()},
        {term: frozenset(classes) for term, classes in domains.items()},
    )
