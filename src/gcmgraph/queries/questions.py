"""Questions to start from, each with its query: the examples, then the library with default values.

An example is a `.rq` file in `examples/`; its first lines are the question by language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from gcmgraph.errors import DataError
from gcmgraph.namespaces import Addresses
from gcmgraph.queries.library import NamedQuery, read_queries
from gcmgraph.repository.layout import Repository

_TITLE = re.compile(r"# (\w\w): (.*)")


@dataclass(frozen=True)
class Question:
    """A question by language and its query; `name` is the name of a query of the library, None for an example."""

    titles: Mapping[str, str]
    query: str
    name: str | None = None


def read_library(root: str, addresses: Addresses) -> dict[str, NamedQuery]:
    """Return the query library of the repository at `root` (see `Repository.find`), by name.

    Empty where the package is installed without a repository. Raises `DataError` for an invalid query.
    """
    try:
        repository = Repository.find(root)
    except DataError:
        return {}
    return read_queries(repository, addresses)


def questions_of(
    library: Iterable[NamedQuery], addresses: Addresses, endpoints: Sequence[str] = ()
) -> tuple[Question, ...]:
    """Return the examples, then the queries of a library.

    Federated queries are included where there are `endpoints`, of which the first is their default.
    """
    included = (query for query in library if endpoints or not query.endpoint)
    return (*read_examples(), *(_question(query, addresses, endpoints) for query in included))


def read_examples() -> list[Question]:
    """Return the examples in the order of their file names."""
    return list(examples_by_name().values())


def examples_by_name() -> dict[str, Question]:
    """The examples by the names of their files, such as `5-ask-practice-in-country`."""
    folder = files("gcmgraph.queries") / "examples"
    texts = {file.name.removesuffix(".rq"): file.read_text("utf-8") for file in folder.iterdir()}
    return {
        name: Question(dict(_TITLE.findall(text)), _TITLE.sub("", text).strip()) for name, text in sorted(texts.items())
    }


def _question(query: NamedQuery, addresses: Addresses, endpoints: Sequence[str]) -> Question:
    incomplete = any(parameter.required for parameter in query.parameters)
    given = {query.endpoint: endpoints[0]} if query.endpoint else {}
    terms = {} if incomplete else query.substitutions(given, addresses)
    return Question(query.title, query.written_out(terms), query.name)
