"""What an export brings for those who publish it: rules for nginx and Apache, and a file to read first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from gcmgraph import __version__
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import SYNTAXES
from gcmgraph.web.export.negotiation_rules import accept_rules, language_rules
from gcmgraph.web.export.paths import NEEDS_SERVER
from gcmgraph.web.http.headers import CONTENT_SECURITY_POLICY
from gcmgraph.web.http.negotiation import HTML
from gcmgraph.web.i18n.languages import LANGUAGES, SOURCE_LANGUAGE

#: File of the export to its template.
_FILES = {"nginx.conf": "nginx.conf.jinja", ".htaccess": "htaccess.jinja", "README.md": "README.md.jinja"}

#: Media types that web servers may not know, by suffix.
_TYPES = {
    **{syntax.suffix: syntax.media_type for syntax in SYNTAXES},
    "atom": "application/atom+xml",
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
}


def rule_files(
    addresses: Addresses, version: str, target: Path, ontology_versions: Sequence[str]
) -> Mapping[str, bytes]:
    """The files by name, for an export of a dataset version that will stand in `target`."""
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
        "languages": list(language_rules()),
        "other_languages": [tag for tag in LANGUAGES if tag != SOURCE_LANGUAGE],
        "all_languages": LANGUAGES,
        "source_language": SOURCE_LANGUAGE,
        "html": HTML.suffix,
        "types": _TYPES,
        "needs_server": sorted(NEEDS_SERVER),
        "policy": CONTENT_SECURITY_POLICY,
        "base": addresses.base,
        "ontology_versions": ontology_versions,
        "version": version,
        "software": f"gcmgraph {__version__}",
        "root": str(target.absolute()),
    }
    return {name: templates.get_template(template).render(values).encode() for name, template in _FILES.items()}
