"""/, /about and /guides/{name}.

/ and /about: the home page, with a statement and its evidence; coverage, glossary, who runs the
site, how to cite it.

/guides/{name}: guides for officers and analysts, from Markdown in `docs/`, with their pictures.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, render_template, request
from markupsafe import Markup

from gcmgraph.platform.errors import DataError
from gcmgraph.publication.descriptions import Evidence, EvidenceIndex
from gcmgraph.rdf.terms import IRI, Vocabulary
from gcmgraph.repository.layout import Repository
from gcmgraph.translations import SOURCE_LANGUAGE, preference
from gcmgraph.web.dataset.routes import known_facts, known_files, structured_data
from gcmgraph.web.http import api
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.resources.facts import EvidencePage
from gcmgraph.web.responses.negotiated import cached_page, service_link
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.templating import Page, addressing, file_response
from gcmgraph.web.visualisation.drawings import CoveredObjective, covered_objectives

if TYPE_CHECKING:
    from markdown_it.token import Token


#: Predicates of the statements to show, best first.
_PREDICATES = ("gcm:country", "gcm:leadOrganisation", "gcm:partnerOrganisation")

#: Practices that are searched.
_PRACTICES = 10

#: Limits on the characters of a quotation.
_LEAST, _MOST = 12, 220


def sample_statement(site: Site, snapshot: Snapshot, language: str) -> Evidence | None:
    """A statement about one of the first practices with its passage; None where none has evidence.

    A passage in the language of the reader comes first (else in English), then a quoted one, then
    the best kind, then the longest short quotation.
    """
    v = Vocabulary(site.addresses)
    rank = {v(curie): place for place, curie in enumerate(_PREDICATES)}
    index = EvidenceIndex(snapshot.store, site.addresses)
    found = [
        evidence
        for practice in snapshot.listings.of("practice").members[:_PRACTICES]
        for (predicate, value), passages in index.about(practice).items()
        if predicate in rank and isinstance(value, IRI)
        for evidence in passages
        if _LEAST <= len(evidence.passage.exact or "") <= _MOST
        or (evidence.passage.exact is None and evidence.passage.page is not None)
    ]
    return min(found, key=lambda e: _rank(e, rank[e.predicate], language), default=None)


def _rank(evidence: Evidence, rank: int, language: str) -> tuple[bool, bool, bool, int, int, str]:
    words, tag = evidence.passage.exact or "", evidence.passage.language
    return tag != language, tag != SOURCE_LANGUAGE, not words, rank, -len(words), evidence.iri.value


def largest_gap(objectives: list[CoveredObjective]) -> CoveredObjective | None:
    """The objective with the largest share of actions without a practice, and of those the most; None without gaps."""

    def share(one: CoveredObjective) -> tuple[float, int]:
        return len(one.without) / len(one.actions), len(one.without)

    return max((one for one in objectives if one.without), key=share, default=None)


def add_routes(app: Flask, site: Site) -> None:
    """/ and /about."""

    @app.get("/")
    @api.operation("home")
    def home() -> Response:
        """Return the home page: actions with and without a practice, a finding, what is new, example questions."""
        snapshot = site.dataset.snapshot()

        def body() -> str:
            page = EvidencePage(site, snapshot, chosen_language(request))
            objectives = covered_objectives(page)
            return render_template(
                "home.html",
                page=page,
                sample=sample_statement(site, snapshot, page.language),
                objectives=objectives,
                finding=largest_gap(objectives),
                structured=structured_data(site, known_facts(site, snapshot), page.language),
            )

        response = cached_page(snapshot, body, known_files(site, snapshot))
        response.headers.add("Link", service_link(request.script_root).header())
        return response

    @app.get("/about")
    @api.operation("about")
    def about() -> Response:
        """Return the page about the site: coverage, glossary, citation, contact."""
        page = Page.requested(site)
        return cached_page(page.snapshot, partial(render_template, "about.html", page=page))


#: Files in `docs/` by name of the guide and language.
GUIDES: Mapping[str, Mapping[str, str]] = {
    "officer": {"en": "officer.en.md", "fr": "officer.fr.md"},
    "analyst": {"en": "analyst.md"},
}

#: Pages of this site for other documents that guides link.
_PAGES = {"model.md": "/ontology", "competency-questions.md": "/queries"}

#: Where a guide names an address of this site, in code.
_ADDRESS = re.compile(r"/[a-z][a-z/]*")

_PICTURES = "pictures"

_NAME = api.Parameter("name", "Name of the guide.", api.one_of(GUIDES), "officer")
_FILE = api.Parameter("file", "Name of the picture.", api.text(), "officer-steps.en")


def add_guide_routes(app: Flask, site: Site, root: str) -> None:
    """/guides/{name} and /guides/pictures/{file}; 404 where the server has no `docs`."""
    folder = docs_folder(root)
    app.jinja_env.globals.update(has_guides=folder is not None)

    @app.get("/guides/<name>")
    @api.operation("guide", api.PAGE, (_NAME, api.LANG))
    def guide(name: str) -> Response:
        """Return a guide for officers or analysts."""
        if folder is None or name not in GUIDES:
            raise not_found(request.path)
        language = min(GUIDES[name], key=preference(chosen_language(request)))
        text = (folder / GUIDES[name][language]).read_text("utf-8")

        def body() -> str:
            title, html = read_guide(text, folder, site.library)
            return render_template(
                "guide.html", title=title, html=html, spoken=language, others=GUIDES[name]
            )

        digest = sha256(text.encode()).hexdigest()
        return cached_page(site.dataset.snapshot(), body, digest)

    @app.get(f"/guides/{_PICTURES}/<file>.png")
    @api.operation("guidePicture", api.answer("Picture.", "image/png"), (_FILE,))
    def picture(file: str) -> Response:
        """Return a picture of a guide."""
        known = (
            {path.stem: path for path in (folder / _PICTURES).glob("officer-*.png")}
            if folder
            else {}
        )
        if file not in known:
            raise not_found(request.path)
        return file_response(known[file], "image/png")


def docs_folder(root: str) -> Path | None:
    """The folder of documents; None for a server without the repository or without the guides."""
    try:
        folder = Repository.find(root).root / "docs"
    except DataError:
        return None
    return (
        folder
        if all((folder / file).is_file() for files in GUIDES.values() for file in files.values())
        else None
    )


def read_guide(text: str, folder: Path, library: Collection[str]) -> tuple[str, Markup]:
    """The title of a guide, and the guide as HTML.

    Names of queries and addresses of this site in code become links.
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415 - used by these pages alone

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    title = next((t.content for t in tokens if t.type == "inline"), "")
    for token in tokens:
        _link(token.children or [], folder, library)
    html = markdown.renderer.render(tokens, markdown.options, {})
    scrolled = html.replace("<table>", '<div class="scroll" tabindex="0"><table>').replace(
        "</table>", "</table></div>"
    )
    return title, Markup(scrolled)  # noqa: S704 - ours, and without HTML of its own


