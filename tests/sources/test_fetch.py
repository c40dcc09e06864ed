"""Files of the register are brought whole and verified, or not at all, whatever a server does."""

from __future__ import annotations

import socket
from hashlib import sha256
from pathlib import Path
from typing import Any

import pooch
import pytest
from fetch_site import PAGE, Site, source

from gcmgraph.platform.errors import SourceError
from gcmgraph.platform.files import locked
from gcmgraph.sources.downloads import Downloads
from gcmgraph.sources.fetch import Fetched, fetch
from gcmgraph.sources.folder import Folder
from gcmgraph.sources.origins import Cause
from gcmgraph.sources.register import Source, SourceState, present_sources, state_of

OTHER = b"another edition of it\n" * 300


def from_server(
    site: Site, folder: Path, content: bytes = PAGE, timeout: float = 5
) -> tuple[Fetched, Source]:
    page = source("page", content, f"{site.url}/page.pdf")
    return fetch([page], folder, Downloads(timeout)), page


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {".lock"}


def test_file_is_fetched_once_and_again_where_it_was_edited(tmp_path: Path, site: Site) -> None:
    folder = tmp_path / "var" / "sources"
    result, page = from_server(site, folder)
    assert (result.fetched, result.failures) == ((page,), ())
    assert (folder / "page.pdf").read_bytes() == PAGE
    assert present_sources(folder, [page]) == {"page": folder / "page.pdf"}
    again, _ = from_server(site, folder)
    assert (again.fetched, again.present) == ((), (page,))
    assert site.requests == ["/page.pdf"]
    (folder / "page.pdf").write_bytes(OTHER)
    edited, _ = from_server(site, folder)
    assert edited.fetched == (page,)
    assert names(folder) == {"page.pdf", f"page.pdf.unexpected-{sha256(OTHER).hexdigest()[:8]}"}
    assert "has another content than the register says" in edited.notes[0]


def test_broken_transfer_leaves_nothing_and_is_repeated_by_the_next_run(
    tmp_path: Path, site: Site
) -> None:
    site.breaks = [1_000]
    result, _ = from_server(site, tmp_path)
    (failure,) = result.failures
    assert failure.cause is Cause.FAILED
    assert "page.pdf broke off; the next 'gcmgraph fetch' fetches it anew." in failure.detail
    assert names(tmp_path) == set()
    result, page = from_server(site, tmp_path)
    assert result.fetched == (page,)


def test_other_content_is_refused(tmp_path: Path, site: Site) -> None:
    site.files["/page.pdf"] = OTHER
    result, page = from_server(site, tmp_path)
    (failure,) = result.failures
    assert failure.cause is Cause.UNEXPECTED
    assert (
        f"has another SHA-256 than the register ({page.sha256}); the file is not used."
        in failure.detail
    )
    assert names(tmp_path) == set()


def test_edited_file_is_set_aside_where_the_publisher_has_another(
    tmp_path: Path, site: Site
) -> None:
    (tmp_path / "page.pdf").write_bytes(PAGE[::-1])
    site.files["/page.pdf"] = OTHER
    _, page = from_server(site, tmp_path)
    assert names(tmp_path) == {f"page.pdf.unexpected-{sha256(PAGE[::-1]).hexdigest()[:8]}"}
    assert present_sources(tmp_path, [page]) == {}
    assert state_of(tmp_path, page) is SourceState.UNEXPECTED


@pytest.mark.parametrize("announced", [True, False])
def test_file_longer_than_in_the_register(tmp_path: Path, site: Site, announced: bool) -> None:
    site.files["/page.pdf"] = PAGE * 50
    site.announces = announced
    result, _ = from_server(site, tmp_path)
    (failure,) = result.failures
    assert failure.cause is Cause.UNEXPECTED
    assert "has more than the 208,000 bytes of the register." in failure.detail
    assert names(tmp_path) == set()


