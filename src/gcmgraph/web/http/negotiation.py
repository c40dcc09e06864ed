"""Content negotiation (RFC 9110, section 12): the format of a response, by suffix, `format=` or Accept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, cast

from flask import request
from flask_babel import gettext
from werkzeug.http import parse_options_header

from gcmgraph.web.http import formats
from gcmgraph.web.http.parameters import permitted_values
from gcmgraph.web.http.problems import bad_request, not_acceptable, not_found


class _HasMediaType(Protocol):
    @property
    def media_type(self) -> str: ...


Offered = TypeVar("Offered", bound=_HasMediaType)


@dataclass(frozen=True)
class Offer(Generic[Offered]):
    """The formats of a response: by media type in order of preference, for Accept, and by name, for addresses."""

    by_media_type: Mapping[str, Offered]
    by_name: Mapping[str, Offered]

    @classmethod
    def of(
        cls, offered: Iterable[formats.Format], names: Iterable[formats.Format] | None = None
    ) -> Offer[formats.Format]:
        """The offer of formats, also under other media types; `names` where addresses name others, or reordered."""
        offered = tuple(offered)
        named = offered if names is None else tuple(names)
        by_media_type = {format_.media_type: format_ for format_ in offered}
        suffixes = {format_.suffix for format_ in offered}
        for alias, format_ in formats.ALIASES.items():
            if format_.suffix in suffixes:
                by_media_type.setdefault(alias, format_)
        return Offer(by_media_type, {format_.suffix: format_ for format_ in named})


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


def name_and_suffix(
    text: str, offer: Offer[Offered], is_name: Callable[[str], bool]
) -> tuple[str, str | None]:
    """The name in the last part of a path, and the suffix of a format; a name may end like a suffix."""
    stem, _, suffix = text.rpartition(".")
    if suffix in offer.by_name and not is_name(text):
        return stem, suffix
    return text, None


def negotiate(
    offer: Offer[Offered],
    href: Callable[[str], str],
    *,
    suffix: str | None = None,
    name: str | None = None,
) -> Offered:
    """The format that the current request asks for: by `suffix`, by `name` (`format=`), else by Accept.

    `href` is the address of a format by its name. Raises `ProblemError`: 404 for a suffix that is
    not offered, 400 for such a name, 406 with the alternatives for such an Accept.
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
    preferred = formats.preferred(request.accept_mimetypes, offer.by_media_type)
    if preferred is None:
        links = [(format_.media_type, href(name)) for name, format_ in offer.by_name.items()]
        raise not_acceptable(
            [{"type": media_type, "href": address} for media_type, address in dict.fromkeys(links)]
        )
    return variant(preferred)


def chosen_format(offer: Offer[Offered]) -> Offered:
    """The format that the current request asks for by `format=`, else by Accept.

    Raises as `negotiate`.
    """
    href = f"{request.script_root}{request.path}?format={{}}".format
    return negotiate(offer, href, name=request.args.get("format") or None)


def variant(format_: Offered) -> Offered:
    """The variant of a format that the current request asks for, in the address or by a parameter in Accept.

    JSON-LD has a `profile`; other syntaxes of RDF have `annotations=rdf12`, in Accept
    `version=1.2`. Raises `ProblemError`: 400 for an unknown value in the address, 406 for JSON-LD
    with reifiers.
    """
    if not isinstance(format_, formats.Format) or format_.syntax is None:
        return format_
    annotations = request.args.get("annotations")
    if annotations not in {None, RDF12_ANNOTATIONS}:
        raise bad_request(permitted_values("annotations", [RDF12_ANNOTATIONS]))
    if format_.suffix in formats.RDF12:
        if annotations or _accepts_rdf_1_2(format_.media_type):
            return cast("Offered", formats.RDF12[format_.suffix])
        return format_
    if annotations:
        raise not_acceptable(_alternatives_with_reifiers())
    return cast("Offered", _in_profile(format_))


def _accepts_rdf_1_2(media_type: str) -> bool:
    """Whether Accept names a media type of RDF in its version 1.2, with `version=1.2`."""
    for entry, _ in request.accept_mimetypes:
        if "version" in entry:
            name, options = parse_options_header(entry)
            if name == media_type and options.get("version") == "1.2":
                return True
    return False


def _alternatives_with_reifiers() -> list[dict[str, str]]:
    """Media types and addresses of the requested document in RDF 1.2."""
    start = f"{request.script_root}{request.path}?annotations={RDF12_ANNOTATIONS}&format="
    return [
        {"type": format_.media_type, "href": start + format_.suffix}
        for format_ in formats.RDF12.values()
    ]


def _in_profile(json_ld: formats.Format) -> formats.Format:
    """JSON-LD in the profile of the request."""
    profile = request.args.get("profile")
    if profile is None:
        profile = _accepted_profile()
    profile = profile.removeprefix(formats.JSON_LD_PROFILE)
    if profile not in {formats.EXPANDED, formats.COMPACTED}:
        raise bad_request(permitted_values("profile", [formats.COMPACTED, formats.EXPANDED]))
    return formats.EXPANDED_JSON_LD if profile == formats.EXPANDED else json_ld


def _accepted_profile() -> str:
    """The profile of JSON-LD that Accept names: expanded where it names this one alone."""
    profiles: set[str] = set()
    for entry, _ in request.accept_mimetypes:
        iris = parse_options_header(entry)[1].get("profile", "").split()
        profiles.update(iri.removeprefix(formats.JSON_LD_PROFILE) for iri in iris)
    if formats.EXPANDED in profiles and formats.COMPACTED not in profiles:
        return formats.EXPANDED
    return formats.COMPACTED
