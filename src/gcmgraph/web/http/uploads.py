"""Data sent to be checked: a body, files of a form, or a text in it."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import Request
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from gcmgraph.contributions.content import MAX_BYTES, ZIP, Content, packed
from gcmgraph.rdfio.media import SYNTAXES, TURTLE, syntax_for_media_type
from gcmgraph.spreadsheets.grids import SPREADSHEETS, spreadsheet_for_media_type
from gcmgraph.web.http import api
from gcmgraph.web.http.problems import Problem, ProblemError, bad_request, require_utf8

#: Media types of bodies that are forms.
_FORMS = (api.MULTIPART, api.FORM)

#: Description of a body with data.
UPLOADED = f"RDF, a spreadsheet based on the template, or a ZIP file of them; at most {MAX_BYTES:,} B."

_FILE: api.Json = {"description": "File; its suffix determines the format. Repeated for several files."}
_TEXT = {
    "text": api.text(description="Data as text."),
    "syntax": api.one_of((syntax.suffix for syntax in SYNTAXES), SYNTAXES[0].suffix),
}


@dataclass(frozen=True)
class Upload:
    """A content, and the other fields of the request."""

    content: Content
    fields: dict[str, str]


def upload_body(fields: dict[str, api.Json]) -> dict[str, api.Json]:
    """Content of a body with data: the data, or a form with a file or a text, and other `fields`."""
    return api.media(
        *(syntax.media_type for syntax in (*SYNTAXES, *SPREADSHEETS, ZIP)),
        {api.MULTIPART: api.record({"file": _FILE, **_TEXT, **fields}), api.FORM: api.record({**_TEXT, **fields})},
    )


def read_upload(request: Request) -> Upload:
    """The upload of a request. 400 for an empty one or parameters that are not UTF-8, 415 for a body in a coding."""
    require_utf8(request)
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding != "identity":
        detail = gettext("A body in the coding '%(coding)s' is not taken.", coding=coding[:40])
        hint = gettext("Send it as it is, without Content-Encoding.")
        raise ProblemError(Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, {"hint": hint}))
    if request.mimetype in _FORMS:
        return Upload(_of_form(request), {**request.args, **request.form})
    data = request.get_data(cache=False)
    if not data:
        raise _nothing()
    syntax = syntax_for_media_type(request.mimetype) or spreadsheet_for_media_type(request.mimetype)
    suffix = ZIP.suffix if request.mimetype in {ZIP.media_type, *ZIP.also} else syntax.suffix if syntax else "bin"
    name = request.args.get("name") or f"contribution.{suffix}"
    return Upload(Content(data, name, request.mimetype), dict(request.args))


def _of_form(request: Request) -> Content:
    if files := [file for file in request.files.getlist("file") if file.filename]:
        return packed([_of_file(file) for file in files])
    text = request.form.get("text", "")
    if not text.strip():
        raise _nothing()
    syntax = next((s for s in SYNTAXES if s.suffix == request.form.get("syntax")), TURTLE)
    # a form sends line ends as CR LF (https://html.spec.whatwg.org/#constructing-the-form-data-set)
    return Content(text.replace("\r\n", "\n").encode(), f"text.{syntax.suffix}", syntax.media_type)


def _of_file(file: FileStorage) -> Content:
    media_type = file.mimetype if syntax_for_media_type(file.mimetype) else ""  # browsers guess
    return Content(file.read(), file.filename or "", media_type)


def _nothing() -> ProblemError:
    detail = gettext("Nothing was sent.")
    hint = gettext("Choose a file, write a text, or send the data as the body of the request.")
    return bad_request(detail, hint=hint)
