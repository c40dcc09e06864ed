"""Links in mails to senders, followed in a browser that has no token: what opens is what the mail names."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from desk_over_http import PRACTICE, Served, desk_here

from attackers import Reply
from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.contribution import Role
from gcmgraph.contributions.mailer import Mailer
from gcmgraph.contributions.notices import Notices
from smtp import parsed, smtp_server

PAGE = {"Accept": "text/html"}
SMTP = "smtp://127.0.0.1:1?from=gcm@example.org"


class Mailbox:
    """The mails that a desk sends to the address of its contributor."""

    def __init__(self, desk: Served, mailer: Mailer, messages: list[bytes]) -> None:
        self.desk = desk
        self._mailer = mailer
        self._messages = messages

    def link(self) -> str:
        """The path of the link in the only new mail."""
        self._messages.clear()
        assert Notices(self.desk.database).send_due(self._mailer, f"{self.desk.base}/") == 1
        text = parsed(self._messages[0]).get_content()
        (link,) = re.findall(rf"{self.desk.base}(/\S+)", text)
        return str(link)


@contextmanager
def mailbox(store: Path, folder: Path) -> Iterator[Mailbox]:
    with desk_here(store, folder, smtp=SMTP) as desk, smtp_server() as (mailer, messages):
        yield Mailbox(desk, mailer, messages)


def send(mails: Mailbox, slug: str) -> str:
    """The identifier of a new contribution by a French sender with an address."""
    query = urlencode({"title": f"Pratique {slug}", "lang": "fr", "email": "a@example.org"})
    body = PRACTICE.replace("SLUG", slug).encode()
    answer = mails.desk.ask(
        f"/contributions?{query}", body, mails.desk.contributor, Content_Type="text/turtle", **PAGE
    )
    return answer.headers["location"].rpartition("/")[2]


def confirm_address(mails: Mailbox) -> None:
    page = mails.desk.ask(mails.link(), b"do=confirm", **PAGE)
    assert "Votre adresse est confirmée" in page.body.decode()


def followed(desk: Served, path: str, cookie: str = "") -> Reply:
    """The page to which an address leads."""
    headers = {"Cookie": cookie} if cookie else {}
    reply = desk.ask(path, **PAGE, **headers)
    while reply.status in {301, 302, 303, 307}:
        reply = desk.ask(reply.headers["location"].removeprefix(desk.base), **PAGE, **headers)
    return reply


def signed_in(desk: Served, page: str, token: str) -> Reply:
    """The page that opens when a token is written into the field of the page that asks for it."""
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    unescaped = {name: html.unescape(value) for name, value in fields.items()}
    form = urlencode({**unescaped, "token": token}).encode()
    answer = desk.ask("/contributions/token", form, Origin=desk.base, **PAGE)
    cookie = answer.headers["set-cookie"].partition(";")[0]
    return followed(desk, answer.headers["location"], cookie)


@pytest.mark.parametrize("event", ["ask", "reject", "comment"])
def test_link_in_a_mail_opens_the_contribution_after_signing_in(
    desk_store: Path, tmp_path: Path, event: str
) -> None:
    with mailbox(desk_store, tmp_path) as mails:
        desk = mails.desk
        identifier = send(mails, event)
        confirm_address(mails)
        if event == "comment":
            path = f"/contributions/{identifier}/comments"
            desk.ask(path, b"text=Une+question", desk.curator, **PAGE)
        else:
            desk.decide(identifier, event, "Une question")
        refused = followed(desk, mails.link())
        asking = refused.body.decode()
        page = signed_in(desk, asking, desk.contributor)
    assert (refused.status, '<html lang="fr"' in asking) == (401, True)
    text = page.body.decode()
    assert (page.status, '<html lang="fr"' in text) == (200, True)
    assert [part for part in (f"Pratique {event}", "Une question") if part not in text] == []


def test_link_in_the_mail_of_an_acceptance_opens_the_published_contribution(
    desk_store: Path, tmp_path: Path
) -> None:
    with mailbox(desk_store, tmp_path) as mails:
        identifier = send(mails, "accepted")
        confirm_address(mails)
        mails.desk.decide(identifier, "accept")
        page = followed(mails.desk, mails.link())
    text = page.body.decode()
    assert (page.status, '<html lang="fr"' in text) == (200, True)
    assert "Pratique accepted" in text


def test_link_in_a_mail_with_the_token_of_somebody_else_asks_for_another(
    desk_store: Path, tmp_path: Path
) -> None:
    with mailbox(desk_store, tmp_path) as mails:
        desk = mails.desk
        identifier = send(mails, "theirs")
        confirm_address(mails)
        desk.decide(identifier, "reject")
        _, other = Tokens(desk.database).create(Role.CONTRIBUTOR, "Other", "https://example.org/o")
        refused = followed(desk, mails.link(), f"gcmgraph_token={other}")
        page = signed_in(desk, refused.body.decode(), desk.contributor)
    assert (refused.status, "Cette page demande un autre jeton" in refused.body.decode()) == (
        404,
        True,
    )
    assert (page.status, "Pratique theirs" in page.body.decode()) == (200, True)
