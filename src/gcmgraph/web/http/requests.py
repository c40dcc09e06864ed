"""Reading of requests: content negotiation, whole numbers in parameters, pages of a list, and tokens.

Negotiation is that of RFC 9110, section 12. A token comes as Bearer (RFC 6750), as the password of
Basic (RFC 7617), in a form, or in a cookie of a browser. A page that requires a token has a field
for it (`token.html`). The token that is written there is stored in a cookie of the session, for
pages of contributions and remarks only: no script can read it, requests of other sites lack it, and
no form of another site sets it.
"""

from __future__ import annotations

import io
import ipaddress
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Generic, Protocol, TypeAlias, TypeVar, cast
from urllib.parse import unquote_plus, urlsplit

from flask import Flask, Request, Response, after_this_request, current_app, g, request
from flask_babel import gettext
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, MultipartDecoder, NeedData

from gcmgraph.contributions.access import AddressCounts, Tokens, plain_address
from gcmgraph.contributions.contribution import Agent, Role
from gcmgraph.platform.errors import QuotaError
from gcmgraph.web.http import formats, limits
from gcmgraph.web.http.responses import (
    Problem,
    ProblemError,
    bad_request,
    not_acceptable,
    not_found,
    refusal,
)


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
    def of(
        cls, forms: Iterable[formats.Format], names: Iterable[formats.Format] | None = None
    ) -> Offer[formats.Format]:
        """The offer of formats, also under other media types; `names` where addresses name others, or reordered."""
        offered = tuple(forms)
        named = offered if names is None else tuple(names)
        types = {form.media_type: form for form in offered}
        suffixes = {form.suffix for form in offered}
        aliases = {
            media_type: form
            for media_type, form in formats.ALIASES.items()
            if form.suffix in suffixes
        }
        return Offer(
            types | {name: aliases[name] for name in aliases if name not in types},
            {f.suffix: f for f in named},
        )


#: Descriptions, in RDF or as a page.
DESCRIPTION_OFFER = Offer.of(formats.DESCRIPTIONS)

#: Descriptions in RDF alone. A browser, which names HTML, shows Turtle as well as any.
RDF_FOR_ANYONE = Offer(
    {**Offer.of(formats.RDF).by_media_type, formats.HTML.media_type: formats.TTL},
    Offer.of(formats.RDF).by_name,
)

#: Lists for programs and people.
JSON_OR_PAGE = Offer.of((formats.JSON, formats.HTML))


#: The value of `annotations` that asks for reifiers of RDF 1.2.
RDF12_ANNOTATIONS = "rdf12"
_QUERY = f"annotations={RDF12_ANNOTATIONS}&format="


def negotiate(
    offer: Offer[Form],
    href: Callable[[str], str],
    *,
    suffix: str | None = None,
    name: str | None = None,
) -> Form:
    """The form that the current request asks for: by `suffix`, by `name` (`format=`), else by Accept.

    `href` is the address of a form by its name. Raises `ProblemError`: 404 for a suffix that is not
    offered, 400 for such a name, 406 with the alternatives for such an Accept.
    """
    if suffix is not None:
        if suffix not in offer.by_name:
            raise not_found(request.path)
        return variant(offer.by_name[suffix])
    if name is not None:
        if name not in offer.by_name:
            detail = gettext("There is no format '%(format)s'.", format=name[:60])
            hint = gettext("Formats: %(formats)s.", formats=", ".join(offer.by_name))
            raise bad_request(detail, parameter="format", hint=hint)
        return variant(offer.by_name[name])
    form = formats.preferred(request.accept_mimetypes, offer.by_media_type)
    if form is None:
        links = dict.fromkeys((form.media_type, href(name)) for name, form in offer.by_name.items())
        raise not_acceptable(
            [{"type": media_type, "href": address} for media_type, address in links]
        )
    return variant(form)


def chosen_format(offer: Offer[Form]) -> Form:
    """The form that the current request asks for by `format=`, else by Accept.

    Raises as `negotiate`.
    """
    href = f"{request.script_root}{request.path}?format={{}}".format
    return negotiate(offer, href, name=request.args.get("format") or None)


