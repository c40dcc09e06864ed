"""Index of a ledger in memory: sender, state, size and recent comments of every contribution.

It is read once, and then follows the journal of the ledger: a request reads what changed since the last one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gcmgraph.contributions.contribution import Contribution, State, Verb
from gcmgraph.contributions.errors import DamagedError, UnknownContributionError
from gcmgraph.contributions.storage.journal import JournalReader
from gcmgraph.contributions.storage.ledger import Ledger

#: Time for which comments are counted.
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A contribution in the index."""

    id: str
    #: identifier of the token, and IRI of its holder
    token: str
    sender: str
    state: State
    #: bytes that were sent
    size: int


class LedgerIndex:
    """Index of a ledger. For use by many threads."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._journal: JournalReader | None = None
        self._box = 0
        self._found: dict[str, IndexEntry] = {}
        self._damaged: dict[str, DamagedError] = {}
        self._comments: dict[str, dict[str, list[datetime]]] = {}
        self._ordered: tuple[IndexEntry, ...] = ()

    def entries(self) -> tuple[tuple[IndexEntry, ...], tuple[DamagedError, ...]]:
        """All contributions in the order of submission, and the errors of those that cannot be read."""
        with self._lock:
            self._refresh()
            return self._ordered, tuple(self._damaged[identifier] for identifier in sorted(self._damaged))

    def waiting(self, token: str) -> list[IndexEntry]:
        """The contributions of a token that await a decision."""
        entries, _ = self.entries()
        return [entry for entry in entries if entry.state is State.SUBMITTED and entry.token == token]

    def comments(self, token: str, now: datetime) -> list[datetime]:
        """The times of the comments of a token in the hour before `now`, sorted; none after it, as of a wrong clock."""
        with self._lock:
            self._refresh()
            found = self._comments.get(token, {}).values()
            return sorted(at for times in found for at in times if now - HOUR < at <= now)

    # -------------------------------------------------------------------------------------------------- inside

    def _refresh(self) -> None:
        changed = self._journal.changed() if self._journal else None
        box = self._ledger.box_changed()
        if changed is None:
            self._journal = JournalReader(self._ledger.journal.file)  # first: a change meanwhile is read again
            self._found, self._damaged, self._comments = {}, {}, {}
            changed = set(self._ledger.identifiers())
        elif box != self._box:  # contributions were added, or removed by hand
            known = self._found.keys() | self._damaged.keys()
            changed |= known ^ set(self._ledger.identifiers())
        self._box = box
        if changed:
            self._read(changed)
        elif self._damaged:  # they may have been restored
            self._read(set(self._damaged))

    def _read(self, identifiers: Iterable[str]) -> None:
        for identifier in identifiers:
            self._found.pop(identifier, None)
            self._damaged.pop(identifier, None)
            try:
                contribution = self._ledger.find(identifier)
                self._found[identifier] = _entry(contribution, self._ledger.size(contribution))
                self._note_comments(contribution)
            except DamagedError as error:
                self._damaged[identifier] = error
            except UnknownContributionError:  # reserved, and not stored
                continue
        self._ordered = tuple(self._found[identifier] for identifier in sorted(self._found))

    def _note_comments(self, contribution: Contribution) -> None:
        since = datetime.now(UTC) - HOUR
        times: dict[str, list[datetime]] = {}
        for event in contribution.events:
            if event.verb is Verb.COMMENT and event.at > since:
                times.setdefault(event.by.token, []).append(event.at)
        for token in [token for token, by_id in self._comments.items() if contribution.id in by_id]:
            del self._comments[token][contribution.id]
        for token, found in times.items():
            self._comments.setdefault(token, {})[contribution.id] = found


def _entry(contribution: Contribution, size: int) -> IndexEntry:
    sender = contribution.submission.sender
    return IndexEntry(contribution.id, sender.token, sender.iri, contribution.state, size)
