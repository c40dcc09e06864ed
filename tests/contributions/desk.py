"""What tests of contributions work with: a store with the real graph, a ledger, a sender and a curator."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.content import Content
from gcmgraph.contributions.contribution import Agent, Contribution, Role
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.publication_process import Publication
from gcmgraph.contributions.published_statements import published_state
from gcmgraph.contributions.service import Contributions, Envelope
from gcmgraph.contributions.stored_statements import statement_key
from gcmgraph.contributions.submission_check import LocalChecker
from gcmgraph.contributions.version_derivation import publish_decisions, unpublished_change
from gcmgraph.publication.assembly import assemble, read_figures
from gcmgraph.publication.inference import infer
from gcmgraph.publication.metadata.partitions import describe_version
from gcmgraph.publication.rates import rates_of
from gcmgraph.queries.library import read_queries
from gcmgraph.rdf.canonical import serialize_canonical, sha256
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Quad
from gcmgraph.repository.layout import Repository
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.validation.rules import Rules

ADDRESSES = Addresses()

PREFIXES = """
@prefix gcm: <https://w3id.org/gcmgraph/ontology#> .
@prefix practice: <https://w3id.org/gcmgraph/id/practice/> .
@prefix objective: <https://w3id.org/gcmgraph/id/objective/> .
@prefix country: <https://w3id.org/gcmgraph/id/country/> .
@prefix organisation: <https://w3id.org/gcmgraph/id/organisation/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix schema: <https://schema.org/> .
"""


def practice(slug: str = "one-stop-shop", title: str = "One-stop shop", more: str = "") -> Content:
    """A practice that conforms, as Turtle."""
    text = f"""{PREFIXES}
practice:{slug} a gcm:Practice ; dct:title "{title}"@en ; dct:description "An office that answers questions."@en ;
  gcm:objective objective:9 ; gcm:country country:PHL ; dct:source <https://example.org/report> {more} .
"""
    return Content(text.encode(), f"{slug}.ttl")


@dataclass(frozen=True)
class Desk:
    """Everything a test of contributions works with."""

    service: Contributions
    store: StoreFolder
    ledger: Ledger
    sender: Agent
    curator: Agent
    #: whose dataset the store began with
    repository: Repository

    @property
    def folder(self) -> Path:
        """The folder of the database."""
        return self.ledger.database.file.parent

    @property
    def publication(self) -> Publication:
        """What publishes the decisions that the store does not show, as the server does."""
        return Publication(self.store, self.ledger, self.service.publisher)

    def sent(self, content: Content, **envelope: str) -> Contribution:
        """A contribution that was sent and kept."""
        sent = self.service.submit(content, Envelope("A title", **envelope), self.sender)
        assert sent.contribution is not None, sent.verdict and sent.verdict.report
        return sent.contribution

    def accepted(self, content: Content, **envelope: str) -> Contribution:
        """A contribution that was sent and accepted."""
        return self.service.accept(self.sent(content, **envelope).id, self.curator, "Right.")

    def version_of_a_whole_build(self) -> str:
        """The name of the version that a build would make of the repository and the ledger now."""
        return _version(self.repository, frozenset(all_published_quads(self.ledger)))


def all_published_quads(ledger: Ledger) -> list[Quad]:
    """The published statements of all contributions, none of which is damaged."""
    state = published_state(ledger, ADDRESSES)
    assert state.damages == []
    return state.quads


def key_of(desk: Desk, identifier: str, end: str = "country") -> str:
    """The key of the first statement of a contribution whose property ends so."""
    stated = desk.ledger.statements(desk.ledger.find(identifier))
    return next(statement_key(quad) for quad in stated if quad.predicate.value.endswith(end))


@cache
def _version(repository: Repository, contributed: frozenset[Quad]) -> str:
    quads = [*_stated(repository), *contributed]
    quads = [*dict.fromkeys([*quads, *infer(quads, ADDRESSES)]), *_figures(repository)]
    return sha256(
        serialize_canonical([*quads, *describe_version(quads, _library(repository), ADDRESSES)])
    )[:16]


@cache
def _stated(repository: Repository) -> list[Quad]:
    """What the repository states; what follows from it, and from contributions, is inferred anew each time."""
    inferred = IRI(ADDRESSES.graph("inferred"))
    return [quad for quad in assemble(repository, ADDRESSES).quads if quad.graph_name != inferred]


@cache
def _figures(repository: Repository) -> list[Quad]:
    """The figures of the repository, and the rates that a build computes from them."""
    figures, _ = read_figures(repository, ADDRESSES)
    rates, _ = rates_of(repository, ADDRESSES, figures)
    return figures + rates


_library = cache(lambda repository: read_queries(repository, ADDRESSES).values())


def open_desk(folder: Path, rules: Rules, repository: Repository, location: str = "") -> Desk:
    """The desk in a folder that holds a store, or the database at `location`; it makes its tokens when it is new."""
    database = Database(location or folder / "ledger")
    store, ledger, tokens = (StoreFolder(folder / "store"), Ledger(database), Tokens(database))
    held = {token.holder.role: token.holder for token in tokens.all()}
    if not held:
        held = {
            role: tokens.create(role, role.title(), f"https://example.org/{role}")[0]
            for role in Role
        }
    checker = LocalChecker(store.open_current, lambda: rules, ADDRESSES)
    publication = ledger, store, ADDRESSES
    unpublished, publish = (
        partial(unpublished_change, *publication),
        partial(publish_decisions, *publication),
    )
    service = Contributions(
        ledger, store.open_current, unpublished, publish, checker, checker, ADDRESSES
    )
    return Desk(service, store, ledger, held[Role.CONTRIBUTOR], held[Role.CURATOR], repository)
