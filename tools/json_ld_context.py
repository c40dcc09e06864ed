"""Write the terms of the JSON-LD context from a built store.

    python -m tools.json_ld_context [STORE]    `var/store` unless given; writes src/gcmgraph/rdf/contexts/VERSION.json

A term is added for each class and property of the ontology, of the dataset, and of the descriptions
that the server writes about it. Its form is the most frequent one of its values. Existing terms of
this and of earlier versions remain as they are, so that a name never changes its meaning.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from flask import Flask

from gcmgraph.publication.vocabulary import ontology_versions
from gcmgraph.rdf.json_ld import ALIASES, Definition
from gcmgraph.rdf.json_ld import versions as known_versions
from gcmgraph.rdf.media import N_TRIPLES
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.terms import IRI, XSD, Literal, Triple, Vocabulary
from gcmgraph.settings import Settings
from gcmgraph.web.app import create_app

FOLDER = Path(__file__).resolve().parents[1] / "src" / "gcmgraph" / "rdf" / "contexts"

#: Descriptions with terms that the dataset does not have.
DESCRIPTIONS = ("/dataset", "/.well-known/void", "/linksets", "/changes", "/queries", "/queries/practices-by-country",
                "/browse/practice", "/sparql")  # fmt: skip

#: Vocabularies whose terms get their local names first; then the others, by prefix.
_FIRST = (
    "gcm",
    "dct",
    "skos",
    "rdfs",
    "schema",
    "prov",
    "org",
    "oa",
    "dcat",
    "void",
    "foaf",
    "sh",
    "owl",
    "rdf",
)

#: Classes of terms of the ontology, with the form of the values of their properties.
_KINDS = {
    "owl:Class": "",
    "owl:ObjectProperty": "@id",
    "owl:DatatypeProperty": "",
    "owl:AnnotationProperty": "",
}

#: Datatypes whose values are written as JSON's own.
_NATIVE = {f"{XSD}{name}" for name in ("string", "integer", "boolean")}

#: Datatypes of dates of varying precision.
_VARIABLE = {f"{XSD}{name}" for name in ("gYear", "gYearMonth")}


def published_triples(app: Flask) -> Iterator[Triple]:
    """The statements of the dataset and of the descriptions of it."""
    snapshot = app.extensions["gcmgraph"].dataset.snapshot()
    yield from (quad.triple for quad in snapshot.store.quads())
    client = app.test_client()
    for address in DESCRIPTIONS:
        response = client.get(address, headers={"Accept": N_TRIPLES.media_type})
        yield from (quad.triple for quad in parse_quads(response.data, N_TRIPLES, source=address))


def forms_of(triples: Iterable[Triple], addresses: Addresses) -> dict[str, Counter[str]]:
    """The classes and properties, by CURIE: how many values of a property have each form, nothing for a class."""
    v = Vocabulary(addresses)
    kinds = {v(curie): form for curie, form in _KINDS.items()}
    found: dict[IRI, Counter[str]] = defaultdict(Counter)
    for triple in triples:
        if triple.predicate != v("rdf:type"):
            found[triple.predicate][_form(triple.object)] += 1
        elif isinstance(triple.object, IRI):
            found[triple.object].update(())
            if triple.object in kinds and isinstance(triple.subject, IRI):
                found[triple.subject].update([kinds[triple.object]] if kinds[triple.object] else [])
        if triple.predicate == v("schema:rangeIncludes") and triple.object == v("rdf:langString"):
            found[triple.subject].update(["@language"])  # type: ignore[index]
    named = {addresses.compress(iri.value): forms for iri, forms in found.items()}
    return {curie: forms for curie, forms in named.items() if curie}


def _form(value: object) -> str:
    """The form of a value: `@id`, `@language`, a datatype, or empty for a value of JSON."""
    if not isinstance(value, Literal):
        return "@id"
    if value.language:
        return "@language"
    return "" if value.datatype.value in _NATIVE else value.datatype.value


def definitions(forms: Mapping[str, Counter[str]], addresses: Addresses) -> dict[str, Definition]:
    """The terms of classes and properties, by name."""
    names: dict[str, Definition] = {}

    def order(curie: str) -> tuple[int, str]:
        prefix = curie.partition(":")[0]
        return (_FIRST.index(prefix) if prefix in _FIRST else len(_FIRST)), curie

    for curie in sorted(forms, key=order):
        local = curie.partition(":")[2]
        name = curie if local in names or local in addresses.prefixes or local in ALIASES else local
        names[name] = {"@id": curie, **_values(forms[curie], addresses)}
    return names


def _values(forms: Counter[str], addresses: Addresses) -> dict[str, str]:
    """The form of the values of a term; dates have a type where no other occurs, as their precision may vary."""
    form = forms.most_common(1)[0][0] if forms else ""
    if form == "@language":
        return {"@container": form}
    if form == "@id":
        return {"@type": form}
    fixed = form and len(forms) == 1 and form not in _VARIABLE
    return {"@type": addresses.compress(form) or form} if fixed else {}


def main(store: str = "var/store") -> None:
    """Write the file of the store's version of the ontology."""
    app = create_app(Settings(store=store))
    site = app.extensions["gcmgraph"]
    try:
        versions = ontology_versions(site.dataset.snapshot().store, site.addresses)
        found = definitions(forms_of(published_triples(app), site.addresses), site.addresses)
    finally:
        site.workers.close()
    file = FOLDER / f"{max(versions)}.json"
    newest = file if file.exists() else FOLDER / f"{known_versions()[-1]}.json"
    known = json.loads(newest.read_text("utf-8"))
    defined = {definition["@id"] for definition in known.values()}
    new = {
        name: definition for name, definition in found.items() if definition["@id"] not in defined
    }
    for name, definition in new.items():
        known[definition["@id"] if name in known else name] = definition
    lines = (f" {json.dumps(name)}: {json.dumps(definition)}" for name, definition in known.items())
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    print(f"{file}: {len(known)} terms, {len(new)} of them new")


if __name__ == "__main__":
    main(*sys.argv[1:2])
