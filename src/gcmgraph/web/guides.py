"""/guides/{name}: guides for officers and analysts, from Markdown in `docs/`, with their pictures."""

from __future__ import annotations

import re
import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, render_template, request
from markupsafe import Markup

from gcmgraph.platform.errors import DataError
from gcmgraph.repository.layout import Repository
from gcmgraph.translations.language_preference import preference
from gcmgraph.web.http import api
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.responses.negotiated import cached_page
from gcmgraph.web.services import Site
from gcmgraph.web.static_files import file_response
from gcmgraph.web.templating import addressing

if TYPE_CHECKING:
    from markdown_it.token import Token

#: Files in `docs/` by name of the guide and language.
GUIDES: Mapping[str, Mapping[str, str]] = {
    "officer": {"en": "officer.en.md", "fr": "officer.fr.md"},
    "analyst": {"en": "analyst.md"},
}

#: Pages of this site for other documents that guides link.
_PAGES = {"model.md": "/ontology", "competency-questions.md": "/queries"}

#: An address of this site, in code.
_ADDRESS = re.compile(r"/[a-z][a-z/]*")

#: Targets of links that are left as they are.
_EXTERNAL = re.compile(r"https?:|mailto:|#")

_PICTURES = "pictures"

#: Width and height in a PNG file (https://www.w3.org/TR/png/#11IHDR).
_PNG_SIZE = struct.Struct(">II")
_PNG_SIZE_OFFSET = 16

_NAME = api.Parameter("name", "Name of the guide.", api.one_of(GUIDES), "officer")
_FILE = api.Parameter("file", "Name of the picture.", api.text(), "officer-steps.en")


class GuidePages:
    """Views of guides and of their pictures. `folder` is None where the server has no `docs`."""

    def __init__(self, site: Site, folder: Path | None) -> None:
        self._site = site
        self._folder = folder

    @api.operation("guide", api.PAGE, (_NAME, api.LANG))
    def guide(self, name: str) -> Response:
        """Return a guide for officers or analysts."""
        if self._folder is None or name not in GUIDES:
            raise not_found(request.path)
        files = GUIDES[name]
        language = min(files, key=preference(chosen_language(request)))
        text = (self._folder / files[language]).read_text("utf-8")
        body = partial(self._page, text, self._folder, language, files)
        digest = sha256(text.encode()).hexdigest()
        return cached_page(self._site.dataset.snapshot(), body, digest)

    def _page(self, text: str, folder: Path, language: str, files: Mapping[str, str]) -> str:
        """A guide in a language; `files` has all languages."""
        title, html = read_guide(text, folder, self._site.library)
        return render_template("guide.html", title=title, html=html, spoken=language, others=files)

    @api.operation("guidePicture", api.answer("Picture.", "image/png"), (_FILE,))
    def picture(self, file: str) -> Response:
        """Return a picture of a guide."""
        paths = (self._folder / _PICTURES).glob("officer-*.png") if self._folder else ()
        path_by_name = {path.stem: path for path in paths}
        if file not in path_by_name:
            raise not_found(request.path)
        return file_response(path_by_name[file], "image/png")


def add_guide_routes(app: Flask, site: Site, root: str) -> None:
    """/guides/{name} and /guides/pictures/{file}; 404 where the server has no `docs`."""
    folder = docs_folder(root)
    app.jinja_env.globals.update(has_guides=folder is not None)
    pages = GuidePages(site, folder)
    app.add_url_rule("/guides/<name>", "guide", pages.guide)
    app.add_url_rule(f"/guides/{_PICTURES}/<file>.png", "picture", pages.picture)


def docs_folder(root: str) -> Path | None:
    """The folder of documents; None for a server without the repository or without the guides."""
    try:
        folder = Repository.find(root).root / "docs"
    except DataError:
        return None
    for files in GUIDES.values():
        if not all((folder / file).is_file() for file in files.values()):
            return None
    return folder


def read_guide(text: str, folder: Path, library: Collection[str]) -> tuple[str, Markup]:
    """The title of a guide, and the guide as HTML.

    Names of queries and addresses of this site in code become links.
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415 - used by these pages alone

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    title = next((token.content for token in tokens if token.type == "inline"), "")
    links = _SiteLinks(folder, library)
    for token in tokens:
        links.rewrite(token.children or [])
    html = markdown.renderer.render(tokens, markdown.options, {})
    scrolled = html.replace("<table>", '<div class="scroll" tabindex="0"><table>')
    scrolled = scrolled.replace("</table>", "</table></div>")
    return title, Markup(scrolled)  # noqa: S704 - ours, and without HTML of its own


@dataclass(frozen=True)
class _SiteLinks:
    """Links, pictures and addresses in code of a guide, led to addresses of this site."""

    folder: Path
    library: Collection[str]

    def rewrite(self, tokens: Sequence[Token]) -> None:
        """Change the tokens of a paragraph."""
        in_text_of_removed_link = False
        for token in tokens:
            if token.type == "link_open":
                in_text_of_removed_link = not self._lead_link(token)
                if in_text_of_removed_link:
                    token.tag = "span"
                    token.attrs = {}
            elif token.type == "link_close" and in_text_of_removed_link:
                token.tag = "span"
                in_text_of_removed_link = False
            elif token.type == "image":
                self._lead_picture(token)
            elif token.type == "code_inline":
                self._link_code(token)

    def _lead_link(self, token: Token) -> bool:
        """Lead a link to a page of this site; false for a document that is not served here."""
        target = str(token.attrs.get("href", ""))
        for name, files in GUIDES.items():
            for language, file in files.items():
                if target == file:
                    token.attrSet("href", f"{request.script_root}/guides/{name}?lang={language}")
                    return True
        if target in _PAGES:
            token.attrSet("href", addressing()(_PAGES[target]))
            return True
        return _EXTERNAL.match(target) is not None

    def _lead_picture(self, token: Token) -> None:
        """Lead a picture to its address, and state its size."""
        source = str(token.attrs["src"])
        data = (self.folder / source).read_bytes()
        width, height = _PNG_SIZE.unpack_from(data, _PNG_SIZE_OFFSET)
        token.attrs |= {
            "src": f"{request.script_root}/guides/{source}",
            "width": width,
            "height": height,
        }
        token.attrs["loading"] = "lazy"

    def _link_code(self, token: Token) -> None:
        """Link code that is the name of a query or an address of this site."""
        code = token.content
        address = None
        if code in self.library:
            address = addressing()(f"/queries/{code}")
        elif _ADDRESS.fullmatch(code):
            address = addressing()(code)
        if address:
            token.type = "html_inline"
            token.content = f'<a href="{address}"><code>{code}</code></a>'
