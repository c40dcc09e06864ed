"""Texts that people send beside a content, within limits: titles, reasons, e-mail addresses."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.headerregistry import Address

from gcmgraph.platform.errors import ContributionError
from gcmgraph.rdf.parsing import NOT_IN_XML
from gcmgraph.translations import SOURCE_LANGUAGE, Message

#: Limits of the characters of a title, of a reason, and of an e-mail address (RFC 5321).
TITLE = 300
REASON = 5_000
EMAIL = 254

#: E-mail addresses without comments, quotes, lists and literals of networks; also without the begin
#: of an encoded word (RFC 2047), at some of which the library that writes mails raises
#: `IndexError`.
_EMAIL = re.compile(
    r"""(?!.*=\?)[^@\s<>"'(),;:\[\]\\]+@[^@\s<>"'(),;:\[\]\\]+\.[^@\s<>"'(),;:\[\]\\]+"""
)

_NO_EMAIL = Message("The field 'email' is not an e-mail address to which a mail can be sent.")
_CORRECT_EMAIL = Message("Write one address, such as name@example.org, or leave the field empty.")


class EmailAddressError(ContributionError):
    """A text that is no e-mail address, in each language."""

    def __init__(self) -> None:
        message, hint = self.in_language(SOURCE_LANGUAGE)
        super().__init__(message, hint=hint)

    def in_language(self, language: str) -> tuple[str, str]:
        """The message and its hint."""
        return _NO_EMAIL.in_language(language), _CORRECT_EMAIL.in_language(language)


def require_text(text: str, name: str) -> None:
    """Raise `ContributionError` for a text with a control character."""
    if NOT_IN_XML.search(text):
        hint = "Remove it; it often comes from copying out of another program."
        raise ContributionError(
            f"The {name} holds a control character, such as NUL, or is not in UTF-8.", hint=hint
        )


def text_within(text: str, limit: int, name: str) -> str:
    """A text without spaces around it, and a title on one line.

    Raises `ContributionError` for an empty one, and for one with more characters than the limit.

    >>> text_within("  School   meals ", TITLE, "title")
    'School meals'
    """
    text = " ".join(text.split()) if name == "title" else text.strip()
    require_text(text, name)
    if not text:
        raise ContributionError(
            f"The {name} is missing.", hint=f"Write one of at most {limit:,} characters."
        )
    if len(text) > limit:
        raise ContributionError(f"The {name} has {len(text):,} characters; the limit is {limit:,}.")
    return text


def is_email(text: str) -> bool:
    """Whether a text is one e-mail address as the library that writes our mails reads it, without another spelling."""
    if len(text) > EMAIL or _EMAIL.fullmatch(text) is None or NOT_IN_XML.search(text) is not None:
        return False
    try:
        return Address(addr_spec=text).addr_spec == text
    except (HeaderParseError, ValueError):
        return False


def require_email(text: str) -> None:
    """Raise `EmailAddressError` for a text that is neither empty nor one e-mail address."""
    if text and not is_email(text):
        raise EmailAddressError