def variant(form: Form) -> Form:
    """The variant of a format that the current request asks for, in the address or by a parameter in Accept.

    JSON-LD has a `profile`; other syntaxes of RDF have `annotations=rdf12`, in Accept
    `version=1.2`. Raises `ProblemError`: 400 for an unknown value in the address, 406 for JSON-LD
    with reifiers.
    """
    if not isinstance(form, formats.Format) or form.syntax is None:
        return form
    annotations = request.args.get("annotations")
    if annotations not in {None, RDF12_ANNOTATIONS}:
        raise bad_request(one_of("annotations", [RDF12_ANNOTATIONS]))
    if annotations and form.suffix not in formats.RDF12:
        start = f"{request.script_root}{request.path}?{_QUERY}"
        raise not_acceptable(
            [
                {"type": each.media_type, "href": start + each.suffix}
                for each in formats.RDF12.values()
            ]
        )
    if form.suffix in formats.RDF12:
        return (
            cast("Form", formats.RDF12[form.suffix])
            if annotations or _accepts_version(form.media_type)
            else form
        )
    return cast("Form", _profiled(form))


def _accepts_version(media_type: str) -> bool:
    """Whether Accept names a media type in its version 1.2."""
    named = (
        parse_options_header(entry) for entry, _ in request.accept_mimetypes if "version" in entry
    )
    return any(name == media_type and options.get("version") == "1.2" for name, options in named)


#: Values of a parameter at most that a message lists.
MOST_LISTED = 40


def one_of(name: str, values: Iterable[str]) -> str:
    """The message about a parameter with a fixed set of values."""
    offered = list(values)
    listed = ", ".join(offered[:MOST_LISTED]) + (" …" if len(offered) > MOST_LISTED else "")
    return str(
        gettext("The parameter '%(name)s' may be one of: %(values)s.", name=name, values=listed)
    )


def known_value(name: str, value: str, values: Iterable[str]) -> str:
    """The value of a parameter. 400 where it is none of `values`, with all of them."""
    offered = list(values)
    if value in offered:
        return value
    detail = gettext("'%(value)s' is no value of '%(name)s'.", value=value[:60], name=name)
    raise bad_request(detail, hint=gettext("Values: %(values)s.", values=", ".join(offered)))


def require_short(text: str, most: int) -> str:
    """A search text. 400 for a longer one than `most` characters."""
    if len(text) > most:
        raise bad_request(
            gettext(
                "The search text has %(count)s characters; it may have %(most)s.",
                count=len(text),
                most=most,
            )
        )
    return text


def read_choice(name: str, values: Collection[str]) -> str:
    """A parameter that is one of some values; an empty text where it is absent. 400 for another value."""
    value = request.args.get(name, "")
    if value and value not in values:
        raise bad_request(one_of(name, values), parameter=name)
    return value


def _profiled(form: formats.Format) -> formats.Format:
    """JSON-LD in the profile of the request."""
    profile = request.args.get("profile")
    if profile is None:
        named = (
            dict(parse_options_header(entry)[1]).get("profile", "")
            for entry, _ in request.accept_mimetypes
        )
        asked = {
            word.removeprefix(formats.JSON_LD_PROFILE) for words in named for word in words.split()
        }
        profile = (
            formats.EXPANDED
            if formats.EXPANDED in asked and formats.COMPACTED not in asked
            else formats.COMPACTED
        )
    profile = profile.removeprefix(formats.JSON_LD_PROFILE)
    if profile not in {formats.EXPANDED, formats.COMPACTED}:
        raise bad_request(one_of("profile", [formats.COMPACTED, formats.EXPANDED]))
    return formats.EXPANDED_JSON_LD if profile == formats.EXPANDED else form


Item = TypeVar("Item")

#: The highest number of a page that can be requested.
MAX_PAGE = 10_000_000

#: Limit on the digits of a number, so that no long text is converted.
_DIGITS = 9


def whole_number(text: str, least: int, most: int) -> int | None:
    """The number written in ASCII digits; None for any other text, and out of bounds."""
    if (
        not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS)
        or not least <= int(text) <= most
    ):
        return None
    return int(text)


