"""Forms and addresses with too many fields."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.formparser import FormDataParser

from gcmgraph.web.http.limits import MAX_FIELDS

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "multipart/form-data; boundary=b"


def _parts(count: int, last: str = "") -> bytes:
    part = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    return (part * count + last + "--b--\r\n").encode()


def _refuse_to_parse(*_: object) -> None:
    raise AssertionError("parsed")


@pytest.mark.parametrize(
    "path", ["/validate", "/contributions", "/reconcile", "/sparql", "/contributions/form/practice"]
)
@pytest.mark.parametrize("kind", [FORM, "Application/X-WWW-Form-URLencoded; charset=utf-8"])
def test_a_form_with_too_many_fields_is_refused_before_it_is_parsed(
    client: FlaskClient, path: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FormDataParser, "parse", _refuse_to_parse)
    refused = client.post(path, data=b"a&" * MAX_FIELDS, content_type=kind)
    assert (refused.status_code, refused.mimetype) == (413, "application/problem+json")
    assert refused.json is not None
    assert "2,000 fields" in refused.json["detail"]
    assert "file" in refused.json["hint"]


def test_a_form_with_too_many_parts_is_refused(client: FlaskClient) -> None:
    refused = client.post("/validate", data=_parts(MAX_FIELDS + 1), content_type=BOUNDARY)
    assert (refused.status_code, refused.mimetype) == (413, "application/problem+json")
    assert refused.json is not None
    assert "2,000 fields" in refused.json["detail"]
    assert "file" in refused.json["hint"]


def test_as_many_fields_as_the_limit_are_read(client: FlaskClient) -> None:
    for data, kind in ((b"a&" * (MAX_FIELDS - 1), FORM), (_parts(MAX_FIELDS), BOUNDARY)):
        empty = client.post("/validate", data=data, content_type=kind)
        assert empty.status_code == 400
        assert empty.json is not None
        assert empty.json["detail"] == "Nothing was sent."


@pytest.mark.parametrize("path", ["/health", "/browse/practice", "/static/style.css", "/sparql", "/nothing"])
def test_an_address_with_too_many_parameters_is_refused(client: FlaskClient, path: str) -> None:
    refused = client.get(f"{path}?{'a&' * MAX_FIELDS}")
    assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")
    assert refused.json is not None
    assert "2,000 parameters" in refused.json["detail"]
    assert "hint" in refused.json


def test_an_address_with_as_many_parameters_as_the_limit_is_answered(client: FlaskClient) -> None:
    assert client.get(f"/health?{'a&' * (MAX_FIELDS - 1)}").status_code == 200
