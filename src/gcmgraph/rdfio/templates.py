"""Descriptions in TriG with variables: `publication/metadata/dcat.trig`.

Each graph of a file is a template of its name. IRIs are relative to the base, and every prefix is known. Terms with the
empty prefix are variables: a statement is made for each value of its variables, none where one has no value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

from gcmgraph.model.terms import IRI, Quad, Triple, Values, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import TRIG
from gcmgraph.rdfio.parsing import parse_quads

#: Namespace of variables and of the names of templates.
_VARIABLE = "urn:x-gcmgraph:"


class Templates:
    """The templates of a file of the program, with IRIs of one base."""

    def __init__(self, file: str, addresses: Addresses, **values: Values) -> None:
        """`values` are those of variables that every template has."""
        self._quads, self._v, self._values = _read(file, addresses), Vocabulary(addresses), values

    def fill(self, name: str, /, **values: Values) -> Iterator[Triple]:
        """The statements of a template, with the values of its variables (see `Vocabulary.about`).

        Raises `KeyError` for a variable that is not given.
        """
        found = {
            f"{_VARIABLE}{variable}": tuple(self._v.terms(value)) for variable, value in (self._values | values).items()
        }

        def terms(term: Any) -> Iterable[Any]:
            return found[term.value] if isinstance(term, IRI) and term.value.startswith(_VARIABLE) else (term,)

        for subject, predicate, value, _ in self._quads[IRI(f"{_VARIABLE}{name}")]:
            yield from (Triple(*triple) for triple in product(terms(subject), terms(predicate), terms(value)))


@cache
def _read(file: str, addresses: Addresses) -> Mapping[object, list[Quad]]:
    """The statements of a file by the IRI of their template."""
    prefixes = {**addresses.prefixes, "": _VARIABLE}
    header = "".join(f"@prefix {prefix}: <{namespace}> . " for prefix, namespace in prefixes.items())
    text = header.encode() + (files("gcmgraph") / file).read_bytes()
    found: dict[object, list[Quad]] = defaultdict(list)
    for quad in parse_quads(text, TRIG, source=file, base_iri=addresses.base):
        found[quad.graph_name].append(quad)
    return found
