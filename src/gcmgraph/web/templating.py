"""Jinja: labels, links and values of terms in templates, and the names that every template may use.

Those names are the language of the request, gettext, and links that keep the language.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Self
from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, request
from flask_babel import Babel
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from markupsafe import Markup

from gcmgraph.platform.controls import isolated
from gcmgraph.platform.dates import Moment
from gcmgraph.platform.text import beginning, plain_words
from gcmgraph.publication.descriptions import Fact, Label, Labels, ResourceValues, choose
from gcmgraph.rdf.namespaces import DEFAULT_BASE
from gcmgraph.rdf.terms import IRI, Literal, Quad, Term, Vocabulary, typed
from gcmgraph.store.port import Store
from gcmgraph.translations import LANGUAGES
from gcmgraph.web import i18n
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.formats import content_type
from gcmgraph.web.http.links import local_path, web_link
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.i18n import chosen_language, direction, number, readable
from gcmgraph.web.services import Site, Snapshot

#: Characters of the summary of a resource in a list.
_SUMMARY = 170

#: Numbers of the SDG goals.
_GOALS = frozenset(str(number) for number in range(1, 18))


class Page:
    """Labels, links and values of the terms of one dataset version, in one language."""

    def __init__(
        self, site: Site, snapshot: Snapshot, language: str, unpublished: Iterable[Quad] = ()
    ) -> None:
        """`unpublished`: statements that name resources which are not published (yet)."""
        self.site = site
        self.snapshot = snapshot
        self._unpublished = (
            Labels(Store.in_memory(unpublished), site.addresses) if unpublished else None
        )
        self.language = language
        self._term_labels: dict[IRI, Label] = {}

    @classmethod
    def requested(cls, site: Site) -> Self:
        """The current version in the language of the request."""
        return cls(site, site.dataset.snapshot(), chosen_language(request))

    def term(self, curie: str) -> IRI:
        """The IRI of a property or class."""
        return IRI(self.site.addresses.expand(curie))

    def select(self, query: str, **substitutions: Term) -> list[Mapping[str, Term]]:
        """The rows of a query that is written in the default base, with terms for its variables."""
        own_query = query.replace(DEFAULT_BASE, self.site.addresses.base)
        return list(self.snapshot.store.select(own_query, substitutions=substitutions).rows)

    def label(self, iri: IRI) -> Label:
        """The label of a resource."""
        own = self._unpublished
        if own is not None and own.statements(iri) and not self.snapshot.labels.statements(iri):
            return own.of(iri, self.language)
        return self.snapshot.labels.of(iri, self.language)

    def short_label(self, iri: IRI, curie: str) -> Label:
        """The value of a property for short names in the best language, else the label."""
        texts = (triple.object for triple in self.snapshot.store.triples(iri, self.term(curie)))
        short = choose((text for text in texts if isinstance(text, Literal)), self.language)
        return Label(short.value, short.language) if short else self.label(iri)

    def other_language(self, label: Label) -> str | None:
        """The language of a label where it is not that of the page."""
        return label.language if label.language != self.language else None

    def local_name(self, iri: IRI) -> str:
        """The part of an address after its kind, which is the key of the resource in facets."""
        return iri.value.removeprefix(f"{self.site.addresses.base}id/").partition("/")[2]

    def summary_of(self, iri: IRI) -> Label | None:
        """The beginning of what a resource is, in the language of the page or the next best."""
        text = self.snapshot.labels.summary(iri, self.language)
        return Label(beginning(text.value, _SUMMARY), text.language) if text else None

    def whole(self, part: IRI) -> IRI:
        """The resource that a part belongs to, by its address."""
        return IRI(part.value.partition("#")[0])

    def stated(self, iri: IRI) -> ResourceValues:
        """The values of the properties of a resource."""
        return ResourceValues(self.snapshot.store, Vocabulary(self.site.addresses), iri)

    def notation(self, iri: IRI) -> str | None:
        """The code of a resource."""
        return self.snapshot.labels.notation(iri)

    def moment(self, moment: Moment) -> str:
        """A date as people write it, no more precise than it is."""
        return readable(typed(str(moment), moment.datatype), self.language)

    def sdg_goal(self, iri: IRI) -> str | None:
        """The number of an SDG goal, or of the goal of a target; None for other resources."""
        start = f"{self.site.addresses.base}id/sdg/"
        number = (
            iri.value.removeprefix(start).partition(".")[0] if iri.value.startswith(start) else ""
        )
        return number if number in _GOALS else None

    def term_label(self, iri: IRI) -> Label:
        """The label of a property or class: our translation, from the dataset, or its name taken apart."""
        if iri not in self._term_labels:
            self._term_labels[iri] = self._term_label(iri)
        return self._term_labels[iri]

    def term_label_of(self, curie: str) -> Label:
        """The label of a property or class by its short name."""
        return self.term_label(self.term(curie))

    def _term_label(self, iri: IRI) -> Label:
        curie = self.site.addresses.compress(iri.value) or iri.value
        if curie in i18n.NAMES["term"]:
            return Label(str(i18n.NAMES["term"][curie]), self.language)
        if self.snapshot.labels.statements(iri):
            return self.label(iri)
        name = re.split(r"[#/:]", curie)[-1]
        return Label(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower() or curie, "en")

    def address(self, iri: IRI) -> str:
        """The address of a term as people write it."""
        return self.snapshot.labels.address(iri)

    def link(self, term: Term) -> str | None:
        """The path of a term on this server; None for other terms."""
        if not isinstance(term, IRI):
            return None
        return local_path(self.site.addresses, term.value)

    def url(self, path: str) -> str:
        """The web address of a path of this server."""
        return f"{self.site.public_base}{path.removeprefix('/')}"

    def foreign(self, term: Term) -> str | None:
        """The web address of a term of another vocabulary; None without one."""
        return web_link(term.value) if isinstance(term, IRI) else None

    def cites(self, fact: Fact) -> bool:
        """Whether a fact names the web address of a source whose only name is that of who has the address."""
        if fact.predicate != self.term("dct:source") or not isinstance(fact.object, IRI):
            return False
        return any(
            naming == self.term("foaf:name")
            for naming, _ in self.snapshot.labels.statements(fact.object)
        )

    def readable(self, value: Literal) -> str:
        """A value without language as people write it."""
        return readable(value, self.language)

    def types(self, facts: Iterable[Fact]) -> list[Label]:
        """The labels of the stated classes of a resource: of our ontology, or else of others."""
        stated = [
            fact.object
            for fact in facts
            if fact.predicate == self.term("rdf:type")
            and isinstance(fact.object, IRI)
            and not fact.inferred
        ]
        ours = [one for one in stated if one.value.startswith(self.site.addresses.ontology)]
        return list(dict.fromkeys(self.term_label(one) for one in ours or stated))

    def in_language(self, texts: Iterable[Literal]) -> list[Literal]:
        """The text in the language of the page or the next best; an empty list of none."""
        chosen = choose(texts, self.language)
        return [chosen] if chosen is not None else []

    def sources(self, terms: Iterable[Term]) -> list[Term]:
        """Sources as texts and IRIs, without texts in other languages than that of the page or the next best."""
        texts = [term for term in terms if isinstance(term, Literal) and term.language]
        languages = {chosen.language for chosen in self.in_language(texts)}
        return [
            term
            for term in terms
            if not isinstance(term, Literal) or term.language in {None, *languages}
        ]

    def by_name(self, things: Iterable[IRI]) -> list[IRI]:
        """Resources in the order of their names."""
        return sorted(things, key=lambda iri: (self.label(iri).text.casefold(), iri.value))


class _TemplateCache(FileSystemBytecodeCache):
    """Compiled templates, shared by processes, in a folder that only this user can read."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store a template. Without space, each process compiles it."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def add_interface(app: Flask) -> None:
    """Give the templates of an application the language of each request."""
    with suppress(OSError, RuntimeError):  # no temporary folder, or one of another user
        app.jinja_env.bytecode_cache = _TemplateCache()
    babel = Babel(app, locale_selector=lambda: i18n.region_of(chosen_language(request)))
    babel.domain_instance = i18n.CatalogDomain()
    # those of Jinja and Flask-Babel look the request up again for each message
    app.jinja_env.globals.update(_=gettext, gettext=gettext, pgettext=pgettext, ngettext=ngettext)
    app.jinja_env.globals["comma"] = lambda: pgettext("between names in a list", ", ")
    app.jinja_env.globals["semicolon"] = lambda: pgettext("between groups of names", "; ")
    app.jinja_env.globals.update(direction=direction, time_of=_time_of)
    app.jinja_env.globals.update(
        origin_names=i18n.NAMES["origin"], reader_names=i18n.NAMES["reader"]
    )
    app.jinja_env.filters.update(plain_words=plain_words, beginning=beginning)
    app.context_processor(_interface)


