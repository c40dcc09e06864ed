"""A call of a WSGI application by middleware (PEP 3333): the response before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

#: Headers of a response, in order; a name may be repeated.
Headers: TypeAlias = list[tuple[str, str]]


class BegunResponse(NamedTuple):
    """The status line, the headers and the body of a response of which nothing was sent."""

    status: str
    headers: Headers
    body: Iterable[bytes]


def call_application(app: WSGIApplication, environ: WSGIEnvironment) -> BegunResponse:
    """Call an application that begins its response before it returns, as Flask does."""
    beginnings: list[tuple[str, Headers]] = []

    def start(status: str, headers: Headers, exc_info: object = None) -> Callable[[bytes], object]:
        beginnings.append((status, headers))
        return lambda _: None

    body = app(environ, start)
    return BegunResponse(*beginnings[-1], body)
