"""What all templates have: the language of the request, gettext, and links that keep the language."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, request
from flask_babel import Babel

from gcmgraph.web.catalogs import CatalogDomain, plural_forms
from gcmgraph.web.language import LANGUAGES, best_text, chosen_language
from gcmgraph.web.names import KIND_NAMES


def add_interface(app: Flask) -> None:
    """Let the templates of an application speak the language of each request."""
    babel = Babel(app, locale_selector=lambda: chosen_language(request))
    babel.domain_instance = CatalogDomain()
    app.context_processor(_interface)


def _interface() -> dict[str, object]:
    return {
        "language": chosen_language(request),
        "languages": LANGUAGES,
        "kind_names": KIND_NAMES,
        "plural_forms": plural_forms,
        "best": lambda texts: best_text(texts, chosen_language(request)),
        "at": at,
        "in_language": _in_language,
    }


def at(path: str) -> str:
    """A path of this server, with the language where it was asked for by address."""
    language = chosen_language(request)
    path, hash_sign, fragment = path.partition("#")
    asked = f"{'&' if '?' in path else '?'}lang={language}" if request.args.get("lang") == language else ""
    return f"{request.script_root}{path}{asked}{hash_sign}{fragment}"


def _in_language(tag: str) -> str:
    """This very page in another language."""
    others = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return f"{request.script_root}{request.path}?{urlencode([*others, ('lang', tag)])}"
