r"""Descriptions in TriG with variables: `publication/metadata/dcat.trig`.

Each graph of a file is a template of its name. IRIs are relative to the base, and every prefix is known. Terms with the
empty prefix are variables, `:file\#sha256` is a part of the resource `:file`. A statement is made for each combination
of the values of its variables, none where one has no value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import product, starmap
from typing import Any

from gcmgraph.rdf.media import TRIG
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.terms import IRI, Quad, Triple, Values, Vocabulary

#: Namespace of variables and of the names of templates.
_NAMES = "urn:x-gcmgraph:"

#: A term of a template: the name of a variable or of a part of one, or a term alone.
_Term = str | tuple[Any]


class Templates:
    """The templates of a file of the program, with IRIs of one base."""

    def __init__(self, file: str, addresses: Addresses, **values: Values) -> None:
        """`values` are those of variables that every template has."""
        self._templates = _read(file, addresses)
        self._v = Vocabulary(addresses)
        self._values = values
        self._addresses = addresses

    def fill(self, template: str, /, **values: Values) -> Iterator[Triple]:
        """The statements of a template, with the values of its variables (see `Vocabulary.about`).

        Raises `KeyError` for a variable that is not given.
        """
        return starmap(Triple, self._filled(template, values))

    def fill_in(self, graph: str, template: str, /, **values: Values) -> Iterator[Quad]:
        """The statements of a template in a graph, by the name of the graph."""
        name = IRI(self._addresses.graph(graph))
        return starmap(Quad, self._filled(template, values, (name,)))

    def _filled(
        self, template: str, values: Mapping[str, Values], *more: Iterable[Any]
    ) -> Iterator[tuple[Any, ...]]:
        terms_of_variables: dict[str, tuple[Any, ...]] = {
            name: self._v.terms(value) for name, value in {**self._values, **values}.items()
        }

        def terms(term: _Term) -> Iterable[Any]:
            if not isinstance(term, str):
                return term
            name, sign, part = term.partition("#")
            if sign and term not in terms_of_variables:
                resources = terms_of_variables[name]
                terms_of_variables[term] = tuple(
                    IRI(f"{resource.value}#{part}") for resource in resources
                )
            return terms_of_variables[term]

        for statement in self._templates[template]:
            yield from product(*map(terms, statement), *more)


@cache
def _read(file: str, addresses: Addresses) -> Mapping[str, list[tuple[_Term, ...]]]:
    """The statements of a file by their template."""
    prefixes = {**addresses.prefixes, "": _NAMES}
    header = "".join(
        f"@prefix {prefix}: <{namespace}> . " for prefix, namespace in prefixes.items()
    )
    text = header.encode() + (files("gcmgraph") / file).read_bytes()
    templates: dict[str, list[tuple[_Term, ...]]] = defaultdict(list)
    for *triple, graph in parse_quads(text, TRIG, source=file, base_iri=addresses.base):
        templates[graph.value.removeprefix(_NAMES)].append(tuple(map(_term, triple)))
    return templates


def _term(term: Any) -> _Term:
    is_variable = isinstance(term, IRI) and term.value.startswith(_NAMES)
    return term.value.removeprefix(_NAMES) if is_variable else (term,)
