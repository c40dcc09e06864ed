"""What can go wrong with a contribution, said so that the sender or the curator can act on it."""

from __future__ import annotations

from gcmgraph.errors import GcmGraphError


class ContributionError(GcmGraphError):
    """A contribution, or a decision on it, that cannot be taken as it is."""


class TooLongError(ContributionError):
    """A contribution of more bytes than one may have."""


class UnknownContributionError(ContributionError):
    """There is no such contribution."""


class ConflictError(ContributionError):
    """A decision that the state of the contribution, or another decision, does not allow."""


class NotPermittedError(ContributionError):
    """What this token does not permit."""


class LedgerError(GcmGraphError):
    """The contributions cannot be read or written: a full disk, a missing permission, a damaged file."""


class CheckOverLimitError(ContributionError):
    """A contribution that takes more time or memory to check than one may."""


class CheckBusyError(ContributionError):
    """Other contributions are being checked."""
