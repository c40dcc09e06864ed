"""Rules for nginx and Apache, and the README of an export.

The rules negotiate content by regular expressions (RFC 9110, 12.5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from gcmgraph import __version__
from gcmgraph.publication.tables import PARQUET_TYPE
from gcmgraph.rdf.media import SYNTAXES
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.translations import LANGUAGES, SOURCE_LANGUAGE
from gcmgraph.web.export.addresses import NEEDS_SERVER, RESOURCE_DATA
from gcmgraph.web.http.formats import CSV, DESCRIPTIONS, HTML, RDF, Format, FormatKind, of_kinds
from gcmgraph.web.http.headers import CONTENT_SECURITY_POLICY

#: Files of the export with their templates.
_RULE_FILES = {
    "nginx.conf": "nginx.conf.jinja",
    ".htaccess": "htaccess.jinja",
    "README.md": "README.md.jinja",
}

#: Kinds of formats of published data other than tables.
_DATA_KINDS = (FormatKind.DESCRIPTION, FormatKind.FEED, FormatKind.CITATION, FormatKind.NOTE)

#: Media types that web servers may not have, by suffix.
_TYPES = {
    **{syntax.suffix: syntax.media_type for syntax in SYNTAXES},
    "csv": CSV.media_type,
    "parquet": PARQUET_TYPE,
    **{form.suffix: form.media_type for form in of_kinds(*_DATA_KINDS)},
}


#: Formats of the documents about resources and graphs.
RESOURCE_FORMATS = tuple(
    form for form in DESCRIPTIONS if form.suffix in {RESOURCE_DATA, HTML.suffix}
)

#: Beginning and end of an entry of the header.
_BEGIN = r"(?:^|,)\s*"
_END = r"\s*(?:,|$)"

#: Parameters other than `q`; `q` of 1; `q` below 1.
_OTHER = r"(?:\s*;\s*(?!q=)[^,;]*)*"
_FULL = r"(?:\s*;\s*q=1(?:\.0*)?)?"
_PART = r"\s*;\s*q=0?\.0*[1-9][0-9]*"

#: Media range of all formats.
_ANY = r"\*/\*"


def rule_files(
    addresses: Addresses, version: str, target: Path, ontology_versions: Sequence[str]
) -> Mapping[str, bytes]:
    """The files by name, for an export of a dataset version to `target`."""
    templates = Environment(
        loader=PackageLoader("gcmgraph.web.export", "rules"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - no markup
    )
    values = {
        "accept": list(accept_rules()),
        "accept_of_resources": list(accept_rules(RESOURCE_FORMATS)),
        "languages": list(language_rules()),
        "other_languages": [tag for tag in LANGUAGES if tag != SOURCE_LANGUAGE],
        "all_languages": LANGUAGES,
        "source_language": SOURCE_LANGUAGE,
        "html": HTML.suffix,
        "types": _TYPES,
        "descriptions": [form.suffix for form in RDF],
        "needs_server": sorted(NEEDS_SERVER),
        "policy": CONTENT_SECURITY_POLICY,
        "base": addresses.base,
        "ontology_versions": ontology_versions,
        "version": version,
        "software": f"gcmgraph {__version__}",
        "root": str(target.absolute()),
    }
    return {
        name: templates.get_template(template).render(values).encode()
        for name, template in _RULE_FILES.items()
    }


def accept_rules(forms: Sequence[Format] = DESCRIPTIONS) -> Iterator[tuple[str, str]]:
    """Regular expressions for the Accept header, each with the suffix of a format, of some `forms`.

    The first match counts. A missing or empty header accepts any format.
    """
    preferred = forms[0].suffix
    yield "^$", preferred
    for quality in (_FULL, _PART):
        for form in forms:
            yield f"{_BEGIN}{re.escape(form.media_type)}{_OTHER}{quality}{_END}", form.suffix
        for type_ in ("text", "application"):
            of_type = [form for form in forms if form.media_type.startswith(type_)]
            if of_type:
                yield rf"{_BEGIN}{type_}/\*{_OTHER}{quality}{_END}", of_type[0].suffix
        yield f"{_BEGIN}{_ANY}{_OTHER}{quality}{_END}", preferred


def language_rules() -> Iterator[tuple[str, str]]:
    """Regular expressions for the Accept-Language header, each with the language of the page.

    The first supported language in the header counts: clients order them by preference.
    """
    supported = "|".join(LANGUAGES)
    unsupported_entries = rf"(?:(?!(?:{supported})(?:[-;,\s]|$))[^,]*,\s*)*"
    for tag in LANGUAGES:
        if tag != SOURCE_LANGUAGE:
            yield rf"^\s*{unsupported_entries}{tag}(?:[-;,\s]|$)", tag
