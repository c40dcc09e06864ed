"""The application factory."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, Response, request

from gcmgraph.errors import SettingsError
from gcmgraph.model.terms import IRI, Literal
from gcmgraph.settings import Settings
from gcmgraph.store.versions import StoreFolder
from gcmgraph.store.workers import QueryLimits, QueryWorkers
from gcmgraph.web import ontology, operations, pages, problems, queries, resources, sparql
from gcmgraph.web.language import LANGUAGES, Words, chosen_language
from gcmgraph.web.questions import read_library, read_questions
from gcmgraph.web.site import ServedDataset, Site

#: Nothing but our own files: no script at all, no inline style, no frame around us.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

#: Largest body of a request, in bytes.
MAX_BODY = 1024 * 1024


def create_app(settings: Settings, *, site: Site | None = None) -> Flask:
    """The WSGI application. `SettingsError` for a base or a store that it cannot serve."""
    site = site or _site(settings)
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.url_map.merge_slashes = False  # the address of a thing may hold any path
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.tests["iri"] = lambda term: isinstance(term, IRI)
    app.jinja_env.tests["literal"] = lambda term: isinstance(term, Literal)
    app.extensions["gcmgraph"] = site
    for subject in (resources, ontology, sparql, pages, operations):
        app.register_blueprint(subject.blueprint(site))
    app.register_blueprint(queries.blueprint(site, read_library(settings.root, site.addresses)))
    problems.register(app)
    _add_interface(app, site.words)
    app.after_request(_secured)
    return app


def _site(settings: Settings) -> Site:
    if settings.store.startswith(("http://", "https://")):
        raise SettingsError("A remote store cannot be served yet.", hint="Give the folder of an embedded store.")
    addresses = settings.addresses
    limits = QueryLimits(settings.query_timeout, settings.query_memory, settings.query_workers)
    questions = read_questions(settings.root, addresses)
    dataset = ServedDataset(StoreFolder(Path(settings.store)), addresses)
    return Site(addresses, dataset, QueryWorkers(limits), Words.read(), questions)


def _add_interface(app: Flask, words: Words) -> None:
    """Give templates the language of the request, its words, and links that keep the language."""

    @app.context_processor
    def interface() -> dict[str, object]:
        language = chosen_language(request)

        def say(key: str, **values: object) -> str:
            return words.say(language, key, **values)

        def at(path: str) -> str:
            """A path of this server, with the language where it was asked for by address."""
            path, hash_sign, fragment = path.partition("#")
            asked = f"{'&' if '?' in path else '?'}lang={language}" if request.args.get("lang") == language else ""
            return f"{request.script_root}{path}{asked}{hash_sign}{fragment}"

        def in_language(tag: str) -> str:
            """This very page in another language."""
            others = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
            return f"{request.script_root}{request.path}?{urlencode([*others, ('lang', tag)])}"

        return {
            "language": language,
            "languages": LANGUAGES,
            "say": say,
            "at": at,
            "in_language": in_language,
        }


def _secured(response: Response) -> Response:
    """Add what every answer carries. Any other site may read data (https://fetch.spec.whatwg.org/)."""
    headers = response.headers
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = "Content-Location, ETag, Link, Retry-After"
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
        headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type, If-None-Match"
    return response
