"""All settings: name, default, description. Only `cli` and `web` read them, once.

Order of precedence: a flag, then the environment (`GCMGRAPH_…`), then `gcmgraph.toml` in the
working folder.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from gcmgraph.platform.errors import DataError, Place, SettingsError
from gcmgraph.platform.similarity import nearest
from gcmgraph.rdf.media import read_text
from gcmgraph.rdf.namespaces import DEFAULT_BASE, Addresses
from gcmgraph.rdf.sparql_text import is_endpoint
from gcmgraph.store.engine import EngineAddress
from gcmgraph.store.graph_store import Target
from gcmgraph.store.port import Location
from gcmgraph.store.query_limits import QueryLimits

_LIMITS = QueryLimits()

#: Prefix of the environment variables of settings.
_ENVIRONMENT = "GCMGRAPH_"

#: Variables with that prefix of commands and of the client, which are no settings.
_NO_SETTINGS = frozenset({"GCMGRAPH_TOKEN", "GCMGRAPH_URL"})

#: A mail address.
MAIL = re.compile(r"[^@\s:/]+@[^@\s:/]+\.[^@\s:/]+")

#: Settings that were removed, each with the remedy.
_REMOVED = {
    "federation": "Run queries with SERVICE in an engine of your own: docs/sparql.md has the commands."
}

#: Replacements of settings of releases whose dataset could be in a SPARQL server.
_REPLACEMENTS = {
    "store": "Set 'store' to a folder and 'publish_to' to this URL; run 'gcmgraph build' and 'gcmgraph publish --all'.",
    "store_engine": "Set 'publish_to' to the URL for queries, a space, and the URL of the Graph Store Protocol.",
    "store_user": "Set 'publish_user'.",
    "store_password": "Set 'publish_password'.",
    "store_copies": "Set 'store' to a folder of each machine.",
}

#: File in a store folder with the URL under which clients reached its last server.
SERVED_AT = "served-at"


def _setting(default: object, help_text: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"help": help_text}, repr=not secret)


def _number(default: int, minimum: int, help_text: str, *, maximum: int | None = None) -> Any:
    return field(
        default=default, metadata={"help": help_text, "minimum": minimum, "maximum": maximum}
    )


@dataclass(frozen=True)
class Settings:
    """All settings, each with its default and a description."""

    base: str = _setting(DEFAULT_BASE, "Base IRI of all resources; ends in a slash.")
    root: str = _setting("", "Folder of the repository's files (ontology, data, shapes, queries).")
    store: str = _setting("var/store", "Folder of the store.")
    publish_to: str = _setting(
        "",
        "SPARQL server to which the changed graphs of each version are sent: its URL for queries (Oxigraph, Virtuoso), "
        "or of any other that URL and the one of its Graph Store Protocol, separated by a space.",
    )
    publish_user: str = _setting("", "User name for writing to the SPARQL server of publish_to.")
    publish_password: str = _setting("", "Password for writing to that server.", secret=True)
    sparql_endpoint: str = _setting(
        "",
        "SPARQL server that answers queries of visitors to /sparql: its URL for queries. It holds the graphs that "
        "publish_to sends.",
    )
    sparql_endpoint_user: str = _setting(
        "", "User name for queries to the SPARQL server of sparql_endpoint, if it requires one."
    )
    sparql_endpoint_password: str = _setting("", "Password for these queries.", secret=True)
    sparql_endpoint_unlimited: int = _number(
        0,
        0,
        "1: use a sparql_endpoint that does not stop queries, as Oxigraph's server; for closed networks.",
        maximum=1,
    )
    keep_versions: int = _number(
        10, 0, "Number of newest dataset versions whose dumps to retain in a store folder; 0: all."
    )
    contributions: str = _setting(
        "var/contributions", "Folder of the database of contributions and tokens."
    )
    database: str = _setting(
        "",
        "URL of a PostgreSQL database for contributions, in place of a file in their folder.",
        secret=True,
    )
    imports: str = _setting("var/imports", "Folder of imported tables.")
    sources: str = _setting("var/sources", "Folder of fetched documents and data files.")
    page_pictures: str = _setting(
        "",
        "Folder of pictures of pages of documents (gcmreader pictures), which this server may show.",
    )
    check_timeout: int = _number(
        20, 1, "Time limit for the validation of a contribution, in seconds."
    )
    reviewers: int = _number(
        1,
        0,
        "Number of curators, other than its sender, that must accept a contribution; 0: its sender may.",
        maximum=2,
    )
    quota_contributions: int = _number(
        50, 0, "Maximum number of contributions of a token that await a decision; 0: no limit."
    )
    quota_comments: int = _number(
        60, 0, "Maximum number of comments of a token in an hour; 0: no limit."
    )
    quota_failures: int = _number(
        60,
        0,
        "Maximum number of requests with an invalid token or invitation from an address in a minute; 0: no limit.",
    )
    quota_feedback: int = _number(
        20, 0, "Maximum number of remarks of readers from an address in an hour; 0: no limit."
    )
    proxies: str = _setting(
        "127.0.0.1 ::1",
        "Addresses or networks of reverse proxies, whose X-Forwarded-For is used, separated by spaces or commas.",
    )
    host: str = _setting("127.0.0.1", "Network address that the server listens on.")
    port: int = _number(8080, 1, "Port that the server listens on.", maximum=65_535)
    public_url: str = _setting(
        "", "URL under which clients reach the server, if it is not the base IRI."
    )
    workers: int = _number(2, 1, "Number of server processes.")
    query_timeout: int = _number(
        int(_LIMITS.seconds), 1, "Time limit of a SPARQL query, in seconds."
    )
    query_memory: int = _number(
        2 * _LIMITS.megabytes,
        16,
        "Memory limit of all SPARQL queries of all server processes together, in megabytes. One takes half at most.",
    )
    query_workers: int = _number(
        _LIMITS.side_by_side, 1, "Number of concurrent SPARQL queries in each server process."
    )
    query_rows: int = _number(
        _LIMITS.rows,
        1,
        "Maximum number of rows or triples in a SPARQL result; truncation is reported.",
    )
    smtp: str = _setting(
        "",
        "SMTP server for notices to contributors and address of the sender, as "
        "smtp://user:password@host:587?from=address, or smtps.",
        secret=True,
    )
    operator: str = _setting("", "Name of who runs the server, for its pages.")
    contact: str = _setting(
        "", "Mail address or web address for questions and reports of errors, for the pages."
    )
    source_code: str = _setting("", "Web address of the source code, for the pages.")
    result_cache: int = _number(
        64, 0, "Size of the response cache in each server process, in megabytes; 0: no cache."
    )

    @property
    def addresses(self) -> Addresses:
        """IRIs under `base`. Raises `SettingsError` for an invalid base."""
        return Addresses(self.base)

    @property
    def location(self) -> Location:
        """The location of the dataset."""
        return Location(self.store, self.base, self.keep_versions)

    @property
    def target(self) -> Target | None:
        """The SPARQL server to which graphs are sent, if any. Raises `SettingsError`."""
        if not self.publish_to:
            return None
        return Target.of(self.publish_to, self.publish_user, self.publish_password)

    @property
    def engine(self) -> EngineAddress | None:
        """The SPARQL server that answers visitors' queries, if any."""
        if not self.sparql_endpoint:
            return None
        return EngineAddress(
            self.sparql_endpoint,
            self.sparql_endpoint_user,
            self.sparql_endpoint_password,
            bool(self.sparql_endpoint_unlimited),
        )

    @property
    def query_limits(self) -> QueryLimits:
        """Limits of SPARQL queries: one takes half of their memory at most, and a graph held in memory a sixteenth."""
        return QueryLimits(
            seconds=self.query_timeout,
            megabytes=self.query_memory // 2,
            side_by_side=self.query_workers,
            rows=self.query_rows,
            held_megabytes=self.query_memory // 16,
            together_megabytes=self.query_memory,
        )

    @property
    def contributions_location(self) -> str:
        """The URL of the database of contributions, or the folder of its file."""
        return self.database or self.contributions

    @property
    def places(self) -> tuple[str, ...]:
        """Folders and URLs of the store and of contributions; error messages to clients omit them."""
        return (
            self.store,
            *self.publish_to.split(),
            self.sparql_endpoint,
            self.contributions,
            self.database,
        )

    @property
    def proxy_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of `proxies`; an address is the network of itself. Raises `ValueError`."""
        return tuple(map(ip_network, self.proxies.replace(",", " ").split()))

    @property
    def public_base(self) -> str:
        """The URL by `public_url`, the base where it is unset; ends in a slash.

        Raises `SettingsError`.
        """
        if not self.public_url:
            return self.addresses.base
        if not is_endpoint(self.public_url) or "?" in self.public_url:
            message = f"The setting 'public_url' is '{self.public_url}', which is not the http(s) URL of a server."
            raise SettingsError(message, hint="Use a URL such as https://data.example.org/.")
        return f"{self.public_url.rstrip('/')}/"

    def link_base(self, store: Path) -> str | None:
        """The URL by `public_url`, else that of the last server of a store folder, if any; ends in a slash."""
        if self.public_url:
            return self.public_base
        served_at = store / SERVED_AT
        return served_at.read_text("utf-8") if served_at.is_file() else None

    @property
    def sparql_url(self) -> str:
        """The URL of the SPARQL endpoint, below `public_base`. Raises `SettingsError`."""
        return f"{self.public_base}sparql"

    @classmethod
    def read(
        cls,
        environ: Mapping[str, str] | None = None,
        file: Path | None = None,
        flags: Mapping[str, object] | None = None,
    ) -> Settings:
        """Settings from `gcmgraph.toml` (or `file`), the environment and `flags`, in ascending precedence.

        Raises `SettingsError`, with the location, for an unknown setting and for an invalid value.
        """
        environ = os.environ if environ is None else environ
        file = Path("gcmgraph.toml") if file is None else file
        values: dict[str, object] = {}
        for entry in (*_from_file(file), *_from_environment(environ), *_from_flags(flags or {})):
            values[entry.name] = _value(entry)
        settings = cls(**values)  # type: ignore[arg-type]
        _ = settings.addresses, settings.public_base, settings.target
        return settings


def environment_name(setting: str) -> str:
    """The environment variable of a setting: `store` is `GCMGRAPH_STORE`."""
    return f"{_ENVIRONMENT}{setting.upper()}"


def flag_name(setting: str) -> str:
    """The flag of a setting: `query_rows` is `--query-rows`."""
    return f"--{setting.replace('_', '-')}"


@dataclass(frozen=True)
class _Entry:
    """A setting with its value, as a file, the environment or a flag has it."""

    name: str
    value: object
    place: Place


def _from_file(file: Path) -> list[_Entry]:
    if not file.is_file():
        return []
    place = Place(str(file))
    try:
        table = tomllib.loads(read_text(file, SettingsError))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"The settings file is not valid TOML: {error}.", place=place
        ) from error
    return [_Entry(name, value, place) for name, value in sorted(table.items())]


def _from_environment(environ: Mapping[str, str]) -> list[_Entry]:
    entries = []
    for variable, value in environ.items():
        if variable.startswith(_ENVIRONMENT) and variable not in _NO_SETTINGS:
            name = variable.removeprefix(_ENVIRONMENT).lower()
            entries.append(_Entry(name, value, Place(variable)))
    return entries


def _from_flags(flags: Mapping[str, object]) -> list[_Entry]:
    return [_Entry(name, value, Place(flag_name(name))) for name, value in flags.items()]


def _value(entry: _Entry) -> object:
    """The value of a setting. Raises `SettingsError` for an unknown setting and an invalid value."""
    name = entry.name
    replacement = _replacement(name, entry.value)
    if replacement is not None:
        raise SettingsError(
            f"A dataset in a SPARQL server is not supported any more ('{name}').",
            place=entry.place,
            hint=replacement,
        )
    if name in _REMOVED:
        message = f"The setting '{name}' was removed."
        raise SettingsError(message, place=entry.place, hint=_REMOVED[name])
    settings = {setting.name: setting for setting in fields(Settings)}
    if name not in settings:
        similar_names = nearest(name, sorted(settings))
        hint = f"Settings: {', '.join(sorted(settings))}."
        if similar_names:
            hint = f"Is it '{similar_names[0]}'?"
        raise SettingsError(f"Unknown setting '{name}'.", place=entry.place, hint=hint)
    setting = settings[name]
    if isinstance(setting.default, int):
        return _number_of(entry, setting.metadata["minimum"], setting.metadata["maximum"])
    return _text_of(entry)


def _number_of(entry: _Entry, minimum: int, maximum: int | None) -> int:
    """The number of a setting. Raises `SettingsError` if it is none, too small or too large."""
    setting = f"The setting '{entry.name}'"
    try:
        number = int(str(entry.value))
    except ValueError:
        raise SettingsError(
            f"{setting} must be a whole number, not '{entry.value}'.", place=entry.place
        ) from None
    if number < minimum or (maximum is not None and number > maximum):
        limits = f"{minimum} or more" if maximum is None else f"from {minimum} to {maximum}"
        raise SettingsError(f"{setting} must be {limits}, not {number}.", place=entry.place)
    return number


def _text_of(entry: _Entry) -> str:
    """The text of a setting. Raises `SettingsError` if it is none or has another form."""
    setting = f"The setting '{entry.name}'"
    value = entry.value
    if not isinstance(value, str):
        raise SettingsError(f"{setting} must be a text, not {value!r}.", place=entry.place)
    is_valid, form = _FORMS.get(entry.name, (bool, ""))
    if value and not is_valid(value):
        line = " ".join(value.split())  # an error is one line
        raise SettingsError(f"{setting} must be {form}, not '{line}'.", place=entry.place)
    return value


def _replacement(name: str, value: object) -> str | None:
    """Replacement of a setting of releases whose dataset could be in a SPARQL server; None for any other."""
    if name == "store" and not str(value).lower().startswith(("http://", "https://")):
        return None
    return _REPLACEMENTS.get(name)


def _is_folder(value: str) -> bool:
    """Whether a folder is at a path, or can be made there."""
    if "://" in value:
        return False
    path = Path(value).absolute()
    nearest_existing = next(folder for folder in (path, *path.parents) if folder.exists())
    return nearest_existing.is_dir()


def _is_repository(value: str) -> bool:
    from gcmgraph.repository.layout import Repository  # noqa: PLC0415 - for the few who name one

    try:
        Repository.find(value)
    except DataError:
        return False
    return True


def _is_existing_folder(value: str) -> bool:
    return Path(value).is_dir()


def _is_line(value: str) -> bool:
    return value.isprintable() and bool(value.strip())


def _is_contact(value: str) -> bool:
    return MAIL.fullmatch(value) is not None or is_endpoint(value)


def _are_networks(value: str) -> bool:
    try:
        return bool(Settings(proxies=value).proxy_networks)
    except ValueError:
        return False


_FOLDER = (_is_folder, "a folder, or a path at which one can be made")

#: Tests of texts that are not empty, and the form that they require. Others are tested by the
#: properties above, or where they are used.
_FORMS: dict[str, tuple[Callable[[str], bool], str]] = {
    **dict.fromkeys(("store", "contributions", "imports", "sources"), _FOLDER),
    "root": (_is_repository, "the folder of a repository, with ontology, data, shapes and queries"),
    "page_pictures": (_is_existing_folder, "an existing folder, as 'gcmreader pictures' makes one"),
    "operator": (_is_line, "a name of one line"),
    "proxies": (_are_networks, "IP addresses or networks such as 127.0.0.1 or 10.0.0.0/8"),
    "contact": (_is_contact, "a mail address or an http(s) URL"),
    "source_code": (is_endpoint, "an http(s) URL"),
    "sparql_endpoint": (
        is_endpoint,
        "the http(s) URL for queries of a SPARQL server, without user and password",
    ),
}
