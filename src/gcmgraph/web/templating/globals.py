"""Names that every template may use: language of the request, gettext, links that keep the language."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from urllib.parse import quote, urlencode

from flask import Flask, current_app, request
from flask_babel import Babel
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from markupsafe import Markup

from gcmgraph.text.bidi import isolated
from gcmgraph.translations.languages import LANGUAGES
from gcmgraph.web.http.static_files import editor_bundle
from gcmgraph.web.i18n.languages import (
    CatalogDomain,
    best_text,
    chosen_language,
    direction,
    number,
    plural_forms,
    spoken_catalog,
)
from gcmgraph.web.i18n.names import (
    ALONG_NAMES,
    FACET_NAMES,
    KIND_NAMES,
    MAIN_PAGES,
    SERVICE_PAGES,
    SHARED_NAMES,
    SORT_NAMES,
)
from gcmgraph.web.services import Site


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
    babel = Babel(app, locale_selector=lambda: chosen_language(request))
    babel.domain_instance = CatalogDomain()
    # those of Jinja and Flask-Babel look the request up again for each message
    app.jinja_env.globals.update(_=gettext, gettext=gettext, pgettext=pgettext, ngettext=ngettext)
    app.jinja_env.globals.update(comma=_comma, semicolon=_semicolon, direction=direction)
    app.context_processor(_interface)


def _interface() -> dict[str, object]:
    site: Site = current_app.extensions["gcmgraph"]
    language = chosen_language(request)
    asked = f"lang={language}" if request.args.get("lang") == language else ""
    return {
        "language": language,
        "languages": LANGUAGES,
        "number": _number,
        "kind_names": KIND_NAMES,
        "main_pages": MAIN_PAGES,
        "service_pages": SERVICE_PAGES,
        "facet_names": FACET_NAMES,
        "along_names": ALONG_NAMES,
        "shared_names": SHARED_NAMES,
        "sort_names": SORT_NAMES,
        "operator": site.operator,
        "library": site.library,
        "base": site.addresses.base,
        "public": site.public_base,
        "editor_bundle": editor_bundle(),
        "feedback_path": _feedback_path,
        "plural_forms": plural_forms,
        "best": partial(best_text, language=language),
        "at": partial(address_at, request.script_root, asked),
        "in_language": partial(_in_language, _address_without_language()),
    }


def gettext(message: str, /, **values: object) -> str:
    """A message in the language of the request."""
    return _written(spoken_catalog().ugettext(message), values)


def pgettext(context: str, message: str, /, **values: object) -> str:
    """A message whose translation depends on a context."""
    return _written(spoken_catalog().upgettext(context, message), values)


def ngettext(singular: str, plural: str, num: int, /, **values: object) -> str:
    """The plural form of a message for a number, which is formatted for the language."""
    return _written(spoken_catalog().ungettext(singular, plural, num), {"num": _number(num), **values})


def _written(message: str, values: Mapping[str, object]) -> str:
    """A message with its values, which are escaped."""
    safe = {name: isolated(value) if type(value) is str else value for name, value in values.items()}
    return Markup(message) % safe  # noqa: S704 - ours


def _comma() -> str:
    """The separator of names in a list."""
    return pgettext("between names in a list", ", ")


def _semicolon() -> str:
    """The separator of groups of names."""
    return pgettext("between groups of names", "; ")


def _feedback_path(problem: object = None) -> str:
    """The path of the form for a remark on the current page; on no page for those of errors and of remarks."""
    path = request.path
    nothing = problem or path.startswith(("/feedback", "/contributions/"))
    return "/feedback" if nothing else f"/feedback?page={quote(path)}"


def _number(value: int) -> str:
    return number(value, chosen_language(request))


def address_at(root: str, asked: str, path: str) -> str:
    """A path of this server, which is mounted at `root`, with the `lang` of the address of the request."""
    if asked:
        path, hash_sign, fragment = path.partition("#")
        path = f"{path}{'&' if '?' in path else '?'}{asked}{hash_sign}{fragment}"
    return root + path


def _address_without_language() -> str:
    """The address of the current page up to the value of its language."""
    others = urlencode([(key, value) for key, value in request.args.items(multi=True) if key != "lang"])
    return f"{request.script_root}{request.path}?{others}{'&' if others else ''}"


def _in_language(address: str, tag: str) -> str:
    """A page in another language."""
    return f"{address}lang={tag}"
