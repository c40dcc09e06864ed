"""Jinja: labels, links and values of terms in templates, and the names that every template may use.

Those names are the language of the request, gettext, and links that keep the language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Self
from urllib.parse import quote, urlencode

from flask import Flask, current_app, request
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
from gcmgraph.web.http.links import local_path, web_link
from gcmgraph.web.i18n import chosen_language, direction, number, readable
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.static_files import has_editor

#: Characters of the summary of a resource in a list.
_SUMMARY_LENGTH = 170

#: Separators in CURIEs and IRIs, and borders of words in names such as `hasPart`.
_SEPARATOR = re.compile(r"[#/:]")
_WORD_BORDER = re.compile(r"(?<=[a-z])(?=[A-Z])")

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
        self._unpublished_labels = None
        if unpublished:
            self._unpublished_labels = Labels(Store.in_memory(unpublished), site.addresses)
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
        labels = self.snapshot.labels
        unpublished = self._unpublished_labels
        if unpublished and unpublished.statements(iri) and not labels.statements(iri):
            return unpublished.of(iri, self.language)
        return labels.of(iri, self.language)

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
        return Label(beginning(text.value, _SUMMARY_LENGTH), text.language) if text else None

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
        stem = f"{self.site.addresses.base}id/sdg/"
        if not iri.value.startswith(stem):
            return None
        goal = iri.value.removeprefix(stem).partition(".")[0]
        return goal if goal in _GOALS else None

    def term_label(self, iri: IRI) -> Label:
        """The label of a property or class.

        That is our translation, else its label in the dataset, else its name taken apart.
        """
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
        name = _SEPARATOR.split(curie)[-1]
        words = _WORD_BORDER.sub(" ", name).lower()
        return Label(words or curie, "en")

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
        """Whether a fact names the web address of a source.

        The only name of such a source is that of who has the address.
        """
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
        rdf_type = self.term("rdf:type")
        types = []
        for fact in facts:
            if fact.predicate == rdf_type and isinstance(fact.object, IRI) and not fact.inferred:
                types.append(fact.object)
        namespace = self.site.addresses.ontology
        types_of_ours = [iri for iri in types if iri.value.startswith(namespace)]
        return list(dict.fromkeys(self.term_label(iri) for iri in types_of_ours or types))

    def in_language(self, texts: Iterable[Literal]) -> list[Literal]:
        """The text in the language of the page or the next best; an empty list of none."""
        chosen = choose(texts, self.language)
        return [chosen] if chosen is not None else []

    def sources(self, terms: Iterable[Term]) -> list[Term]:
        """Sources as texts and IRIs.

        Texts in languages other than that of the page, or the next best, are left out.
        """
        texts = [term for term in terms if isinstance(term, Literal) and term.language]
        languages: set[str | None] = {text.language for text in self.in_language(texts)}
        languages.add(None)
        return [
            term for term in terms if not isinstance(term, Literal) or term.language in languages
        ]

    def by_name(self, resources: Iterable[IRI]) -> list[IRI]:
        """Resources in the order of their names."""
        return sorted(resources, key=lambda iri: (self.label(iri).text.casefold(), iri.value))


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
    app.jinja_env.globals.update(direction=direction, time_of=_time_element)
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
        "has_editor": has_editor(),
        "feedback_path": _feedback_path,
        "plural_forms": i18n.plural_forms,
        "best": partial(i18n.best_text, language=language),
        "at": addressing(),
        "changed_address": changed_address,
    }


def _time_element(moment: date) -> Markup:
    """A day, or a time, with its value for programs."""
    text = i18n.time_text(moment, chosen_language(request))
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), text)


def gettext(message: str, /, **values: object) -> str:
    """A message in the language of the request."""
    return _formatted(i18n.spoken_catalog().ugettext(message), values)


def pgettext(context: str, message: str, /, **values: object) -> str:
    """A message whose translation depends on a context."""
    return _formatted(i18n.spoken_catalog().upgettext(context, message), values)


def ngettext(singular: str, plural: str, num: int, /, **values: object) -> str:
    """The plural form of a message for a number, which is formatted for the language."""
    message = i18n.spoken_catalog().ungettext(singular, plural, num)
    return _formatted(message, {"num": _number(num), **values})


def _formatted(message: str, values: Mapping[str, object]) -> str:
    """A message with its values, which are escaped."""
    isolated_values = {
        name: isolated(value) if type(value) is str else value for name, value in values.items()
    }
    return Markup(message) % isolated_values  # noqa: S704 - ours


def _feedback_path(problem: object = None) -> str:
    """The path of the form for a remark on the current page.

    A remark from a page of an error, of a remark or of a contribution is on no page.
    """
    path = request.path
    if problem or path.startswith(("/feedback", "/contributions/")):
        return "/feedback"
    return f"/feedback?page={quote(path)}"


def _number(value: int) -> str:
    return number(value, chosen_language(request))


def addressing() -> Callable[[str], str]:
    """A function for the addresses of paths of this server.

    They have the `lang` of the address of the request.
    """
    language = request.args.get("lang")
    parameter = f"lang={language}" if language in LANGUAGES else ""
    return partial(address_at, request.script_root, parameter)


def address_at(root: str, parameter: str, path: str) -> str:
    """The address of a path of this server, which is mounted at `root`, with a parameter.

    >>> address_at("/graph", "lang=fr", "/browse/practice?country=PHL#timeline")
    '/graph/browse/practice?country=PHL&lang=fr#timeline'
    >>> address_at("", "", "/about")
    '/about'
    """
    if not parameter:
        return root + path
    path_and_query, hash_sign, fragment = path.partition("#")
    separator = "&" if "?" in path_and_query else "?"
    return f"{root}{path_and_query}{separator}{parameter}{hash_sign}{fragment}"


def changed_address(**changed: str) -> str:
    """The address of the current page with other parameters; an empty one is left out."""
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name not in changed]
    pairs += [(name, value) for name, value in changed.items() if value]
    return f"{request.script_root}{request.path}?{urlencode(pairs)}"
