"""The way in for an officer: an invitation's token, forms with a wrong token, tokens read before forms are parsed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from desk_over_http import Served, headers_of
from flask import Flask, Request
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.datastructures import FileStorage
from werkzeug.formparser import FormDataParser
from werkzeug.test import EnvironBuilder, encode_multipart

from attackers import Reply
from gcmgraph.contributions.access import Invitations
from gcmgraph.contributions.contribution import Role
from gcmgraph.web.http.authentication import COOKIE, token_in_form

PAGE = {"Accept": "text/html"}
WRONG = f"gcm_000000000000_{'a' * 43}"
MULTIPART = {"Content_Type": "multipart/form-data; boundary=b", **PAGE}


def invited(desk: Served) -> tuple[Invitations, str, str]:
    """A new invitation: all of them, its identifier, and its path."""
    invitations = Invitations(desk.database)
    made, code = invitations.create(
        Role.CONTRIBUTOR, "Ministry <of> Labour", "https://example.org/ministry", days=14
    )
    return invitations, made.holder.token, f"/contributions/invitation/{code}"


def test_invitation_gives_its_token_once(desk: Served) -> None:
    _, _, link = invited(desk)
    for _ in range(3):
        opened = desk.ask(link, **PAGE)
        assert opened.status == 200
        assert b"Ministry &lt;of&gt; Labour" in opened.body
        assert b"gcm_" not in opened.body
    used = desk.ask(link, b"", **PAGE)
    token = re.search(rb'value="(gcm_[0-9a-f]{12}_[\w-]{43})"', used.body)
    assert token is not None
    assert used.headers["referrer-policy"] == "same-origin"
    assert used.headers["cache-control"] == "no-store"
    sent = desk.ask(
        "/contributions?title=T", b"# nothing", token[1].decode(), Content_Type="text/turtle"
    )
    assert sent.json["detail"] == "There is no statement in it."  # the token is valid
    for again in (desk.ask(link, b"", **PAGE), desk.ask(link, **PAGE)):
        assert again.status == 410
        assert b"This invitation was used on" in again.body
        assert b"gcm_" not in again.body


def test_revoked_and_unknown_invitations(desk: Served) -> None:
    invitations, identifier, link = invited(desk)
    invitations.revoke(identifier)
    for path, status, detail in (
        (link, 410, "This invitation was withdrawn on"),
        (link[:-1], 404, "There is no such invitation"),
        ("/contributions/invitation/%00", 404, "There is no such invitation"),
    ):
        answer = desk.ask(path)
        assert (answer.status, detail in str(answer.json["detail"])) == (status, True)


def _form(fields: dict[str, str], files: dict[str, str] | None = None) -> bytes:
    uploads = [FileStorage(io.BytesIO(text.encode()), name) for name, text in (files or {}).items()]
    return encode_multipart({**fields, "file": uploads}, boundary="b")[1]


@pytest.mark.parametrize("token", [WRONG, "", "rubbish"])
def test_invalid_token_in_the_submission_form(desk: Served, token: str) -> None:
    title = "Our “practices”"
    written = {
        "title": title,
        "text": "<a> <b> <c> .",
        "syntax": "nt",
        "supersedes": "01ABC",
        "token": token,
    }
    answer = desk.ask("/contributions", _form(written, {"practices.xlsx": "x"}), **MULTIPART)
    page = answer.body.decode()
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")  # Basic opens a dialogue
    for text in (
        f'value="{title}"',
        "&lt;a&gt; &lt;b&gt; &lt;c&gt; .</textarea>",
        '<option value="nt" selected>',
        'value="01ABC"',
        'aria-describedby="token-problem"',
        "Choose your file again",
    ):
        assert text in page
    assert not token or token not in page
    assert (
        b"Choose your file again"
        not in desk.ask("/contributions", _form(written), **MULTIPART).body
    )


def test_invalid_token_in_the_form_of_a_practice(desk: Served) -> None:
    body = b"dct:title@en=Mobile+desk&do=send&token=rubbish"
    answer = desk.ask("/contributions/form/practice", body, **PAGE)
    page = answer.body.decode()
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "Mobile desk</textarea>" in page
    assert page.count("This token is not valid here, or was revoked.") == 1
    assert page.index('name="token"') < page.index("This token is not valid here, or was revoked.")


def cookie_of(answer: Reply) -> str:
    """The cookie that a response sets, without its attributes; empty where it sets none."""
    return answer.headers.get("set-cookie", "").partition(";")[0]


def test_field_for_a_token_and_its_cookie(desk: Served) -> None:
    for path in (
        "/contributions/review",
        "/contributions/none/review",
        "/contributions/none",
        "/feedback/review",
    ):
        asked = desk.ask(path, **PAGE)
        assert (asked.status, asked.headers["www-authenticate"]) == (
            401,
            'Bearer realm="GCM Graph"',
        )  # no dialogue
        assert f'name="to" value="{path}"'.encode() in asked.body
    wrong = desk.ask("/contributions/token", f"token={WRONG}&to=/feedback/review".encode(), **PAGE)
    assert wrong.status == 401
    assert b"This token is not valid here" in wrong.body
    assert b'value="/feedback/review"' in wrong.body
    assert not cookie_of(wrong)
    given = f"token={desk.curator}&to=/feedback/review?lang%3Dfr".encode()
    foreign = desk.ask("/contributions/token", given, Origin="https://example.org", **PAGE)
    assert (foreign.status, cookie_of(foreign)) == (403, "")
    program = desk.ask("/contributions/token", given, **PAGE)
    assert (program.status, cookie_of(program)) == (
        303,
        "",
    )  # a program sends its token with each request
    right = desk.ask("/contributions/token", given, Sec_Fetch_Site="same-origin", **PAGE)
    assert (right.status, right.headers["location"]) == (303, "/feedback/review?lang=fr")
    assert cookie_of(right) == f"gcmgraph_token={desk.curator}"
    assert right.headers["set-cookie"].endswith("; HttpOnly; Path=/feedback; SameSite=Lax")
    others = (
        "//example.org",
        "https://a.example/",
        "/sparql",
        "/contributions\\x",
        "/feedback%0Ax",
    )
    for to in others:  # own pages only
        body = f"token={desk.contributor}&to={to}".encode()
        assert (
            desk.ask("/contributions/token", body, **PAGE).headers["location"] == "/contributions"
        )
    assert (
        b"Curator"
        in desk.ask("/feedback/review", Cookie=f"gcmgraph_token={desk.curator}", **PAGE).body
    )


def test_decision_after_giving_the_token(desk: Served) -> None:
    path = f"/contributions/{desk.send('kept').json['id']}/review"
    written = b"decision=reject&reason=A+%22reason%22+%3Cb%3E"
    asked = desk.ask(path, written, **PAGE)
    assert asked.status == 401
    assert f'method="post" action="{path}"'.encode() in asked.body
    assert b'name="reason" value="A &#34;reason&#34; &lt;b&gt;"' in asked.body
    other = desk.ask(path, written, Sec_Fetch_Site="same-site", **PAGE)
    assert other.status == 403  # else its words were sent with the token that a curator gives
    assert b'name="token"' not in other.body
    secure = {"Origin": desk.base.replace("http:", "https:")}  # a proxy ends TLS
    done = desk.ask(path, written + f"&token={desk.curator}".encode(), **secure, **PAGE)
    assert (done.status, cookie_of(done)) == (303, f"gcmgraph_token={desk.curator}")
    assert "; Secure; HttpOnly;" in done.headers["set-cookie"]
    assert desk.ask(path, token=desk.curator).json["state"] == "rejected"


def test_cookie_of_another_site_is_refused(desk: Served) -> None:
    path = f"/contributions/{desk.send('cookie').json['id']}"
    cookie = {"Cookie": f"gcmgraph_token={desk.contributor}"}
    page = desk.ask(path, **cookie, **PAGE)
    assert (page.status, page.headers["cache-control"]) == (200, "no-store")
    assert b"Forget the token" in page.body
    assert desk.ask("/contributions/review", **cookie).status == 403
    another = desk.ask("/contributions/review", **cookie, **PAGE)
    assert b"This page requires another token" in another.body
    for sent in ({"Origin": "https://example.org"}, {"Sec_Fetch_Site": "same-site"}):
        foreign = desk.ask(f"{path}/withdrawal", b"reason=x", **cookie, **sent, **PAGE)
        assert (foreign.status, b'name="token"' in foreign.body) == (403, False)
    forgotten = desk.ask("/contributions/token", b"do=forget", **cookie, **PAGE)
    assert (forgotten.status, cookie_of(forgotten)) == (303, "gcmgraph_token=")
    invalid = desk.ask("/contributions", Cookie=f"gcmgraph_token={WRONG}", **PAGE)
    assert (invalid.status, cookie_of(invalid)) == (
        401,
        "gcmgraph_token=",
    )  # so that the next request has none


def choices(desk: Served) -> list[bool]:
    """Whether the form and the template of practices offer an organisation."""
    book = load_workbook(io.BytesIO(desk.ask("/contributions/template.xlsx").body))
    form = desk.ask("/contributions/form/practice", **PAGE).body
    return [
        b"Office of Two Files" in form,
        any("Office of Two Files" in str(row) for row in book["Lists"].values),
    ]


def test_several_files_are_one_contribution(desk: Served) -> None:
    files = {
        "practice.csv": "title [en],title [fr],description [en],objective,country,partner organisation,source\n"
        "Two files,Deux fichiers,A desk in two files.,9,PHL,Office of Two Files,https://example.org/r\n",
        "organisation.csv": "name [en],name [fr],acronym [en]\nOffice of Two Files,Office de deux fichiers,OTF\n",
    }
    answer = desk.ask(
        "/contributions",
        _form({"title": "Two files", "token": desk.contributor}, files),
        **MULTIPART,
    )
    assert answer.status == 201, answer.body.decode()
    assert b'data-draft-sent="contribution"' in answer.body
    sent = desk.ask(answer.headers["location"], token=desk.contributor).json["file"]
    assert sent == {**dict(sent), "name": "contribution.zip", "mediaType": "application/zip"}  # type: ignore[call-overload]
    kept = desk.ask(f"{answer.headers['location']}/content", token=desk.contributor).body
    with zipfile.ZipFile(io.BytesIO(kept)) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == files
    assert choices(desk) == [False, False]
    assert desk.decide(answer.headers["location"].rpartition("/")[2], "accept").status == 200
    assert choices(desk) == [True, True]  # of the new version


FORM = "application/x-www-form-urlencoded"
BOUNDARY = "multipart/form-data; boundary=b"


def _parts(count: int, last: str = "") -> bytes:
    part = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    return (part * count + last + "--b--\r\n").encode()


PART = '--b\r\nContent-Disposition: form-data; name="token"\r\n\r\nwrong\r\n'


def test_form_without_valid_token_is_not_parsed(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FormDataParser, "parse", lambda *_: pytest.fail("parsed"))
    for body in (b"title=A&text=x", b"title=A&token=wrong&text=x"):
        assert client.post("/contributions", data=body, content_type=FORM).status_code == 401
    for body in (_parts(3), _parts(3, PART)):
        assert client.post("/contributions", data=body, content_type=BOUNDARY).status_code == 401


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"title=A&token=a%2Bb+", FORM), (b"atoken=t&token=u&token=v", FORM), (b"token=", FORM), (b"", FORM),
        (_parts(2, PART), BOUNDARY), (_parts(2), BOUNDARY),
        (_parts(2, PART.replace("token", "tokens").replace("wrong", "token")), BOUNDARY),
        (_parts(1, PART.replace('"token"', '"token"; filename="f"') + PART), BOUNDARY),
        (_parts(0, PART.replace('"token"', '"data"; filename="f"').replace("wrong", "data") + PART), BOUNDARY),
        (_parts(1, PART.replace("wrong", "")), BOUNDARY), (_parts(1, PART)[:-20], BOUNDARY),
        (_parts(1, PART), "multipart/form-data"), (b"token", BOUNDARY), (b'{"token": "t"}', "application/json"),
    ],
)  # fmt: skip
def test_token_of_a_form(body: bytes, kind: str) -> None:
    def request() -> Request:
        return Request(EnvironBuilder(method="POST", data=body, content_type=kind).get_environ())

    with request() as parsed:
        assert (
            token_in_form(request())
            == parsed.form.get("token", "").strip()
            == token_in_form(parsed)
        )


#: Headers of a browser for a form of another site, or of a program; a browser states `Origin` or
#: `Sec-Fetch-Site`.
OTHERS = [
    {"Origin": "https://example.org"},
    {"Origin": "null"},
    {"Origin": "http://localhost.example.org"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    {},
]


def _changing(app: Flask) -> Iterator[tuple[str, str]]:
    """Method and path of every route with a method that may change something."""
    for rule in app.url_map.iter_rules():
        path = re.sub(
            r"<(?:\w+:)?(\w+)>", lambda found: "practice" if found[1] == "kind" else "x", rule.rule
        )
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            yield method, path


def _answers(app: Flask, headers: dict[str, str], **fields: str) -> dict[str, tuple[int, bool]]:
    """Status of the answer to a form at each changing route, and whether it sets the cookie."""
    client, found = app.test_client(use_cookies=False), {}
    for method, path in _changing(app):
        response = client.open(
            path, method=method, data={"text": "x", "reason": "x", **fields}, headers=headers
        )
        sets = any(
            value.startswith(f"{COOKIE}=") for value in response.headers.getlist("Set-Cookie")
        )
        found[path] = response.status_code, sets
    return found


#: Paths of forms on pages that require a token.
REQUIRED = {"/contributions/token", "/feedback/x"} | {
    f"/contributions/x/{name}"
    for name in ("comments", "notices", "preview", "review", "withdrawal")
}


def test_only_a_form_of_this_server_sets_the_cookie(app: Flask) -> None:
    token = headers_of(app.config["CONTRIBUTIONS"])["Authorization"].removeprefix("Bearer ")
    for same in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}):
        assert {
            path for path, (_, sets) in _answers(app, same, token=token).items() if sets
        } == REQUIRED
    for other in (OTHERS[0], OTHERS[-1]):
        found = _answers(app, other, token=token)
        assert not [path for path, (_, sets) in found.items() if sets], other
        assert not other or {found[path][0] for path in REQUIRED} == {403}, other


#: Paths of other forms that change something, and those of forms that change nothing.
CHANGING = {*REQUIRED, "/contributions", "/contributions/form/practice", "/feedback"} | {
    f"/contributions/{name}/x" for name in ("email", "invitation")
}
READING = {
    "/validate",
    "/suggest",
    "/mcp",
    "/sparql",
    "/graph-store",
    "/reconcile",
    "/reconcile/table",
}


def test_form_of_another_site_changes_nothing(app: Flask) -> None:
    token = headers_of(app.config["CONTRIBUTIONS"])["Authorization"].removeprefix("Bearer ")
    for other in OTHERS[:-1]:
        found = _answers(app, {**other, "Cookie": f"{COOKIE}={token}"}, do="send", title="x")
        assert set(found) == CHANGING | READING
        assert {found[path][0] for path in CHANGING} == {403}, other
