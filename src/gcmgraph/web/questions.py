"""Questions to start from: our examples, and those of the query library that ask the user nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gcmgraph.errors import DataError
from gcmgraph.namespaces import Addresses
from gcmgraph.queries.library import read_queries
from gcmgraph.repository.layout import Repository
from gcmgraph.web.examples import read_examples


@dataclass(frozen=True)
class Question:
    """A question by language, and the query that answers it."""

    titles: Mapping[str, str]
    query: str

    def title(self, language: str) -> str:
        """The question in a language, or in English."""
        return self.titles.get(language) or self.titles["en"]


def read_questions(root: str, addresses: Addresses) -> tuple[Question, ...]:
    """The questions of the repository at `root` (see `Repository.find`), after those of this package.

    Where the package is installed without a repository, or its queries are not in order, only the latter.
    """
    ours = [Question(example.questions, example.query) for example in read_examples()]
    try:
        library = read_queries(Repository.find(root), addresses).values()
    except DataError:
        return tuple(ours)
    free = (query for query in library if all(p.default is None and not p.required for p in query.parameters))
    return (*ours, *(Question(query.title, _without_header(query.text)) for query in free))


def _without_header(text: str) -> str:
    lines = text.splitlines()
    start = next((number for number, line in enumerate(lines) if line and not line.startswith("#")), 0)
    return "\n".join(lines[start:])
