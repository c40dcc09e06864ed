"""Whole numbers in the parameters of a request, pages of a list, and links to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import TypeVar

from flask_babel import gettext

from gcmgraph.web.http.problems import Problem, ProblemError, bad_request

Item = TypeVar("Item")

#: The highest number of a page that can be requested.
MAX_PAGE = 10_000_000

#: Limit on the digits of a number, so that no long text is converted.
_DIGITS = 9


def whole_number(text: str, least: int, most: int) -> int | None:
    """The number written in ASCII digits; None for any other text, and out of bounds."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS) or not least <= int(text) <= most:
        return None
    return int(text)


def read_number(arguments: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    """A parameter that is a whole number; None where it is not given. Raises `ProblemError` (400) out of bounds."""
    text = arguments.get(name, "").strip()
    if not text:
        return None
    number = whole_number(text, least, most)
    if number is None:
        detail = gettext(
            "The parameter '%(name)s' must be a whole number from %(least)s to %(most)s.",
            name=name,
            least=least,
            most=most,
        )
        raise bad_request(detail)
    return number


def read_page(arguments: Mapping[str, str]) -> int:
    """The number of the requested page, 1 by default. Raises `ProblemError` (400)."""
    return read_number(arguments, "page", 1, MAX_PAGE) or 1


def require_page(number: int, last: int) -> None:
    """Raise `ProblemError` (404) for a page beyond the last one of a list."""
    if number > last:
        detail = gettext("There is no page %(number)s: the last one is %(last)s.", number=number, last=last)
        members = {
            "parameter": "page",
            "nearest": str(last),
            "hint": gettext("Ask for a page from 1 to %(last)s.", last=last),
        }
        raise ProblemError(Problem(HTTPStatus.NOT_FOUND, detail, members))


def page_of(arguments: Mapping[str, str], members: Sequence[Item], size: int) -> tuple[int, int, Sequence[Item]]:
    """The number of the requested page, that of the last one, and the page. Raises `ProblemError` (400, 404)."""
    last = max(1, -(-len(members) // size))
    number = read_page(arguments)
    require_page(number, last)
    return number, last, members[(number - 1) * size : number * size]


def page_links(number: int, last: int, address: Callable[[int], str]) -> list[str]:
    """Link headers from a page to the other pages (RFC 8288, RFC 5005 for the names), by the address of each."""
    pages = {"first": 1, "prev": number - 1, "next": number + 1, "last": last}
    return [f'<{address(page)}>; rel="{relation}"' for relation, page in pages.items() if 1 <= page <= last]
