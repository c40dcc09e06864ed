"""Digital Object Identifier of the dataset (https://www.doi.org/doi-handbook/).

`data/curated/dataset.ttl` states it once it is registered; every description and citation of the
dataset has it from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gcmgraph.platform.errors import DataError, Place
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary
from gcmgraph.store.port import Store

RESOLVER = "https://doi.org/"

#: Registrant and suffix. https://www.crossref.org/blog/dois-and-matching-regular-expressions/
_DOI = re.compile(r"10\.\d{4,9}/[-._;()/:A-Za-z0-9]+")

_FILE = "data/curated/dataset.ttl"


def doi_of_dataset(store: Store, addresses: Addresses) -> str | None:
    """The DOI that a dataset version states of the dataset, such as `10.5281/zenodo.1234`."""
    dataset = IRI(f"{addresses.base}dataset")
    for quad in store.quads(dataset, Vocabulary(addresses)("dct:identifier")):
        if isinstance(quad.object, Literal):
            return quad.object.value
    return None


def require_valid_doi(quads: Iterable[Quad], addresses: Addresses) -> None:
    """Raise `DataError` for an identifier of the dataset that is no DOI, and for a second one."""
    dataset = IRI(f"{addresses.base}dataset")
    identifier = Vocabulary(addresses)("dct:identifier")
    values = {
        quad.object for quad in quads if quad.subject == dataset and quad.predicate == identifier
    }
    for value in values:
        text = getattr(value, "value", "")
        if not isinstance(value, Literal) or not _DOI.fullmatch(text):
            raise DataError(
                f"'{text}' is no DOI.",
                place=Place(_FILE),
                hint="Write it as text without its resolver, such as 10.5281/zenodo.1234.",
            )
    if len(values) > 1:
        raise DataError(
            "The dataset has several DOIs.",
            place=Place(_FILE),
            hint="State the one of all versions.",
        )
