"""The application factory."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, request
from werkzeug.routing import RequestRedirect

from gcmgraph.model.terms import IRI, Literal
from gcmgraph.queries.questions import read_library, read_questions
from gcmgraph.settings import Settings
from gcmgraph.store.federation.executor import Federation, open_federated_queries
from gcmgraph.store.opening import open_dataset
from gcmgraph.store.query_pool.pool import QueryLimits
from gcmgraph.web.browse import routes as browse
from gcmgraph.web.browse import search
from gcmgraph.web.contributions import blueprints as contributing
from gcmgraph.web.dataset import downloads as dumps
from gcmgraph.web.dataset import linksets as link_sets
from gcmgraph.web.dataset import routes as dataset
from gcmgraph.web.dataset import versions as changes
from gcmgraph.web.dataset import void as descriptions
from gcmgraph.web.home import operations, sitemap
from gcmgraph.web.home import routes as pages
from gcmgraph.web.http import problems, static_files
from gcmgraph.web.http.headers import ON_EVERYTHING
from gcmgraph.web.http.request_bodies import BodyGate
from gcmgraph.web.middleware.compression import Compression
from gcmgraph.web.middleware.metrics import REQUEST_COUNTS, Counting, RequestCounts, first_part
from gcmgraph.web.middleware.read_ahead import PageReading
from gcmgraph.web.middleware.response_cache import ResultCache
from gcmgraph.web.named_queries import routes as queries
from gcmgraph.web.openapi import service as openapi
from gcmgraph.web.reconciliation import routes as reconcile
from gcmgraph.web.resources import citations, resolve
from gcmgraph.web.resources import routes as resources
from gcmgraph.web.resources.gone import read_withdrawals
from gcmgraph.web.responses import documents as representation
from gcmgraph.web.services import ServedDataset, Site
from gcmgraph.web.snapshot import search_indexes, version_histories
from gcmgraph.web.sparql import endpoint as sparql
from gcmgraph.web.sparql import graph_store
from gcmgraph.web.sparql.fast_path import DirectQueries
from gcmgraph.web.templating.bytecode_cache import CompiledTemplates
from gcmgraph.web.templating.globals import add_interface
from gcmgraph.web.visualisation import routes as pictures
from gcmgraph.web.vocabulary import routes as ontology

#: Where an application keeps the search index of each version, among its extensions.
SEARCH_INDEXES = "gcmgraph.search_indexes"

#: Largest body of a request, in bytes.
MAX_BODY = 1024 * 1024

#: Longer ones by path.
BODIES = {**contributing.BODIES, **reconcile.BODIES}


def create_app(settings: Settings, *, site: Site | None = None) -> Flask:
    """The WSGI application. `SettingsError` for a base or a store that it cannot serve."""
    site = site or _site(settings)
    app = Flask(__name__, static_folder=None)  # see `static_files`
    app.config["MAX_CONTENT_LENGTH"] = max(MAX_BODY, *BODIES.values())  # each path's own: `BodyGate`
    app.config["MAX_FORM_MEMORY_SIZE"] = app.config["MAX_CONTENT_LENGTH"]  # a text may be as long as a file
    app.url_map.merge_slashes = False  # the address of a thing may hold any path
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.bytecode_cache = CompiledTemplates(app.jinja_env)
    app.jinja_env.tests["iri"] = lambda term: isinstance(term, IRI)
    app.jinja_env.tests["literal"] = lambda term: isinstance(term, Literal)
    app.extensions["gcmgraph"] = site
    for subject in (ontology, link_sets, sparql, graph_store, pictures, operations, citations, sitemap):
        app.register_blueprint(subject.blueprint(site))
    app.register_blueprint(resources.blueprint(site, read_withdrawals(settings.root, site.addresses)))
    library = read_library(settings.root, site.addresses)
    for subject in (queries, openapi):
        app.register_blueprint(subject.blueprint(site, library))
    indexes, histories = search_indexes(site), version_histories()
    app.extensions[SEARCH_INDEXES] = indexes
    for subject in (search, resolve, browse, reconcile):
        app.register_blueprint(subject.blueprint(site, indexes))
    facts = dataset.KnownFacts(site, histories)
    for part in (dumps, changes):
        app.register_blueprint(part.blueprint(site, histories))
    for part in (dataset, descriptions, pages):
        app.register_blueprint(part.blueprint(site, facts))
    for route in contributing.blueprints(settings, site):
        app.register_blueprint(route)
    problems.register(app, settings.places)
    add_interface(app)
    static_files.register(app)
    parts = {first_part(rule.rule) for rule in app.url_map.iter_rules()}
    counts = RequestCounts({*parts, "/ontology", "/shapes"})  # of these two the rule says `<any(…)>`
    app.extensions[REQUEST_COUNTS] = counts
    app.after_request(representation.with_validators)
    app.after_request(_secured)
    answering = app.wsgi_app
    app.wsgi_app = PageReading(app.wsgi_app, site.dataset)  # type: ignore[method-assign]
    app.wsgi_app = DirectQueries(app.wsgi_app, site)  # type: ignore[method-assign]
    if settings.result_cache > 0:
        cache = ResultCache(app.wsgi_app, site.dataset.state, settings.result_cache * 2**20)
        app.wsgi_app = cache  # type: ignore[method-assign]
    app.wsgi_app = Compression(app.wsgi_app)  # type: ignore[method-assign]
    gate = BodyGate(app.wsgi_app, answering, MAX_BODY, BODIES, contributing.KEPT)
    app.wsgi_app = gate  # type: ignore[method-assign]
    app.wsgi_app = Counting(app.wsgi_app, counts)  # type: ignore[method-assign]
    return app


def _site(settings: Settings) -> Site:
    addresses = settings.addresses
    limits = QueryLimits(
        settings.query_timeout,
        settings.query_memory,
        settings.query_workers,
        settings.query_rows,
        settings.query_answer,
        settings.query_graph,
    )
    endpoints = settings.federation_endpoints
    questions = read_questions(settings.root, addresses, endpoints)
    dataset = open_dataset(settings.store, addresses, settings.access)
    queries_run = open_federated_queries(dataset, limits, Federation(frozenset(endpoints)))
    served = ServedDataset(dataset, addresses)
    return Site(addresses, served, queries_run, questions, endpoints)


def _secured(response: Response) -> Response:
    """Add what every answer carries. Any other site may read data (https://fetch.spec.whatwg.org/)."""
    headers = response.headers
    present = {name.lower() for name, _ in headers}
    for name, value in ON_EVERYTHING:
        if name.lower() not in present:
            headers.add(name, value)
    if isinstance(request.routing_exception, RequestRedirect):
        # the router names the host that was asked, which is the client's word; a path says the same
        headers["Location"] = urlunsplit(("", "", *urlsplit(headers["Location"])[2:]))
        response.set_data(b"")
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
        headers["Access-Control-Allow-Headers"] = (
            "Accept, Accept-Language, Authorization, Cache-Control, Content-Type, Idempotency-Key, If-None-Match"
        )
        headers["Access-Control-Max-Age"] = "86400"
    return response
