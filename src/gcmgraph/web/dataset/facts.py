"""Facts about the dataset that pages and documents share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from markupsafe import Markup

from gcmgraph.publication.metadata import schema_org, void
from gcmgraph.publication.metadata.catalogue import Catalogue, CataloguePart
from gcmgraph.rdf.terms import IRI
from gcmgraph.web.services import Site, Snapshot, per_version

#: Versions before the current one that the description of the dataset describes.
EARLIER_VERSIONS = 9


@per_version
def _facts_without_downloads(snapshot: Snapshot, site: Site) -> void.DatasetFacts:
    return void.dataset_facts(
        snapshot.store,
        snapshot.listings,
        snapshot.figures,
        snapshot.version,
        site.addresses,
        site.sparql_url,
        site.operator.contact_link or "",
    )


def dataset_facts(site: Site, snapshot: Snapshot) -> void.DatasetFacts:
    """Facts about a version, with its present downloads: some are added while it is current."""
    history = site.dataset.history
    version = snapshot.version
    current = history.described(version) if history.holds(version) else None
    return replace(_facts_without_downloads(snapshot, site), current=current)


def facts_with_earlier_versions(site: Site, snapshot: Snapshot) -> void.DatasetFacts:
    """As `dataset_facts`, with the newest of the versions before that have downloads."""
    history = site.dataset.history
    names = [name for name in history.names() if name != snapshot.version]
    versions = map(history.described, names[:EARLIER_VERSIONS])
    with_downloads = tuple(version for version in versions if version.dumps)
    return replace(dataset_facts(site, snapshot), earlier=with_downloads)


def download_names(site: Site, snapshot: Snapshot) -> str:
    """The names of the present downloads, for the entity tags of documents that list them."""
    return site.dataset.history.files(snapshot.version)


@per_version
def catalogue_parts(snapshot: Snapshot, site: Site) -> tuple[CataloguePart, ...]:
    """The datasets within the dataset, with their terms."""
    facts = _facts_without_downloads(snapshot, site)
    catalogue = Catalogue(snapshot.store, site.addresses, IRI(void.LICENCE), facts.years)
    return catalogue.parts(snapshot.figures.graphs)


def structured_data(
    site: Site, facts: void.DatasetFacts, language: str, parts: Iterable[CataloguePart] = ()
) -> Markup:
    """The dataset for search engines, as the text of a block of data in a page."""
    dataset = schema_org.dataset_in_schema_org(facts, site.addresses, language, parts)
    return Markup(schema_org.script_text(dataset))  # noqa: S704 - no markup in it
