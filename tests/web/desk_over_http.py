"""A server that takes contributions: of this process or the real one, tokens of both roles, a small dataset."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook

from attackers import Reply, ask
from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.contribution import Role
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.submission_check import LocalChecker
from gcmgraph.contributions.version_derivation import publish_decisions
from gcmgraph.publication.versions.dataset import version_files, write_indexes
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.version_files import DUMP
from gcmgraph.validation.rules import load_rules
from gcmgraph.web.contributions import blueprints
from processes import until
from serving import Application, applications, served, served_here
from shared import copy_store, once

#: Seconds within which a decision is published, beside other tests.
PUBLISHED_WITHIN = 120.0

FORM = "application/x-www-form-urlencoded"

PRACTICE = """
@prefix gcm: <https://w3id.org/gcmgraph/ontology#> .
@prefix dct: <http://purl.org/dc/terms/> .
<https://w3id.org/gcmgraph/id/practice/SLUG> a gcm:Practice ;
  dct:title "The practice SLUG"@en ; dct:description "An office that answers questions."@en ;
  gcm:objective <https://w3id.org/gcmgraph/id/objective/9> ; gcm:country <https://w3id.org/gcmgraph/id/country/PHL> ;
  dct:source <https://example.org/report> .
"""


@dataclass(frozen=True)
class Served:
    """A server, and what it stands on."""

    base: str
    contributor: str
    curator: str
    folder: Path
    #: of a database
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        """The database of contributions."""
        return Database(self.settings.get("database", self.folder / "ledger"))

    def ask(self, path: str, data: bytes | None = None, token: str = "", **headers: str) -> Reply:
        """The response to GET, or to POST with `data`, by default a form.

        Redirects are responses, too.
        """
        named = {"Authorization": f"Bearer {token}"} if token else {}
        named |= {"Content_Type": FORM} if data is not None else {}
        return ask(self.base, path, data, **named | headers)

    def send(
        self, slug: str, path: str = "/contributions?title=A+practice", **headers: str
    ) -> Reply:
        """Send a practice that conforms."""
        body = PRACTICE.replace("SLUG", slug).encode()
        return self.ask(path, body, self.contributor, Content_Type="text/turtle", **headers)

    def decide(self, identifier: object, decision: str, reason: str = "Because.") -> Reply:
        """Decide on a contribution as a curator.

        A decision that takes longer than its answer is awaited.
        """
        return self.awaited(self.begin_decision(identifier, decision, reason))

    def begin_decision(self, identifier: object, decision: str, reason: str = "Because.") -> Reply:
        """The first answer to a decision, which may be 202."""
        body = json.dumps({"decision": decision, "reason": reason}).encode()
        return self.ask(
            f"/contributions/{identifier}/review",
            body,
            self.curator,
            Content_Type="application/json",
        )

    def withdraw(self, identifier: object) -> Reply:
        """Withdraw a contribution as its sender, and wait until that is published."""
        path = f"/contributions/{identifier}/withdrawal"
        return self.awaited(
            self.ask(
                path, b'{"reason": "Wrong."}', self.contributor, Content_Type="application/json"
            )
        )

    def awaited(self, answer: Reply) -> Reply:
        """An answer to a decision; in place of 202, the state of the contribution once it is published."""
        if answer.status != HTTPStatus.ACCEPTED:
            return answer
        states: list[Reply] = []

        def is_published() -> bool:
            states.append(self.ask(answer.headers["location"], token=self.curator))
            return "pending" not in states[-1].json

        until(is_published, PUBLISHED_WITHIN)
        return states[-1]


def headers_of(folder: str, role: Role = Role.CURATOR) -> dict[str, str]:
    """Headers with a new token of a role, for the contributions in a folder."""
    _, token = Tokens(Database(folder)).create(role, role.title(), f"https://example.org/{role}")
    return {"Authorization": f"Bearer {token}"}


#: Databases of a `desk` that is the real server, by `parametrize(…, indirect=True)`: a file in a
#: folder, or PostgreSQL.
STORES = ("folder", pytest.param("postgresql", marks=pytest.mark.exhaustive))

#: The same where the folder is that of a server in this process.
STORES_HERE = ("here", *STORES[1:])


#: Graphs that no contribution depends on, by the beginnings of their names: a version without them
#: is made in half of the time.
_LEFT_OUT = tuple(
    Addresses().graph(name)
    for name in (
        *(
            "evidence",
            "provenance",
            "void",
            "examples",
            "source/",
            "reference/topics",
            "reference/migra",
        ),
        *("reference/refugees", "reference/asylum", "reference/remittances", "reference/deaths"),
    )
)


@pytest.fixture(scope="session")
def desk_store(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small dataset without what no contribution depends on."""

    def make(path: Path) -> None:
        quads = [
            q
            for q in read_quads(small_store / "current" / DUMP)
            if not str(q.graph_name)[1:].startswith(_LEFT_OUT)
        ]
        dump, folder = serialize_canonical(quads), StoreFolder(path)
        files = version_files(folder, "v1", dump, Addresses())
        folder.publish("v1", quads, files, lambda version: write_indexes(version, Addresses()))

    return once(tmp_path_factory, "desk", make)


