"""Reading of requests: content negotiation (RFC 9110, section 12), whole numbers in parameters, pages of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Generic, Protocol, TypeVar, cast

from flask import request
from flask_babel import gettext
from werkzeug.http import parse_options_header

from gcmgraph.web.http.formats import (
    COMPACTED,
    DESCRIPTIONS,
    EXPANDED,
    EXPANDED_JSON_LD,
    HTML,
    JSON,
    JSON_LD_PROFILE,
    RDF,
    RDF12,
    TTL,
    Format,
    preferred,
)
from gcmgraph.web.http.problems import Problem, ProblemError, bad_request, not_acceptable, not_found


class _HasMediaType(Protocol):
    @property
    def media_type(self) -> str: ...


Form = TypeVar("Form", bound=_HasMediaType)


@dataclass(frozen=True)
class Offer(Generic[Form]):
    """The forms of a response, for Accept by media type in order of preference, and by the names that addresses use."""

    by_media_type: Mapping[str, Form]
    by_name: Mapping[str, Form]

    @classmethod
    def of(cls, forms: Iterable[Format], names: Iterable[Format] | None = None) -> Offer[Format]:
        """The offer of formats; `names` where addresses name others, or in another order."""
        offered = tuple(forms)
        named = offered if names is None else tuple(names)
        return Offer({form.media_type: form for form in offered}, {form.suffix: form for form in named})


#: Descriptions, in RDF or as a page.
DESCRIPTION_OFFER = Offer.of(DESCRIPTIONS)

#: Descriptions in RDF alone. A browser, which names HTML, shows Turtle as well as any.
RDF_FOR_ANYONE = Offer({**Offer.of(RDF).by_media_type, HTML.media_type: TTL}, Offer.of(RDF).by_name)

#: Lists for programs and people.
JSON_OR_PAGE = Offer.of((JSON, HTML))


#: The value of `annotations` that asks for reifiers of RDF 1.2.
RDF12_ANNOTATIONS = "rdf12"
_QUERY = f"annotations={RDF12_ANNOTATIONS}&format="


def unknown_format(name: str, known: Iterable[str]) -> ProblemError:
    """400 for a `format=` that there is not."""
    detail = gettext("There is no format '%(format)s'.", format=name[:60])
    hint = gettext("Formats: %(formats)s.", formats=", ".join(known))
    return bad_request(detail, hint=hint)


def negotiate(
    offer: Offer[Form],
    href: Callable[[str], str],
    *,
    suffix: str | None = None,
    name: str | None = None,
    unknown: Callable[[str, Iterable[str]], ProblemError] = unknown_format,
) -> Form:
    """The form that the current request asks for: by `suffix`, by `name` (`format=`), else by Accept.

    `href` is the address of a form by its name. Raises `ProblemError`: 404 for a suffix that is not offered, `unknown`
    for such a name, 406 with the alternatives for such an Accept.
    """
    if suffix is not None:
        if suffix not in offer.by_name:
            raise not_found(request.path)
        return variant(offer.by_name[suffix])
    if name is not None:
        if name not in offer.by_name:
            raise unknown(name, offer.by_name)
        return variant(offer.by_name[name])
    form = preferred(request.accept_mimetypes, offer.by_media_type)
    if form is None:
        links = dict.fromkeys((form.media_type, href(name)) for name, form in offer.by_name.items())
        raise not_acceptable([{"type": media_type, "href": address} for media_type, address in links])
    return variant(form)


def variant(form: Form) -> Form:
    """The variant of a format that the current request asks for, in the address or by a parameter in Accept.

    JSON-LD has a `profile`; other syntaxes of RDF have `annotations=rdf12`, in Accept `version=1.2`. Raises
    `ProblemError`: 400 for an unknown value in the address, 406 for JSON-LD with reifiers.
    """
    if not isinstance(form, Format) or form.syntax is None:
        return form
    annotations = request.args.get("annotations")
    if annotations not in {None, RDF12_ANNOTATIONS}:
        raise bad_request(_one_of("annotations", RDF12_ANNOTATIONS))
    if annotations and form.suffix not in RDF12:
        start = f"{request.script_root}{request.path}?{_QUERY}"
        raise not_acceptable([{"type": each.media_type, "href": start + each.suffix} for each in RDF12.values()])
    if form.suffix in RDF12:
        return cast("Form", RDF12[form.suffix]) if annotations or _accepts_version(form.media_type) else form
    return cast("Form", _profiled(form))


def _accepts_version(media_type: str) -> bool:
    """Whether Accept names a media type in its version 1.2."""
    named = (parse_options_header(entry) for entry, _ in request.accept_mimetypes if "version" in entry)
    return any(name == media_type and options.get("version") == "1.2" for name, options in named)


def _one_of(name: str, values: str) -> str:
    return str(gettext("The parameter '%(name)s' may be one of: %(values)s.", name=name, values=values))


def _profiled(form: Format) -> Format:
    """JSON-LD in the profile of the request."""
    profile = request.args.get("profile")
    if profile is None:
        named = (dict(parse_options_header(entry)[1]).get("profile", "") for entry, _ in request.accept_mimetypes)
        asked = {word.removeprefix(JSON_LD_PROFILE) for words in named for word in words.split()}
        profile = EXPANDED if EXPANDED in asked and COMPACTED not in asked else COMPACTED
    profile = profile.removeprefix(JSON_LD_PROFILE)
    if profile not in {EXPANDED, COMPACTED}:
        raise bad_request(_one_of("profile", f"{COMPACTED}, {EXPANDED}"))
    return EXPANDED_JSON_LD if profile == EXPANDED else form


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
