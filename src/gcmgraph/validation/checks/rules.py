"""What a contribution is held against, read once and kept: shapes now, more checks beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from gcmgraph.model.terms import IRI, Literal, rebase_quad
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.validation.report import SH, Texts
from gcmgraph.validation.shacl.shapes import Shapes, load_shapes

_LABEL = IRI(PREFIXES["rdfs"] + "label")
_DOMAINS = (IRI(PREFIXES["rdfs"] + "domain"), IRI(PREFIXES["schema"] + "domainIncludes"))

_PATH = IRI(SH + "path")

_SPELLINGS = re.compile(r"^https?://(?:www\.)?")


@dataclass(frozen=True)
class Rules:
    """The shapes, and whose addresses they are about."""

    shapes: Shapes
    addresses: Addresses
    #: the terms that our ontology declares, and their labels
    terms: dict[IRI, Texts] = field(default_factory=dict)
    #: the classes that each of its properties is for, where it says so
    domains: dict[IRI, frozenset[IRI]] = field(default_factory=dict)

    @cached_property
    def spellings(self) -> dict[str, IRI]:
        """The terms that the shapes name, by what is left of them when spelling does not matter."""
        return {spelling(quad.object): quad.object for quad in self.shapes.quads if isinstance(quad.object, IRI)}

    @cached_property
    def properties(self) -> dict[IRI, Texts]:
        """The properties that the shapes name, then those that our ontology declares, with the labels of ours."""
        paths = (quad.object for quad in self.shapes.quads if quad.predicate == _PATH and isinstance(quad.object, IRI))
        return {
            **dict.fromkeys(paths, Texts()),
            **{t: names for t, names in self.terms.items() if t not in self.classes},
        }

    @cached_property
    def classes(self) -> dict[IRI, Texts]:
        """The classes of our ontology, and their labels."""
        start = len(self.addresses.ontology)
        return {term: names for term, names in self.terms.items() if term.value[start : start + 1].isupper()}


def spelling(term: IRI) -> str:
    """What two addresses of one term have in common however they are spelled: `schema.org/startDate`."""
    return _SPELLINGS.sub("", term.value).replace("#", "/")


def load_rules(repository: Repository, addresses: Addresses) -> Rules:
    """The rules of the repository. Raises `DataError` where there are no shapes, `RdfSyntaxError`."""
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
