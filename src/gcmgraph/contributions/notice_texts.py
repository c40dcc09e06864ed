"""Texts of mails to senders, in their language: notices of decisions and confirmations."""

from __future__ import annotations

from gcmgraph.contributions.confirmations import LINK_VALID
from gcmgraph.contributions.contribution import Contribution, LedgerEvent, Submission, Verb
from gcmgraph.translations import SOURCE_LANGUAGE, Message

#: First line of a notice, by the kind of its event.
_NEWS = {
    Verb.ACCEPT: Message("Your contribution “{title}” was accepted and is published."),
    Verb.ASK: Message("A curator asks for changes to your contribution “{title}”."),
    Verb.REJECT: Message("Your contribution “{title}” was rejected."),
    Verb.WITHDRAW: Message("Your contribution “{title}” was withdrawn."),
    Verb.COMMENT: Message("A curator commented on your contribution “{title}”."),
}
_REASON = Message("Reason: {reason}")
_WHERE = Message("Its page, with all that happened, opens with your token: {address}")
_WHY = Message(
    "You gave this address when you sent the contribution. On its page you can remove it."
)

_CONFIRM_SUBJECT = Message("Confirm your address for notices")
_GIVEN = Message(
    "{sender} gave this address for notices of decisions on contributions to GCM Graph."
)
_CONFIRM = Message("To get them, open this page and confirm within {days} days: {address}")
_IGNORE = Message("If you do not know of this, you need do nothing, or can decline on that page.")


def language_of(submission: Submission) -> str:
    """The language of the mails to a sender."""
    return submission.spoken or SOURCE_LANGUAGE


def news(contribution: Contribution, event: LedgerEvent) -> str | None:
    """The news of an event for the sender, on one line.

    None for an event by the sender, and for events that senders do not see.
    """
    submission = contribution.submission
    if event.verb not in _NEWS or event.by.iri == submission.sender.iri:
        return None
    return _NEWS[event.verb].in_language(language_of(submission), title=submission.title)


def notice_text(news: str, contribution: Contribution, event: LedgerEvent, base: str) -> str:
    """The text of a notice: news, reasons by line of the file, and the page below `base`."""
    language = language_of(contribution.submission)
    reasons_by_line = dict.fromkeys(
        f"{statement.place}: {statement.reason}" for statement in event.returned if statement.place
    )
    reasons = "\n".join((event.reason, *reasons_by_line))
    reason = _REASON.in_language(language, reason=reasons)
    address = f"{base}contributions/{contribution.id}?lang={language}"
    page = _WHERE.in_language(language, address=address)
    return f"{news}\n\n{reason}\n\n{page}\n\n{_WHY.in_language(language)}\n"


def confirmation_subject(submission: Submission) -> str:
    """The subject of the mail with which an address is confirmed."""
    return _CONFIRM_SUBJECT.in_language(language_of(submission))


def confirmation_text(submission: Submission, code: str, base: str) -> str:
    """The text of the mail with a link.

    No text of the sender is in the mail, since the reader may not know the sender.
    """
    language = language_of(submission)
    link = f"{base}contributions/email/{code}?lang={language}"
    paragraphs = (
        _GIVEN.in_language(language, sender=submission.sender.name),
        _CONFIRM.in_language(language, days=LINK_VALID.days, address=link),
        _IGNORE.in_language(language),
    )
    return "\n\n".join(paragraphs) + "\n"
