"""Golden records: equal content is equal, other content is a difference."""

from __future__ import annotations

from tools import golden

ONE = b"@prefix a: <http://a/> . a:s a:p a:o, [ a:q 1 ] ."
SAME = b"<http://a/s> <http://a/p> _:x , <http://a/o> . _:x <http://a/q> 1 ."
OTHER = b"<http://a/s> <http://a/p> _:x , <http://a/o> . _:x <http://a/q> 2 ."


def test_equal_and_other_content() -> None:
    for media_type, one, same, other in (
        ("text/turtle", ONE, SAME, OTHER),
        (
            "application/json",
            b'{"a": 1, "b": [1, 2]}',
            b'{"b": [1, 2], "a": 1}',
            b'{"a": 1, "b": [2, 1]}',
        ),
    ):
        assert golden.normalised(media_type, one) == golden.normalised(media_type, same)
        assert golden.normalised(media_type, one) != golden.normalised(media_type, other)


def test_times_and_hashes_are_replaced() -> None:
    page = b'<p>2026-11-29T10:00:00Z</p><link href="/static/style.css?v=%b">'
    assert golden.normalised("text/html", page % b"1a") == golden.normalised(
        "text/html", page % b"2b"
    )
    assert golden.normalised("text/html", page % b"1a") != golden.normalised(
        "text/html", b"<p>other</p>"
    )


def response(body: str, status: int = 200) -> dict[str, object]:
    return {
        "status": status,
        "type": "text/plain",
        "vary": [],
        "headers": [],
        "location": "",
        "body": [body],
    }


def test_differences_name_the_request() -> None:
    old = {"GET /a": response("1"), "GET /b": response("1"), "GET /c": response("1")}
    new = {"GET /a": response("1"), "GET /b": response("2"), "GET /d": response("1")}
    assert dict(golden.differences(old, lambda: new)) == {
        "GET /b": ["-1", "+2"],
        "GET /c": ["only in the record"],
        "GET /d": ["not in the record"],
    }
