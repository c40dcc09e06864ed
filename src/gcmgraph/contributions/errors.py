"""Errors of contributions, for the sender or the curator to act on."""

from __future__ import annotations

from gcmgraph.errors import GcmGraphError


class ContributionError(GcmGraphError):
    """A contribution, or a decision on it, that cannot be accepted as it is."""


class TooLongError(ContributionError):
    """A contribution over the limit of bytes."""


class UnknownContributionError(ContributionError):
    """An identifier of no contribution."""


class ConflictError(ContributionError):
    """A decision that the state of the contribution, or another decision, does not allow."""


class NotPermittedError(ContributionError):
    """An action that the token does not permit."""


class LedgerError(GcmGraphError):
    """Contributions that cannot be read or written: a full disk, a missing permission, a lock of another."""


class LedgerBusyError(LedgerError):
    """A ledger that another decision or a build has locked."""


class LedgerMismatchError(LedgerError):
    """A database of another release or installation, or one without contributions that are in the folder."""


class DamagedError(LedgerError):
    """A contribution with files that are damaged, missing or cannot be read: an error of that contribution alone."""


class QuotaError(ContributionError):
    """A request over a quota of its token or address. `retry_after`: seconds after which another may be accepted."""

    def __init__(self, message: str, retry_after: int, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class CheckOverLimitError(ContributionError):
    """A contribution whose check takes more time or memory than its limits."""


class CheckBusyError(ContributionError):
    """A check that would have to wait for others."""
