"""Parameters of requests: choices, whole numbers, search texts, and pages of a list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Generic, NamedTuple, TypeVar
from urllib.parse import unquote_to_bytes

from flask import Request, request
from flask_babel import gettext

from gcmgraph.web.http.problems import bad_request, refusal

#: Limit on the values of a parameter that a message lists.
MAX_LISTED = 40

#: The highest number of a page that can be requested.
MAX_PAGE = 10_000_000

#: Limit on the digits of a number, so that no long text is converted.
_MAX_DIGITS = 9

Item = TypeVar("Item")


def require_utf8(request: Request) -> None:
    """Raise 400 for parameters that are not UTF-8, whose ill-formed bytes Flask would replace."""
    try:
        unquote_to_bytes(request.query_string).decode("utf-8")
    except UnicodeDecodeError:
        raise bad_request(gettext("The address is not UTF-8, percent-encoded.")) from None


def permitted_values(name: str, values: Iterable[str]) -> str:
    """The message about a parameter with a fixed set of values."""
    permitted = list(values)
    listed = ", ".join(permitted[:MAX_LISTED])
    if len(permitted) > MAX_LISTED:
        listed += " …"
    return str(
        gettext("The parameter '%(name)s' may be one of: %(values)s.", name=name, values=listed)
    )


def require_permitted(name: str, value: str, values: Iterable[str]) -> str:
    """The value of a parameter. 400 where it is none of `values`, with all of them."""
    permitted = list(values)
    if value in permitted:
        return value
    detail = gettext("'%(value)s' is no value of '%(name)s'.", value=value[:60], name=name)
    raise bad_request(detail, hint=gettext("Values: %(values)s.", values=", ".join(permitted)))


def require_short(text: str, limit: int) -> str:
    """A search text. 400 for a longer one than `limit` characters."""
    if len(text) > limit:
        raise bad_request(
            gettext(
                "The search text has %(count)s characters; it may have %(most)s.",
                count=len(text),
                most=limit,
            )
        )
    return text


def read_choice(name: str, values: Collection[str]) -> str:
    """A parameter that is one of some values; an empty text where it is absent. 400 for another value."""
    value = request.args.get(name, "")
    if value and value not in values:
        raise bad_request(permitted_values(name, values), parameter=name)
    return value


def whole_number(text: str, minimum: int, maximum: int) -> int | None:
    """The number written in ASCII digits; None for any other text, and out of bounds.

    >>> whole_number("12", 1, 100), whole_number("12.0", 1, 100), whole_number("200", 1, 100)
    (12, None, None)
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS):
        return None
    number = int(text)
    return number if minimum <= number <= maximum else None


def read_number(arguments: Mapping[str, str], name: str, minimum: int, maximum: int) -> int | None:
    """A parameter that is a whole number; None where it is absent or empty.

    Raises `ProblemError` (400) out of bounds.
    """
    text = arguments.get(name, "").strip()
    if not text:
        return None
    number = whole_number(text, minimum, maximum)
    if number is None:
        detail = gettext(
            "The parameter '%(name)s' must be a whole number from %(least)s to %(most)s.",
            name=name,
            least=minimum,
            most=maximum,
        )
        raise bad_request(detail, parameter=name)
    return number


def read_page(arguments: Mapping[str, str]) -> int:
    """The number of the requested page, 1 by default. Raises `ProblemError` (400)."""
    return read_number(arguments, "page", 1, MAX_PAGE) or 1


def require_page(number: int, last: int) -> None:
    """Raise `ProblemError` (404) for a page beyond the last one of a list."""
    if number > last:
        detail = gettext(
            "There is no page %(number)s: the last one is %(last)s.", number=number, last=last
        )
        hint = gettext("Ask for a page from 1 to %(last)s.", last=last)
        raise refusal(HTTPStatus.NOT_FOUND, detail, parameter="page", nearest=str(last), hint=hint)


class ListPage(NamedTuple, Generic[Item]):
    """A page of a list, its number from 1, and the number of the last page."""

    number: int
    last: int
    items: Sequence[Item]


def read_list_page(
    arguments: Mapping[str, str], items: Sequence[Item], page_size: int
) -> ListPage[Item]:
    """The requested page of a list. Raises `ProblemError` (400, 404)."""
    last = max(1, -(-len(items) // page_size))
    number = read_page(arguments)
    require_page(number, last)
    return ListPage(number, last, items[(number - 1) * page_size : number * page_size])


def page_links(number: int, last: int, address: Callable[[int], str]) -> list[str]:
    """Link headers from a page to the other pages (RFC 8288, RFC 5005 for the names), by the address of each.

    >>> page_links(2, 2, "/practice?page={}".format)[:2]
    ['</practice?page=1>; rel="first"', '</practice?page=1>; rel="prev"']
    """
    pages = {"first": 1, "prev": number - 1, "next": number + 1, "last": last}
    return [
        f'<{address(page)}>; rel="{relation}"'
        for relation, page in pages.items()
        if 1 <= page <= last
    ]