def _interface() -> dict[str, object]:
    site: Site = current_app.extensions["gcmgraph"]
    language = chosen_language(request)
    return {
        "language": language,
        "languages": LANGUAGES,
        "number": _number,
        "kind_names": i18n.KIND_NAMES,
        "form_titles": i18n.FORM_TITLES,
        "facet_names": i18n.FACET_NAMES,
        "notifies": site.notifies,
        "operator": site.operator,
        "library": site.library,
        "base": site.addresses.base,
        "public": site.public_base,
        "editor_bundle": editor_bundle(),
        "feedback_path": _feedback_path,
        "plural_forms": i18n.plural_forms,
        "best": partial(i18n.best_text, language=language),
        "at": addressing(),
        "changed_address": changed_address,
    }


def _time_of(at: date) -> Markup:
    """A day, or a time, with its value for programs."""
    text = i18n.time_text(at, chosen_language(request))
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), text)


def gettext(message: str, /, **values: object) -> str:
    """A message in the language of the request."""
    return _written(i18n.spoken_catalog().ugettext(message), values)


def pgettext(context: str, message: str, /, **values: object) -> str:
    """A message whose translation depends on a context."""
    return _written(i18n.spoken_catalog().upgettext(context, message), values)


def ngettext(singular: str, plural: str, num: int, /, **values: object) -> str:
    """The plural form of a message for a number, which is formatted for the language."""
    return _written(
        i18n.spoken_catalog().ungettext(singular, plural, num), {"num": _number(num), **values}
    )