@pytest.mark.parametrize(
    ("served", "cause", "detail"),
    [
        ({"files": {}}, Cause.ABSENT, "{url} answers 404 Not Found."),
        ({"status": 418}, Cause.FAILED, "{url} answers 418 I'm a Teapot."),
        ({"stops": 0}, Cause.UNREACHABLE, "(no connection, or it ended)"),
        ({"redirects": {"/page.pdf": "/page.pdf"}}, Cause.FAILED, "{url} redirects without end."),
    ],
)
def test_failure_of_a_server(
    tmp_path: Path, site: Site, served: dict[str, Any], cause: Cause, detail: str
) -> None:
    for name, value in served.items():
        setattr(site, name, value)
    result, _ = from_server(site, tmp_path, timeout=0.2)
    (failure,) = result.failures
    assert failure.cause is cause
    assert detail.format(url=f"{site.url}/page.pdf") in failure.detail


def test_one_attempt_at_an_unreachable_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = f"127.0.0.1:{server.getsockname()[1]}"
    tried: list[str] = []
    retrieve = pooch.retrieve
    monkeypatch.setattr(
        pooch,
        "retrieve",
        lambda address, *given, **named: (
            tried.append(address) or retrieve(address, *given, **named)
        ),
    )
    pages = [source(name, PAGE, f"http://{closed}/{name}.pdf") for name in ("a", "b")]
    result = fetch(pages, tmp_path, Downloads(5))
    assert [failure.detail for failure in result.failures] == [
        f"{closed} (no connection, or it ended)"
    ] * 2
    assert {failure.cause for failure in result.failures} == {Cause.UNREACHABLE}
    assert len(tried) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_one_request_to_an_overloaded_server(tmp_path: Path, site: Site, status: int) -> None:
    site.status = status
    pages = [source(name, PAGE, f"{site.url}/page.pdf") for name in ("a", "b")]
    result = fetch(pages, tmp_path, Downloads(5))
    assert {failure.cause for failure in result.failures} == {Cause.UNREACHABLE}
    assert f"it answers {status}" in result.failures[1].detail
    assert len(site.requests) == 1


def test_redirect_from_loopback_to_loopback_and_files_of_a_mirror(
    tmp_path: Path, site: Site
) -> None:
    site.files = {"/moved.pdf": PAGE, "/copies/other.pdf": OTHER}
    site.redirects["/page.pdf"] = "/moved.pdf"
    result, page = from_server(site, tmp_path)
    assert result.fetched == (page,)
    other = source("other", OTHER)
    assert fetch([other], tmp_path, Downloads(5, mirror=f"{site.url}/copies/")).fetched == (other,)


def test_files_of_a_folder_under_any_name(tmp_path: Path) -> None:
    given = tmp_path / "given"
    (given / "a" / "b").mkdir(parents=True)
    (given / "a" / "b" / "1 DATA.PDF").write_bytes(PAGE)
    (given / "page.pdf").write_bytes(PAGE[::-1])
    (given / "nowhere").symlink_to(tmp_path / "nowhere")
    page, folder = source("page", PAGE), tmp_path / "sources"
    assert fetch([page], folder, Folder(given)).fetched == (page,)
    assert (folder / "page.pdf").read_bytes() == PAGE


def test_file_of_a_folder_with_the_name_only(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    (given / "page.pdf").write_bytes(OTHER)
    page, missing = source("page", PAGE), source("missing", PAGE)
    result = fetch([page, missing], tmp_path / "sources", Folder(given))
    assert [failure.cause for failure in result.failures] == [Cause.UNEXPECTED, Cause.ABSENT]
    assert f"its SHA-256 begins with {sha256(OTHER).hexdigest()[:8]}" in result.failures[0].detail
    assert names(tmp_path / "sources") == set()


def test_folders_that_cannot_be_used(tmp_path: Path, site: Site) -> None:
    with pytest.raises(SourceError, match="not a folder"):
        fetch([source("page", PAGE)], tmp_path, Folder(tmp_path / "none"))
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SourceError, match="The folder cannot hold the files"):
        from_server(site, tmp_path / "file" / "sources")


def test_second_run_is_refused(tmp_path: Path, site: Site) -> None:
    with (tmp_path / ".lock").open("w") as lock:
        assert locked(lock)
        with pytest.raises(SourceError, match="Another 'gcmgraph fetch' is running"):
            from_server(site, tmp_path)