def read_number(arguments: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    """A parameter that is a whole number; None where it is not given.

    Raises `ProblemError` (400) out of bounds.
    """
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


def page_of(
    arguments: Mapping[str, str], members: Sequence[Item], size: int
) -> tuple[int, int, Sequence[Item]]:
    """The number of the requested page, that of the last one, and the page.

    Raises `ProblemError` (400, 404).
    """
    last = max(1, -(-len(members) // size))
    number = read_page(arguments)
    require_page(number, last)
    return number, last, members[(number - 1) * size : number * size]


def page_links(number: int, last: int, address: Callable[[int], str]) -> list[str]:
    """Link headers from a page to the other pages (RFC 8288, RFC 5005 for the names), by the address of each."""
    pages = {"first": 1, "prev": number - 1, "next": number + 1, "last": last}
    return [
        f'<{address(page)}>; rel="{relation}"'
        for relation, page in pages.items()
        if 1 <= page <= last
    ]


#: Challenge of a 401. Browsers open a dialogue for Basic, but show the page with its field for
#: Bearer.
_CHALLENGE = 'Bearer realm="GCM Graph"'

#: Name of the cookie with a token, and the paths below which browsers send it.
COOKIE = "gcmgraph_token"
_COOKIE_PATHS = ("/contributions", "/feedback")

#: Keys of an application's extensions for counts of invalid tokens, and for the addresses of
#: reverse proxies.
_FAILURES, _PROXIES = "gcmgraph.token_failures", "gcmgraph.proxies"

#: The first field `token` of a form; no token has 1,000 letters.
_TOKEN_FIELD = re.compile(rb"(?:^|&)token=([^&]{0,1000})")


#: Paths of forms with a field for the token. Those on pages that require a token have none.
_HAVE_FIELD = re.compile(r"/contributions(?:/form/[^/]+)?")

#: Entry of X-Forwarded-For with a port (`192.0.2.1:4711`), or in brackets (`[2001:db8::1]:4711`;
#: RFC 7239, 6).
_ENTRY_WITH_PORT = re.compile(r"\[(?P<bracketed>[^\]]+)\](?::\d+)?|(?P<plain>[^:]+):\d+")

#: Networks of reverse proxies.
Networks: TypeAlias = Collection[ipaddress.IPv4Network | ipaddress.IPv6Network]


def register(app: Flask, failures: AddressCounts, proxies: Networks) -> None:
    """Count invalid tokens by address in `failures`."""
    app.extensions[_FAILURES] = failures
    app.extensions[_PROXIES] = proxies


def agent_of(request: Request, tokens: Tokens) -> Agent | None:
    """The holder of the token of a request; None where it has none. 401 for an invalid token, 429 for too many.

    403 for one in a form of a page of another site, which may be that of another person. The holder
    of a valid token is not refused for the failures of others at the same address.
    """
    text = _token(request)
    if text is None:
        return None
    of_form = request.method == "POST" and text == _form_token(request)
    if of_form:
        refuse_other_sites(request)
    agent = tokens.holder(text)
    if agent is None:
        if COOKIE in request.cookies:
            forget_token()
        count_failure(request)
        raise unauthorized(request, gettext("This token is not valid here, or was revoked."))
    if of_form and not _HAVE_FIELD.fullmatch(request.path) and _is_own_page(request):
        _set_cookie(text)  # of the page that asks for a token
    return agent


def required(request: Request, tokens: Tokens, role: Role | None = None) -> Agent:
    """The holder of the token of a request. 401 where there is none, 403 where the role is another."""
    agent = agent_of(request, tokens)
    if agent is None:
        raise unauthorized(request, gettext("This needs a token."))
    if role is not None and agent.role is not role:
        g.asks_token = True
        raise refusal(HTTPStatus.FORBIDDEN, gettext("Only a curator may do this."))
    return agent


def refuse_foreign(request: Request) -> None:
    """403 for a request that a page of another site makes in a visitor's browser.

    A browser adds the stored password to such a request (https://www.w3.org/TR/fetch-metadata/),
    and the cookie where the other site is of the same domain.
    """
    if COOKIE in request.cookies or (
        request.authorization is not None and request.authorization.type == "basic"
    ):
        refuse_other_sites(request)


def refuse_other_sites(request: Request) -> None:
    """403 for a request that a page of another site makes, with or without a token."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if not _is_own_page(request) and (site != "none" if site else origin):
        raise refusal(
            HTTPStatus.FORBIDDEN, gettext("This request comes from a page of another site.")
        )


def _is_own_page(request: Request) -> bool:
    """Whether a browser states that a page of this server makes a request.

    Programs state nothing.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    return (
        site == "same-origin" if site else bool(origin) and urlsplit(origin).netloc == request.host
    )


def unauthorized(request: Request, detail: str) -> ProblemError:
    """401: for a browser a page with a field for the token, which sends what a form had again.

    403 for a form of a page of another site: its sender must not get a token with it.
    """
    hint = gettext("Send it as 'Authorization: Bearer …'.")
    if "text/html" in request.headers.get("Accept", ""):
        if request.method == "POST":
            refuse_other_sites(request)
        has_field = request.method == "POST" and _HAVE_FIELD.fullmatch(request.path)
        again = gettext("Write your token into its field, and send the form again.")
        hint = again if has_field else gettext("Write your token into the field.")
        g.asks_token = True
    headers = {"WWW-Authenticate": _CHALLENGE}
    return ProblemError(Problem(HTTPStatus.UNAUTHORIZED, detail, {"hint": hint}, headers))


def forget_token() -> None:
    """Delete the token in the cookies of the browser."""
    _set_cookie("")


def _set_cookie(token: str) -> None:
    """Store a token in the cookies of the browser with the response, or delete it.

    They end with the browser.
    """
    if "token_cookie" not in g:
        after_this_request(_with_cookie)
    g.token_cookie = token


def over_tls(header: str) -> bool:
    """Whether a cookie may be for TLS only: a proxy may end it, and a header with an address of ours states that."""
    return request.is_secure or request.headers.get(header, "").startswith("https:")


def _with_cookie(response: Response) -> Response:
    token, secure = g.token_cookie, over_tls("Origin")
    for path in _COOKIE_PATHS:
        where, age = f"{request.script_root}{path}", None if token else 0
        response.set_cookie(
            COOKIE, token, max_age=age, path=where, secure=secure, httponly=True, samesite="Lax"
        )
    return response


def client_address(request: Request, proxies: Networks) -> str:
    """The address of a client; of one behind a reverse proxy, the last that the proxy added to X-Forwarded-For.

    Ports, brackets and zones are left out, so that all connections of a client have one address.
    """
    remote = request.environ.get("REMOTE_ADDR") or ""
    proxy = plain_address(remote)
    if proxy is None or not any(proxy in network for network in proxies):
        return remote
    last_entry = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    entry = _ENTRY_WITH_PORT.fullmatch(last_entry)
    written = last_entry if entry is None else entry["bracketed"] or entry["plain"]
    client = plain_address(written.partition("%")[0])
    return remote if client is None else str(client)


def count_failure(request: Request) -> None:
    """Count an invalid token or invitation of the address of a request. 429 for too many."""
    counts: AddressCounts = current_app.extensions[_FAILURES]
    if wait := counts.add(client_address(request, current_app.extensions[_PROXIES])):
        raise QuotaError(
            f"More than {counts.limit:,} invalid tokens came from this address in {counts.seconds} s.",
            wait,
            hint="Send a valid token, or none.",
        )


def _token(request: Request) -> str | None:
    given = request.authorization
    if given is not None:
        text = (
            given.token
            if given.type == "bearer"
            else given.password
            if given.type == "basic"
            else None
        )
        return (text or "").strip()
    return (
        (request.method == "POST" and _form_token(request)) or request.cookies.get(COOKIE) or None
    )


def _form_token(request: Request) -> str:
    """The field `token` of a form; empty where there is none.

    The other fields are not parsed, nor files stored.
    """
    stream = request.environ["wsgi.input"]
    body: bytes = stream.getvalue() if isinstance(stream, io.BytesIO) else b""  # see `BodyLimiter`
    if request.mimetype == "application/x-www-form-urlencoded":
        found = _TOKEN_FIELD.search(body)
        return unquote_plus(found[1].decode("latin-1")).strip() if found else ""
    if request.mimetype == "multipart/form-data" and b"token" in body:
        boundary = request.mimetype_params.get("boundary", "").encode("ascii", "replace")
        with suppress(ValueError):  # no multipart form
            return _part(body, boundary).decode("utf-8", "replace").strip()
    return ""


def _part(body: bytes, boundary: bytes) -> bytes:
    """The part `token` of a multipart form (RFC 7578).

    Raises `ValueError`, and 413 for too many parts before it.
    """
    decoder = MultipartDecoder(boundary, max_parts=limits.MAX_FIELDS)
    decoder.receive_data(body)
    decoder.receive_data(None)
    text, reading = b"", False
    while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
        if isinstance(event, Field):
            reading = event.name == "token"
        elif reading and isinstance(event, Data):
            text += event.data
            if not event.more_data:
                return text
    return b""