def _written(message: str, values: Mapping[str, object]) -> str:
    """A message with its values, which are escaped."""
    safe = {
        name: isolated(value) if type(value) is str else value for name, value in values.items()
    }
    return Markup(message) % safe  # noqa: S704 - ours


def _feedback_path(problem: object = None) -> str:
    """The path of the form for a remark on the current page; on no page for those of errors and of remarks."""
    path = request.path
    nothing = problem or path.startswith(("/feedback", "/contributions/"))
    return "/feedback" if nothing else f"/feedback?page={quote(path)}"


def _number(value: int) -> str:
    return number(value, chosen_language(request))


def addressing() -> Callable[[str], str]:
    """A function for the addresses of paths of this server, with the `lang` of the address of the request."""
    language = request.args.get("lang")
    return partial(
        address_at, request.script_root, f"lang={language}" if language in LANGUAGES else ""
    )


def address_at(root: str, asked: str, path: str) -> str:
    """A path of this server, which is mounted at `root`, with the `lang` of the address of the request."""
    if asked:
        path, hash_sign, fragment = path.partition("#")
        path = f"{path}{'&' if '?' in path else '?'}{asked}{hash_sign}{fragment}"
    return root + path


def changed_address(**changed: str) -> str:
    """The address of the current page with other parameters; an empty one is left out."""
    others = [(key, value) for key, value in request.args.items(multi=True) if key not in changed]
    given = [*others, *((key, value) for key, value in changed.items() if value)]
    return f"{request.script_root}{request.path}?{urlencode(given)}"


STATIC_FOLDER = Path(__file__).parent / "static"

#: Characters of a digest in an address, and in an entity tag.
_IN_ADDRESS, _IN_TAG = 12, 32

_FILE_ANSWER = api.answer("File content; the media type follows from the file name.", {"*/*": None})
_FILE_PARAMETERS = (
    api.Parameter("filename", "File name; it may contain slashes.", api.text(), "style.css"),
    api.Parameter(
        "v",
        "Digest of the content, as in links of pages; a response with it may be cached permanently.",
        api.text(),
    ),
)


@dataclass(frozen=True)
class StaticFile:
    """A file, with its SHA-256 as hexadecimal digits."""

    content: bytes
    digest: str
    media_type: str

    @property
    def version(self) -> str:
        """The value of `v` in its address."""
        return self.digest[:_IN_ADDRESS]


@cache
def static_files() -> dict[str, StaticFile]:
    """The files below `static/` by name."""
    found = {}
    for path in STATIC_FOLDER.rglob("[!.]*"):
        if path.is_file():
            content, media_type = (
                path.read_bytes(),
                mimetypes.guess_type(path)[0] or "application/octet-stream",
            )
            file = StaticFile(content, hashlib.sha256(content).hexdigest(), media_type)
            found[path.relative_to(STATIC_FOLDER).as_posix()] = file
    return found


def static_address(name: str) -> str:
    """The address by which templates link a file.

    It is faster than Flask's `url_for`: a page has ten such links.
    """
    file = static_files().get(name)
    version = f"?v={file.version}" if file else ""
    return f"{request.script_root}/static/{quote(name)}{version}"


def editor_bundle() -> str | None:
    """A digest of the editor's script and style sheet, as their version in URLs.

    None where they were not built from `frontend/`; the page of a query is a plain form then.
    """
    built = [static_files().get(name) for name in ("editor.js", "editor.css")]
    contents = [file.content for file in built if file is not None]
    return (
        hashlib.sha256(b"".join(contents)).hexdigest()[:_IN_ADDRESS]
        if len(contents) == len(built)
        else None
    )


def file_response(path: Path, media_type: str) -> Response:
    """A file without a language, with an entity tag."""
    content = path.read_bytes()
    tag = hashlib.sha256(content).hexdigest()[:_IN_TAG]
    return cached(
        Response(content, content_type=media_type), Caching.REVALIDATED, vary=None, tag=tag
    )


def serve_files(app: Flask) -> None:
    """Serve the files, and let templates link them. `app` must have no static folder of its own."""
    app.jinja_env.globals["static"] = static_address
    files = static_files()

    @app.get("/favicon.ico")
    @api.operation("favicon", _FILE_ANSWER, ())
    def favicon() -> Response:
        """Return the icon of this site, for programs that request it without reading a page."""
        return static("favicon-32.png")

    @app.get("/static/<path:filename>", endpoint="static")
    @api.operation("static", _FILE_ANSWER, _FILE_PARAMETERS)
    def static(filename: str) -> Response:
        """Return a style sheet, script or image."""
        if filename not in files:
            raise not_found(request.path)
        file = files[filename]
        response = Response(file.content, content_type=content_type(file.media_type))
        caching = Caching.FOREVER if request.args.get("v") == file.version else Caching.REVALIDATED
        return cached(response, caching, vary=None, tag=file.digest[:_IN_TAG])
