"""Codes of tokens, invitations and links: `START_IDENTIFIER_SECRET`, such as `gcm_5f0c9a12be77_…`.

The identifier names a row of the database, the secret (256 random bits) proves the code. Only the
SHA-256 of a secret is stored, and compared in constant time; 256 random bits require no slow hash.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

_FORM = re.compile(r"([a-z]+)_([0-9a-f]{12})_([\w-]{43})")

#: In place of the digest of a secret that no row has.
_NO_DIGEST = "0" * 64


@dataclass(frozen=True)
class SecretCode:
    """A code. `str` writes the text, with the secret.

    >>> code = SecretCode.new("gcm", new_identifier())
    >>> SecretCode.parse(str(code), "gcm") == code
    True
    >>> SecretCode.parse("another text", "gcm").identifier
    ''
    """

    start: str
    identifier: str
    secret: str

    @classmethod
    def new(cls, start: str, identifier: str) -> SecretCode:
        """A code with a new secret."""
        return cls(start, identifier, secrets.token_urlsafe(32))

    @classmethod
    def parse(cls, text: str, start: str) -> SecretCode:
        """Parse a code with this start; another text has an empty identifier, which names no row."""
        match = _FORM.fullmatch(text)
        if match is None or match[1] != start:
            return cls(start, "", "")
        return cls(start, match[2], match[3])

    def __str__(self) -> str:
        return f"{self.start}_{self.identifier}_{self.secret}"

    @property
    def digest(self) -> str:
        """The SHA-256 of the secret, for the database."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def has_digest(self, stored: str | None) -> bool:
        """Whether the secret has the digest of a row; None where there is no row."""
        # compared even where there is none, so that the time reveals nothing
        return hmac.compare_digest(self.digest, stored or _NO_DIGEST)


def new_identifier() -> str:
    """A new identifier, of 48 random bits."""
    return secrets.token_hex(6)
