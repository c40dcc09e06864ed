"""Contributions by pull request: files in `data/contributions/`, with a row of its table for each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from gcmgraph.contributions.content import Content, media_type, read_statements
from gcmgraph.contributions.contribution import Agent, Contribution, LedgerEvent, Role, Submission, Verb
from gcmgraph.contributions.policy import LOCAL, named, refused
from gcmgraph.contributions.publishing import provenance
from gcmgraph.errors import DataError, Place
from gcmgraph.model.terms import IRI, Quad, text
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import read_text
from gcmgraph.rdfio.parsing import NOT_IN_XML
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import rows_of

COLUMNS = ("file", "title", "language", "sender", "sender_iri", "sent", "reviewer", "reviewer_iri", "accepted")


def pull_request_quads(repository: Repository, addresses: Addresses) -> list[Quad]:
    """The statements of these contributions, each in its graph, and their provenance.

    Raises `DataError` with file and line for an invalid table or file, `RdfSyntaxError`.
    """
    folder = repository.root / "data" / "contributions"
    table = folder / "contributions.csv"
    if not table.is_file():
        return []
    rows = rows_of(read_text(table), str(table))
    place, header = next(rows)
    if tuple(header) != COLUMNS:
        raise DataError(f"The first line must be '{','.join(COLUMNS)}'.", place=place)
    return [quad for line, row in rows if row for quad in _quads(folder, row, line, addresses)]


def _quads(folder: Path, row: list[str], place: Place, addresses: Addresses) -> Iterator[Quad]:
    if len(row) != len(COLUMNS):
        raise DataError(f"There are {len(row)} cells instead of {len(COLUMNS)}.", place=place)
    cells = dict(zip(COLUMNS, (cell.strip() for cell in row), strict=True))
    for name, cell in cells.items():
        if NOT_IN_XML.search(cell):
            raise DataError(f"The cell '{name}' holds a control character, such as NUL.", place=place)
    file = folder / cells["file"]
    if not LOCAL.fullmatch(file.stem) or file.parent != folder or not file.is_file():
        raise DataError(
            f"'{cells['file']}' is no file in {folder}, or its name is not small letters, digits and hyphens.",
            place=place,
        )
    content = Content(file.read_bytes(), str(file))
    statements = read_statements(content)
    for result in refused(statements, addresses):
        raise DataError(result.messages.best("en") or "", place=result.place, hint=result.hints.best("en"))
    yield from named(statements, file.stem, addresses)
    yield from provenance(_contribution(cells, content, place), addresses)


def _contribution(cells: dict[str, str], content: Content, place: Place) -> Contribution:
    file = Path(content.name)
    try:
        text(cells["title"], cells["language"])
        sender = Agent("", Role.CONTRIBUTOR, cells["sender"], IRI(cells["sender_iri"]).value)
        reviewer = Agent("", Role.CURATOR, cells["reviewer"], IRI(cells["reviewer_iri"]).value)
        sent, accepted = (_moment(cells[name]) for name in ("sent", "accepted"))
    except ValueError as error:
        raise DataError(f"The row is not in order: {error}.", place=place, hint="See the README beside it.") from error
    submission = Submission(
        id=file.stem,
        sender=sender,
        at=sent,
        title=cells["title"],
        language=cells["language"],
        name=file.name,
        media_type=media_type(content),
        sha256=hashlib.sha256(content.data).hexdigest(),
    )
    return Contribution(submission, (LedgerEvent(Verb.ACCEPT, reviewer, accepted, ""),))


def _moment(written: str) -> datetime:
    """A date, or a date and time; without an offset it is in UTC. Raises `ValueError`."""
    moment = datetime.fromisoformat(written)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
