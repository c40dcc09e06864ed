"""Ask the application for everything that is published, and hand each answer over as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from http import HTTPStatus

from flask import Flask
from werkzeug.test import Client, TestResponse

from gcmgraph.errors import StoreError
from gcmgraph.web.export.paths import LEFT_OUT, Place
from gcmgraph.web.export.relative_links import relative_links
from gcmgraph.web.i18n.languages import LANGUAGES

#: Takes the name of a file and its content in pieces.
Write = Callable[[str, Iterable[bytes]], object]

#: Told how many files are written, and how many are known so far.
Told = Callable[[int, int], object]


class Crawl:
    """Everything that can be reached from some places, each asked for once."""

    def __init__(
        self, app: Flask, write: Write, told: Callable[[int, int], object] = lambda _done, _known: None
    ) -> None:
        self._client = Client(app, TestResponse)
        self._write = write
        self._told = told
        self._known: dict[tuple[str, int], bool] = {}
        self._waiting: list[Place] = []
        self._asked: set[str] = set()
        #: pages and files written; links that lead nowhere
        self.pages = 0
        self.files = 0
        self.dead: set[str] = set()

    def run(self, seeds: Iterable[Place]) -> None:
        """Write what the seeds lead to. Seeds are known to be there."""
        for seed in seeds:
            self._known[seed.path, seed.page] = True
            self._add(seed)
        while self._waiting:
            self._publish(self._waiting.pop())
            self._told(self.pages + self.files, self.pages + self.files + len(self._waiting))

    def _add(self, place: Place) -> None:
        """Take a place up, a page in every language."""
        plain = replace(place, fragment="")
        every = [replace(plain, language=tag) for tag in LANGUAGES] if place.is_page else [plain]
        for one in every:
            if one.file not in self._asked:
                self._asked.add(one.file)
                self._waiting.append(one)

    def _publish(self, place: Place) -> None:
        response = self._ask(place)
        if response.status_code != HTTPStatus.OK:
            raise StoreError(f"The page {place.target} cannot be exported: the site answers {response.status}.")
        if response.mimetype == "text/html":
            page = relative_links(response.get_data(as_text=True), place, self._resolved)
            self._write(place.file, [page.encode()])
            self.pages += 1
        else:
            self._write(place.file, _pieces(response))
            self.files += 1
        response.close()

    def _ask(self, place: Place, method: str = "GET") -> TestResponse:
        accept = "text/html" if place.is_page else "*/*"
        return self._client.open(place.target, method=method, headers={"Accept": accept}, follow_redirects=True)

    def _resolved(self, place: Place) -> Place:
        """Where a link leads in the end: to the place, or to the page about what is left out."""
        if place.path == LEFT_OUT:
            return place
        key = (place.path, place.page)
        if key not in self._known:
            response = self._ask(place, "HEAD")
            self._known[key] = response.status_code == HTTPStatus.OK
            response.close()
            if not self._known[key]:
                self.dead.add(place.target)
        if not self._known[key]:
            return Place(LEFT_OUT, language=place.language)
        self._add(place)
        return place


def _pieces(response: TestResponse) -> Iterator[bytes]:
    yield from response.iter_encoded()