def _link(tokens: Sequence[Token], folder: Path, library: Collection[str]) -> None:
    """Lead links, pictures and addresses in code to addresses of this site."""
    guides = {file: (name, tag) for name, files in GUIDES.items() for tag, file in files.items()}
    closing = False
    for token in tokens:
        target = str(token.attrs.get("href", ""))
        if token.type == "link_open" and target in guides:
            name, tag = guides[target]
            token.attrSet("href", f"{request.script_root}/guides/{name}?lang={tag}")
        elif token.type == "link_open" and target in _PAGES:
            token.attrSet("href", addressing()(_PAGES[target]))
        elif token.type == "link_open" and not re.match(
            r"https?:|mailto:|#", target
        ):  # a document not served here
            token.tag, token.attrs, closing = "span", {}, True
        elif token.type == "link_close" and closing:
            token.tag, closing = "span", False
        elif token.type == "image":
            file = folder / str(token.attrs["src"])
            width, height = struct.unpack(">II", file.read_bytes()[16:24])  # PNG, 11.2.2
            token.attrs |= {
                "src": f"{request.script_root}/guides/{token.attrs['src']}",
                "width": width,
                "height": height,
            }
            token.attrs["loading"] = "lazy"
        elif token.type == "code_inline" and (found := _address(token.content, library)):
            token.type, token.content = (
                "html_inline",
                f'<a href="{found}"><code>{token.content}</code></a>',
            )


def _address(code: str, library: Collection[str]) -> str | None:
    if code in library:
        return addressing()(f"/queries/{code}")
    return addressing()(code) if _ADDRESS.fullmatch(code) else None
