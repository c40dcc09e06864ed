"""Folders with a whole database of contributions as files, which are exported and imported.

FOLDER/published.nq               everything public, as N-Quads (export only)
FOLDER/box/ID/submission.json     sender, time, title and more
FOLDER/box/ID/content/NAME        the bytes that were sent
FOLDER/box/ID/statements.nq       their statements (canonical N-Quads)
FOLDER/box/ID/report.json         the report of validation at the submission
FOLDER/box/ID/events/0001.json    later events, in order
FOLDER/tokens/ID.json             the holder of a token, and the digest of its secret
FOLDER/tokens/ID.revoked          the time of its end
FOLDER/invitations/ID.json        an invitation, and files for its end as for tokens
FOLDER/feedback/ID/               `remark.json` and `answer.json` of a reader's remark
FOLDER/MANIFEST                   sizes and checksums (`files`), also in box/ID and feedback/ID
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import Table

from gcmgraph.contributions.tables import INVITATIONS, TOKENS
from gcmgraph.platform.errors import DamagedError

#: Folders of a folder of contributions.
BOX = "box"
TOKENS_FOLDER = "tokens"
INVITATIONS_FOLDER = "invitations"
FEEDBACK = "feedback"

#: The folders in the order of an import.
PARTS = (BOX, TOKENS_FOLDER, INVITATIONS_FOLDER, FEEDBACK)

#: Files of a contribution with its payloads; that of the content has the name of the sent file.
PAYLOAD_FILES = {
    "content": "content/{}",
    "statements": "statements.nq",
    "report": "report.json",
}

#: Names of the files that end a token or an invitation, and their columns.
ENDS = ("revoked", "redeemed")

#: Nouns of what a folder has, where the noun is not its name.
_NOUNS = {BOX: "contributions", FEEDBACK: "remarks"}


@dataclass(frozen=True)
class HolderFolder:
    """A folder of tokens or invitations."""

    table: Table
    #: member of their files with the identifier
    identifier: str
    #: members with the times that each has
    times: tuple[str, ...]


#: The folders of tokens and invitations.
HOLDERS = {
    TOKENS_FOLDER: HolderFolder(TOKENS, "token", ("created",)),
    INVITATIONS_FOLDER: HolderFolder(INVITATIONS, "invitation", ("created", "expires")),
}


@dataclass
class Transferred:
    """Result of an export or import."""

    #: numbers of names by folder
    counts: Counter[str] = field(default_factory=Counter)
    #: errors of names that were left
    damaged: list[DamagedError] = field(default_factory=list)

    def __str__(self) -> str:
        """The numbers in words."""
        return ", ".join(f"{self.counts[part]:,} {_NOUNS.get(part, part)}" for part in PARTS)
