"""The way in for an officer, over HTTP: an invitation's token, and forms with a wrong token."""

from __future__ import annotations

import io
import re
import threading
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from desk_over_http import Answer, Served

from gcmgraph.contributions.access.invitations import Invitations
from gcmgraph.contributions.contribution import Role

PAGE = {"Accept": "text/html"}
WRONG = f"gcm_000000000000_{'a' * 43}"
MULTIPART = {"Content_Type": "multipart/form-data; boundary=b", **PAGE}


def invited(desk: Served) -> tuple[Invitations, str, str]:
    """A new invitation: all of them, its identifier, and its path."""
    invitations = Invitations(Path(desk.folder) / "ledger")
    made, code = invitations.create(Role.CONTRIBUTOR, "Ministry <of> Labour", "https://example.org/ministry")
    return invitations, made.holder.token, f"/contributions/invitation/{code}"


def test_a_link_may_be_opened_often_and_gives_its_token_once(desk: Served) -> None:
    _, _, link = invited(desk)
    for _ in range(3):
        opened = desk.ask(link, **PAGE)
        assert opened.status == 200
        assert b"Ministry &lt;of&gt; Labour" in opened.body
        assert b"gcm_" not in opened.body
    used = desk.ask(link, b"", Content_Type="application/x-www-form-urlencoded", **PAGE)
    token = re.search(rb'value="(gcm_[0-9a-f]{12}_[\w-]{43})"', used.body)
    assert token is not None
    assert used.headers["referrer-policy"] == "no-referrer"
    assert used.headers["cache-control"] == "no-store"
    sent = desk.ask("/contributions?title=T", b"# nothing", token[1].decode(), Content_Type="text/turtle")
    assert sent.json["detail"] == "There is no statement in it."  # the token is valid
    for again in (desk.ask(link, b"", **PAGE), desk.ask(link, **PAGE)):
        assert again.status == 410
        assert b"This invitation was used on" in again.body
        assert b"gcm_" not in again.body


def test_requests_at_once_get_one_token(desk: Served) -> None:
    _, _, link = invited(desk)
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(desk.ask(link, b""))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(answer.status for answer in answers) == {200: 1, 410: 5}
    assert sum("token" in answer.json for answer in answers) == 1


def test_a_revoked_and_an_unknown_invitation_are_refused_in_a_sentence(desk: Served) -> None:
    invitations, identifier, link = invited(desk)
    invitations.revoke(identifier)
    revoked = desk.ask(link)
    assert revoked.status == 410
    assert "This invitation was withdrawn on" in str(revoked.json["detail"])
    for path in (link[:-1], "/contributions/invitation/x", "/contributions/invitation/%00"):
        unknown = desk.ask(path)
        assert unknown.status == 404
        assert str(unknown.json["detail"]).startswith("There is no such invitation")


def _form(fields: dict[str, str], file: str = "") -> bytes:
    parts = [f'--b\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    named = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{file}"\r\n\r\nx\r\n' if file else ""
    return ("".join(parts) + named + "--b--\r\n").encode()


@pytest.mark.parametrize("token", [WRONG, "", "rubbish"])
def test_a_wrong_token_gives_the_form_back_with_a_sentence_at_the_field(desk: Served, token: str) -> None:
    written = {
        "title": "Our “practices”",
        "text": "<a> <b> <c> .",
        "syntax": "nt",
        "supersedes": "01ABC",
        "token": token,
    }
    answer = desk.ask("/contributions", _form(written, "practices.xlsx"), **MULTIPART)
    page = answer.body.decode()
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")  # Basic opens a dialogue
    assert 'value="Our “practices”"' in page
    assert "&lt;a&gt; &lt;b&gt; &lt;c&gt; .</textarea>" in page
    assert '<option value="nt" selected>' in page
    assert 'value="01ABC"' in page
    assert 'aria-describedby="token-problem"' in page
    assert "Choose your file again" in page
    assert not token or token not in page
    without = desk.ask("/contributions", _form(written), **MULTIPART)
    assert b"Choose your file again" not in without.body


def test_the_form_of_a_practice_says_so_beside_the_field_too(desk: Served) -> None:
    body = b"dct:title@en=Mobile+desk&do=send&token=rubbish"
    answer = desk.ask("/contributions/form/practice", body, Content_Type="application/x-www-form-urlencoded", **PAGE)
    page = answer.body.decode()
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "Mobile desk</textarea>" in page
    assert page.count("This token is not valid here, or was revoked.") == 1
    assert page.index('name="token"') < page.index("This token is not valid here, or was revoked.")


def test_pages_without_a_form_still_open_the_dialogue(desk: Served) -> None:
    assert desk.ask("/contributions/review", **PAGE).headers["www-authenticate"].startswith("Basic")


def test_several_files_of_a_form_are_one_contribution_and_end_the_draft(desk: Served) -> None:
    files = {
        "practice.csv": "title [en],title [fr],description [en],objective,country,partner organisation,source\n"
        "Two files,Deux fichiers,A desk in two files.,9,PHL,Office of Two Files,https://example.org/r\n",
        "organisation.csv": "name [en],name [fr],acronym [en]\nOffice of Two Files,Office de deux fichiers,OTF\n",
    }
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n{text}\r\n'
        for name, text in files.items()
    ]
    fields = _form({"title": "Two files", "token": desk.contributor}).removesuffix(b"--b--\r\n")
    answer = desk.ask("/contributions", fields + "".join(parts).encode() + b"--b--\r\n", **MULTIPART)
    assert answer.status == 201, answer.body.decode()
    assert b'data-draft-sent="contribution"' in answer.body
    sent = desk.ask(answer.headers["location"], token=desk.contributor).json["file"]
    assert sent == {**dict(sent), "name": "contribution.zip", "mediaType": "application/zip"}  # type: ignore[call-overload]
    kept = desk.ask(f"{answer.headers['location']}/content", token=desk.contributor).body
    with zipfile.ZipFile(io.BytesIO(kept)) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == files
