"""Questions to start from: our examples, and the queries of the library with their defaults written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gcmgraph.errors import DataError
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.naming.labels import Label
from gcmgraph.queries.library import NamedQuery, read_queries
from gcmgraph.repository.layout import Repository
from gcmgraph.web.i18n.languages import best_text
from gcmgraph.web.named_queries.examples import read_examples


@dataclass(frozen=True)
class Question:
    """A question by language, and the query that answers it; `name` is that of the library's query, if it is one."""

    titles: Mapping[str, str]
    query: str
    name: str | None = None

    def title(self, language: str) -> Label:
        """The question in a language, or in the next best."""
        return best_text(self.titles, language)


def read_library(root: str, addresses: Addresses) -> dict[str, NamedQuery]:
    """The query library of the repository at `root` (see `Repository.find`), by name.

    Empty where the package is installed without a repository. `DataError` for a query that is not in order.
    """
    try:
        repository = Repository.find(root)
    except DataError:
        return {}
    return read_queries(repository, addresses)


def read_questions(root: str, addresses: Addresses, endpoints: Sequence[str] = ()) -> tuple[Question, ...]:
    """Our own examples, and then every query of the library with its defaults in it.

    Queries that ask others stand among them only where there are `endpoints` to ask.
    """
    ours = [Question(example.questions, example.query) for example in read_examples()]
    library = read_library(root, addresses).values()
    return (*ours, *(_question(query, addresses, endpoints) for query in library if endpoints or not query.endpoint))


def _question(query: NamedQuery, addresses: Addresses, endpoints: Sequence[str]) -> Question:
    free = {parameter.name for parameter in query.parameters if parameter.required}
    given = {query.endpoint: endpoints[0]} if query.endpoint else {}
    terms = {} if free else query.substitutions(given, addresses)
    return Question(query.title, query.written_out(terms), query.name)
