"""Who takes part in what: read from the store, the same as the query of the library says."""

from __future__ import annotations

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.assembly import Assembly
from gcmgraph.publication.describe_catalogue import Catalogue
from gcmgraph.publication.network.collaboration import Collaboration
from gcmgraph.publication.participation import Participation
from gcmgraph.queries.library import read_queries
from gcmgraph.repository.layout import Repository
from gcmgraph.store.embedded import EmbeddedStore

ADDRESSES = Addresses()


def read(store: EmbeddedStore) -> Participation:
    return Participation.read(store, ADDRESSES, Catalogue(store, ADDRESSES).members("practice"))


def test_it_says_what_the_library_says(assembly: Assembly, repository: Repository) -> None:
    store = EmbeddedStore.in_memory(assembly.quads)
    query = read_queries(repository, ADDRESSES)["who-works-with-whom"]
    rows = store.select(query.text, substitutions=query.substitutions({}, ADDRESSES)).rows
    said = {(row["organisation"], row["other"], int(row["practices"].value)) for row in rows}
    ties = Collaboration(read(store)).ties
    assert ties
    assert {(*ends, tie.weight) for tie in ties for ends in (tie.ends, tie.ends[::-1])} == said


def test_the_countries_of_an_organisation_are_those_of_its_practices(assembly: Assembly) -> None:
    store = EmbeddedStore.in_memory(assembly.quads)
    participation = read(store)
    unodc = IRI(ADDRESSES.thing("organisation", "unodc"))
    rows = store.select(
        "PREFIX gcm: <https://w3id.org/gcmgraph/ontology#> SELECT DISTINCT ?c "
        "{ ?p gcm:involvesOrganisation <https://w3id.org/gcmgraph/id/organisation/unodc> ; gcm:country ?c } ORDER BY ?c"
    ).rows
    assert rows
    assert participation.countries_of(unodc) == tuple(row["c"] for row in rows)
    for country in participation.practices_in:
        assert all(country in participation.countries[practice] for practice in participation.practices_in[country])
