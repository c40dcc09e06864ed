"""Every setting: name, default, help. Read once, by `cli` and `web` only.

Order of precedence: a flag, then the environment (`GCMGRAPH_…`), then `gcmgraph.toml` in the working folder.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from gcmgraph.errors import Place, SettingsError
from gcmgraph.namespaces import DEFAULT_BASE, Addresses
from gcmgraph.rdfio.files import read_text
from gcmgraph.store.federation.endpoints import is_endpoint
from gcmgraph.store.remote.dialects import Access


def _setting(default: object, help_text: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"help": help_text}, repr=not secret)


def _number(default: int, least: int, help_text: str, *, most: int | None = None) -> Any:
    return field(default=default, metadata={"help": help_text, "least": least, "most": most})


@dataclass(frozen=True)
class Settings:
    """All settings, each with its default and one line of help."""

    base: str = _setting(DEFAULT_BASE, "Base IRI of all addresses; ends in a slash.")
    root: str = _setting("", "Folder of the repository's files (ontology, data, shapes, queries).")
    store: str = _setting("var/store", "Folder of the embedded store, or http(s) URL of a SPARQL server.")
    store_engine: str = _setting("", "Kind of the SPARQL server, where its URL does not tell: see docs/scaling.md.")
    store_update: str = _setting("", "URL for updates of the SPARQL server, where it is not the usual one.")
    store_graph_store: str = _setting("", "URL of the SPARQL server's Graph Store Protocol, likewise.")
    store_user: str = _setting("", "User at the SPARQL server.")
    store_password: str = _setting("", "Password at the SPARQL server.", secret=True)
    store_timeout: int = _number(60, 1, "Seconds that one request to the SPARQL server may take.")
    keep_versions: int = _number(10, 0, "Dataset versions kept whole in a store folder, the newest ones; 0 keeps all.")
    contributions: str = _setting("var/contributions", "Folder of contributions, decisions on them, and tokens.")
    imports: str = _setting("var/imports", "Folder of imported files of the UN.")
    sources: str = _setting("var/sources", "Folder of documents and data files that were fetched.")
    check_timeout: int = _number(20, 1, "Seconds that checking one contribution may take.")
    check_memory: int = _number(1024, 1, "Megabytes of memory that checking one contribution may take.")
    host: str = _setting("127.0.0.1", "Address the server listens on.")
    port: int = _number(8080, 1, "Port the server listens on.", most=65_535)
    workers: int = _number(2, 1, "Server processes.")
    query_timeout: int = _number(10, 1, "Seconds one SPARQL query may take.")
    query_memory: int = _number(1024, 1, "Megabytes of memory one SPARQL query may take.")
    query_workers: int = _number(2, 1, "SPARQL queries run side by side in each server process.")
    query_rows: int = _number(100_000, 1, "Rows (or triples) that one SPARQL answer may hold; what is cut says so.")
    query_answer: int = _number(64, 1, "Megabytes that one SPARQL answer may hold; what is cut says so.")
    query_graph: int = _number(128, 0, "Megabytes of graph that a process holds in memory; a larger one is on disk.")
    federation: str = _setting("", "Endpoints that SERVICE may ask, separated by spaces or commas; none unless set.")
    result_cache: int = _number(64, 0, "Megabytes of answers kept in each server process; 0 keeps none.")

    @property
    def addresses(self) -> Addresses:
        """The addresses under `base`. Raises `SettingsError`."""
        return Addresses(self.base)

    @property
    def access(self) -> Access:
        """How a SPARQL server as store is reached, beside its URL."""
        return Access(
            self.store_engine,
            self.store_update,
            self.store_graph_store,
            self.store_user,
            self.store_password,
            self.store_timeout,
        )

    @property
    def places(self) -> tuple[str, ...]:
        """Where the store and contributions are: folders, addresses. Clients are not told."""
        return self.store, self.store_update, self.store_graph_store, self.contributions

    @property
    def federation_endpoints(self) -> tuple[str, ...]:
        """The endpoints of `federation`, in order. Raises `SettingsError` for one that is no http(s) address."""
        endpoints = tuple(dict.fromkeys(self.federation.replace(",", " ").split()))
        for endpoint in endpoints:
            if not is_endpoint(endpoint):
                raise SettingsError(
                    f"The setting 'federation' names '{endpoint}', which is not the http(s) address of an endpoint.",
                    hint="Such as https://data.example.org/sparql, without a user, a password or a fragment.",
                )
        return endpoints

    @classmethod
    def read(
        cls,
        environ: Mapping[str, str] | None = None,
        file: Path | None = None,
        flags: Mapping[str, object] | None = None,
    ) -> Settings:
        """Settings from `gcmgraph.toml` (or `file`), then the environment, then `flags` by setting.

        Raises `SettingsError`, with the place, for a setting that there is not and a value that it cannot have.
        """
        environ = os.environ if environ is None else environ
        file = Path("gcmgraph.toml") if file is None else file
        values: dict[str, object] = {}
        given = [(name, value, Place(flag_name(name))) for name, value in (flags or {}).items()]
        for name, value, place in (*_from_file(file), *_from_environment(environ), *given):
            values[name] = _converted(name, value, place)
        return cls(**values)  # type: ignore[arg-type]


def environment_name(setting: str) -> str:
    """The environment variable of a setting: `store` is `GCMGRAPH_STORE`."""
    return f"GCMGRAPH_{setting.upper()}"


def flag_name(setting: str) -> str:
    """The flag of a setting: `query_rows` is `--query-rows`."""
    return f"--{setting.replace('_', '-')}"


def _from_file(file: Path) -> list[tuple[str, object, Place]]:
    if not file.is_file():
        return []
    place = Place(str(file))
    try:
        table = tomllib.loads(read_text(file, SettingsError))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"The settings file is not valid TOML: {error}.", place=place) from error
    known = {f.name for f in fields(Settings)}
    if unknown := sorted(set(table) - known):
        raise SettingsError(
            f"There is no setting '{unknown[0]}'.", place=place, hint=f"Settings: {', '.join(sorted(known))}."
        )
    return [(name, value, place) for name, value in table.items()]


def _from_environment(environ: Mapping[str, str]) -> list[tuple[str, object, Place]]:
    return [
        (f.name, environ[name], Place(name)) for f in fields(Settings) if (name := environment_name(f.name)) in environ
    ]


def _converted(name: str, value: object, place: Place) -> object:
    setting = Settings.__dataclass_fields__[name]
    if isinstance(setting.default, int):
        return _whole(name, value, place, setting.metadata["least"], setting.metadata["most"])
    if not isinstance(value, str):
        raise SettingsError(f"The setting '{name}' must be a text, not {value!r}.", place=place)
    return value


def _whole(name: str, value: object, place: Place, least: int, most: int | None) -> int:
    try:
        number = int(str(value))
    except ValueError:
        raise SettingsError(f"The setting '{name}' must be a whole number, not '{value}'.", place=place) from None
    if number < least or (most is not None and number > most):
        fit = f"{least} or more" if most is None else f"from {least} to {most}"
        raise SettingsError(f"The setting '{name}' must be {fit}, not {number}.", place=place)
    return number