class _CheckHere(LocalChecker):
    """Checks in this process, where the server has another for them."""

    def __init__(self, store: Path, root: Path, addresses: Addresses, *_: object) -> None:
        folder = StoreFolder(store)
        opened = lru_cache(maxsize=1)(lambda _: folder.open_current())
        super().__init__(lambda: opened(folder.current_version()), partial(_rules, root), addresses)

    def close(self) -> None:
        """Nothing is to be ended."""


_rules = cache(lambda root: load_rules(Repository(root), Addresses()))


def publish_here(ledger: Ledger, store: StoreFolder) -> Callable[[], str | None]:
    return partial(publish_decisions, ledger, store, Addresses())


@contextmanager
def applications_here() -> Iterator[Application]:
    """Yield a maker of applications that check and publish in this process, in a fifth of the time of others."""
    with applications() as make:

        def make_here(store: Path | str, **settings: object) -> Flask:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(blueprints, "CheckWorker", _CheckHere)
                patch.setattr(blueprints, "AwaitedPublication", publish_here)
                return make(store, **settings)

        yield make_here


def tokens_in(database: Database) -> list[str]:
    """New tokens of a contributor and of a curator."""
    return [
        Tokens(database).create(role, role.title(), f"https://example.org/{role}")[1]
        for role in Role
    ]


@contextmanager
def desk_here(store: Path, folder: Path, **settings: object) -> Iterator[Served]:
    """A server in this process over a copy of a store, and contributions, in a folder."""
    copy_store(store, folder / "store")
    made, ledger = tokens_in(Database(folder / "ledger")), str(folder / "ledger")
    with (
        applications_here() as make,
        served_here(make(folder / "store", contributions=ledger, **settings)) as address,
    ):
        yield Served(address, *made, folder)


@pytest.fixture(scope="module")
def desk(
    request: pytest.FixtureRequest, desk_store: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A server in this process; the real one over a store of `STORES`."""
    folder, store = tmp_path_factory.mktemp("contributions"), getattr(request, "param", "here")
    if store == "here":
        with desk_here(desk_store, folder) as made:
            yield made
        return
    copy_store(desk_store, folder / "store")
    settings = {}
    if store == "postgresql":
        settings["database"] = request.getfixturevalue(store).new_database()
    made_tokens = tokens_in(Database(settings.get("database", folder / "ledger")))
    with serving(folder, **settings) as address:
        yield Served(address, *made_tokens, folder, settings)


def serving(folder: Path, **settings: str) -> AbstractContextManager[str]:
    """Our server over the store and the ledger in a folder, with two workers.

    Checks take longer beside other tests.
    """
    return served(
        folder / "store",
        contributions=str(folder / "ledger"),
        workers=2,
        check_timeout=55,
        **settings,
    )


@contextmanager
def reading(site: Served, *paths: str) -> Iterator[list[tuple[str, int]]]:
    """Four readers who request pages until the block ends; the addresses and statuses of what they got."""
    found: list[tuple[str, int]] = []
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            for path in paths:
                status = 0
                with suppress(OSError):
                    status = site.ask(path).status
                found.append((path, status))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        yield found
    finally:
        over.set()
        for reader in readers:
            reader.join()


def filled_template(workbook: bytes, country: str) -> tuple[bytes, int]:
    """The template of practices with one that is in a country, and the column of the country."""
    book, data = load_workbook(io.BytesIO(workbook)), io.BytesIO()
    columns = {
        str(cell.value).partition(" *")[0].partition(" (*)")[0]: cell.column
        for cell in book["Practice"][1]
    }
    given = {
        "title [en]": "Mobile desk",
        "description [en]": "A desk.",
        "objective": "9",
        "country": country,
    }
    for header, value in {**given, "source": "https://example.org/"}.items():
        book["Practice"].cell(2, columns[header], value)
    book.save(data)
    return data.getvalue(), columns["country"]
