"""Names of resources for the search in a copy of the site, as one JSON file for all languages."""

from __future__ import annotations

import json
from urllib.parse import unquote

from flask import Flask

from gcmgraph.model.kinds import KINDS
from gcmgraph.publication.descriptions import ResourceValues
from gcmgraph.publication.search.contents import CODES, NAMES
from gcmgraph.rdf.terms import IRI, Vocabulary
from gcmgraph.translations import LANGUAGES, SOURCE_LANGUAGE
from gcmgraph.web.export.addresses import SiteAddress
from gcmgraph.web.http.links import local_path
from gcmgraph.web.i18n import KIND_NAMES
from gcmgraph.web.services import Snapshot

#: Kinds that are not searched: documents, and records with a page in English alone.
_LEFT_OUT = frozenset({"evaluation", "source"})


def search_names(app: Flask, snapshot: Snapshot) -> bytes:
    """The file of names: names of kinds by language, and resources with file, kind, code and names.

    `names` has the name in each language in which there is one, `others` further names.
    """
    kinds = [kind for kind in KINDS if kind not in _LEFT_OUT]
    resources = [
        _resource(snapshot, kind, iri)
        for kind in kinds
        for iri in snapshot.listings.of(kind).members
    ]
    names_of_kinds = {kind: _names_of_kind(app, kind) for kind in kinds}
    content = {"kinds": names_of_kinds, "resources": resources}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _names_of_kind(app: Flask, kind: str) -> dict[str, str]:
    names = {}
    for language in LANGUAGES:
        with app.test_request_context(f"/?lang={language}"):
            names[language] = str(KIND_NAMES[kind])
    return names


def _resource(snapshot: Snapshot, kind: str, iri: IRI) -> dict[str, object]:
    labels = [snapshot.labels.of(iri, language) for language in LANGUAGES]
    names = {label.language or SOURCE_LANGUAGE: label.text for label in labels}
    values = ResourceValues(snapshot.store, Vocabulary(snapshot.addresses), iri)
    further = {text.value for curie in (*CODES, *NAMES) for text in values.texts(curie)}
    path = unquote(local_path(snapshot.addresses, iri.value) or "/")
    return {
        "file": SiteAddress(path, language=SOURCE_LANGUAGE).relative_to(""),
        "kind": kind,
        "code": snapshot.labels.notation(iri),
        "names": names,
        "others": sorted(further - set(names.values())),
    }
