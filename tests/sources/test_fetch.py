"""Files of the register are brought whole and verified, or not at all, whatever a server does."""

from __future__ import annotations

import socket
from hashlib import sha256
from pathlib import Path

import pytest
from fetch_site import PAGE, Site, source

from gcmgraph.errors import SourceError
from gcmgraph.files import locked
from gcmgraph.sources.fetch import Fetched, fetch
from gcmgraph.sources.origins import Cause, Downloads, Folder, Mirror, Published
from gcmgraph.sources.register import Source, SourceState, present_sources, state_of

OTHER = b"another edition of it\n" * 300


def from_server(site: Site, folder: Path, content: bytes = PAGE, timeout: float = 5) -> tuple[Fetched, Source]:
    page = source("page", content, f"{site.url}/page.pdf")
    return fetch([page], folder, Published(Downloads(timeout), 5)), page


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {".lock"}


def test_a_file_is_fetched_verified_and_not_fetched_again(tmp_path: Path, site: Site) -> None:
    folder = tmp_path / "var" / "sources"
    result, page = from_server(site, folder)
    assert (result.fetched, result.failures) == ((page,), ())
    assert (folder / "page.pdf").read_bytes() == PAGE
    assert present_sources(folder, [page]) == {"page": folder / "page.pdf"}
    again, _ = from_server(site, folder)
    assert (again.fetched, again.present) == ((), (page,))
    assert site.requests == [("/page.pdf", None)]


def test_files_of_one_server_are_fetched_over_one_connection(tmp_path: Path, site: Site) -> None:
    site.files["/other.pdf"] = OTHER
    pages = [source("page", PAGE, f"{site.url}/page.pdf"), source("other", OTHER, f"{site.url}/other.pdf")]
    assert len(fetch(pages, tmp_path, Published(Downloads(5), 5)).fetched) == 2
    assert len(site.connections) == 1


def test_a_transfer_that_breaks_off_is_resumed_at_once(tmp_path: Path, site: Site) -> None:
    site.breaks = [70_000, 50_000]
    result, page = from_server(site, tmp_path)
    assert result.fetched == (page,)
    assert [wanted for _, wanted in site.requests] == [None, "bytes=70000-", "bytes=120000-"]
    assert names(tmp_path) == {"page.pdf"}


def test_one_that_breaks_off_again_and_again_is_resumed_by_the_next_run(tmp_path: Path, site: Site) -> None:
    site.breaks = [1_000, 0]
    result, _ = from_server(site, tmp_path)
    (failure,) = result.failures
    assert failure.cause is Cause.FAILED
    assert "broke off after 1,000 of 208,000 bytes" in failure.detail
    assert names(tmp_path) == {"page.pdf.part"}
    site.requests.clear()
    result, page = from_server(site, tmp_path)
    assert result.fetched == (page,)
    assert site.requests == [("/page.pdf", "bytes=1000-")]


def test_a_server_that_knows_no_ranges_sends_the_file_anew(tmp_path: Path, site: Site) -> None:
    (tmp_path / "page.pdf.part").write_bytes(PAGE[:500])
    site.ranges = False
    result, page = from_server(site, tmp_path)
    assert result.fetched == (page,)


@pytest.mark.parametrize("part", [b"x" * 500, PAGE + b"more"], ids=["another beginning", "longer"])
def test_what_is_no_beginning_of_the_file_is_fetched_anew(tmp_path: Path, site: Site, part: bytes) -> None:
    (tmp_path / "page.pdf.part").write_bytes(part)
    result, page = from_server(site, tmp_path)
    assert result.fetched == (page,)
    assert names(tmp_path) == {"page.pdf"}


def test_a_part_longer_than_the_file_of_the_server_is_dropped(tmp_path: Path, site: Site) -> None:
    (tmp_path / "page.pdf.part").write_bytes(PAGE[:5_000])
    site.files["/page.pdf"] = PAGE[:4_000]
    result, _ = from_server(site, tmp_path)
    assert result.failures[0].cause is Cause.UNEXPECTED
    assert site.requests[:2] == [("/page.pdf", "bytes=5000-"), ("/page.pdf", None)]


def test_another_file_is_set_aside_and_never_used(tmp_path: Path, site: Site) -> None:
    site.files["/page.pdf"] = OTHER
    result, page = from_server(site, tmp_path)
    found = sha256(OTHER).hexdigest()
    (failure,) = result.failures
    assert failure.cause is Cause.UNEXPECTED
    assert found in failure.detail
    assert page.sha256 in failure.detail
    assert (tmp_path / f"page.pdf.unexpected-{found[:8]}").read_bytes() == OTHER
    assert names(tmp_path) == {f"page.pdf.unexpected-{found[:8]}"}
    assert present_sources(tmp_path, [page]) == {}
    assert state_of(tmp_path, page) is SourceState.UNEXPECTED


@pytest.mark.parametrize("announced", [True, False])
def test_no_more_is_read_than_the_register_says(tmp_path: Path, site: Site, announced: bool) -> None:
    site.files["/page.pdf"] = PAGE * 50
    if not announced:
        site.files["/page.pdf"] = PAGE[:1_000] + PAGE * 50
        (tmp_path / "page.pdf.part").write_bytes(PAGE[:1_000])
    result, _ = from_server(site, tmp_path)
    (failure,) = result.failures
    assert failure.cause is Cause.UNEXPECTED
    assert "and the register 208,000." in failure.detail
    assert names(tmp_path) == set()


def test_a_file_that_was_edited_is_set_aside_and_fetched_again(tmp_path: Path, site: Site) -> None:
    (tmp_path / "page.pdf").write_bytes(OTHER)
    result, page = from_server(site, tmp_path)
    assert result.fetched == (page,)
    assert names(tmp_path) == {"page.pdf", f"page.pdf.unexpected-{sha256(OTHER).hexdigest()[:8]}"}
    assert "has another content than the register says" in result.notes[0]


def test_a_file_that_the_server_lacks_is_reported(tmp_path: Path, site: Site) -> None:
    del site.files["/page.pdf"]
    result, _ = from_server(site, tmp_path)
    assert result.failures[0].cause is Cause.ABSENT
    assert result.failures[0].detail == f"{site.url}/page.pdf answers 404 Not Found."


def test_a_server_that_sends_nothing_more_is_left_in_time(tmp_path: Path, site: Site) -> None:
    site.stops = 0
    result, _ = from_server(site, tmp_path, timeout=0.2)
    assert result.failures[0].cause is Cause.FAILED
    assert "no data for 0.2 s" in result.failures[0].detail


def test_a_host_that_is_not_reachable_is_tried_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = f"127.0.0.1:{server.getsockname()[1]}"
    tried: list[str] = []
    downloads = Downloads(5)
    pool = downloads._pool
    monkeypatch.setattr(downloads, "_pool", lambda address: tried.append(address) or pool(address))
    (tmp_path / "a.pdf.part").write_bytes(PAGE[:10])
    pages = [source(name, PAGE, f"http://{closed}/{name}.pdf") for name in ("a", "b")]
    result = fetch(pages, tmp_path, Published(downloads, 5))
    assert [failure.detail for failure in result.failures] == [f"{closed} (no connection)"] * 2
    assert {failure.cause for failure in result.failures} == {Cause.UNREACHABLE}
    assert len(tried) == 1
    assert names(tmp_path) == {"a.pdf.part"}, "what was fetched before stays"


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_is_overloaded_is_left_alone(tmp_path: Path, site: Site, status: int) -> None:
    site.status = status
    pages = [source(name, PAGE, f"{site.url}/page.pdf") for name in ("a", "b")]
    result = fetch(pages, tmp_path, Published(Downloads(5), 5))
    assert {failure.cause for failure in result.failures} == {Cause.UNREACHABLE}
    assert f"it answers {status}" in result.failures[1].detail
    assert len(site.requests) == 1


def test_a_redirect_is_followed_from_loopback_to_loopback(tmp_path: Path, site: Site) -> None:
    site.files = {"/moved.pdf": PAGE}
    site.redirects["/page.pdf"] = "/moved.pdf"
    result, page = from_server(site, tmp_path)
    assert result.fetched == (page,)


@pytest.mark.parametrize("target", ["http://192.0.2.1/page.pdf", "file:///etc/passwd", "ftp://127.0.0.1/page.pdf"])
def test_a_redirect_elsewhere_than_to_https_is_refused(tmp_path: Path, site: Site, target: str) -> None:
    site.redirects["/page.pdf"] = target
    result, _ = from_server(site, tmp_path)
    assert result.failures[0].detail == f"{site.url}/page.pdf redirects to {target}, which is not https."


def test_redirects_in_a_circle_end(tmp_path: Path, site: Site) -> None:
    site.redirects["/page.pdf"] = "/page.pdf"
    result, _ = from_server(site, tmp_path)
    assert result.failures[0].detail == f"{site.url}/page.pdf redirects more than 5 times."


def test_a_mirror_has_the_files_under_their_names(tmp_path: Path, site: Site) -> None:
    site.files = {"/copies/page.pdf": PAGE}
    page = source("page", PAGE)
    assert fetch([page], tmp_path, Mirror(f"{site.url}/copies/", Downloads(5))).fetched == (page,)


def test_a_folder_has_the_files_under_any_name_below_it(tmp_path: Path) -> None:
    given = tmp_path / "given"
    (given / "a" / "b").mkdir(parents=True)
    (given / "a" / "b" / "1 DATA.PDF").write_bytes(PAGE)
    (given / "page.pdf").write_bytes(PAGE[::-1])
    (given / "nowhere").symlink_to(tmp_path / "nowhere")
    page, folder = source("page", PAGE), tmp_path / "sources"
    assert fetch([page], folder, Folder(given)).fetched == (page,)
    assert (folder / "page.pdf").read_bytes() == PAGE


def test_a_file_of_a_folder_that_has_only_the_name_is_reported(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    (given / "page.pdf").write_bytes(OTHER)
    page, missing = source("page", PAGE), source("missing", PAGE)
    result = fetch([page, missing], tmp_path / "sources", Folder(given))
    assert [failure.cause for failure in result.failures] == [Cause.UNEXPECTED, Cause.ABSENT]
    assert f"its SHA-256 begins with {sha256(OTHER).hexdigest()[:8]}" in result.failures[0].detail
    assert names(tmp_path / "sources") == set()


def test_a_folder_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not a folder"):
        fetch([source("page", PAGE)], tmp_path, Folder(tmp_path / "none"))


def test_two_runs_at_once_are_refused(tmp_path: Path, site: Site) -> None:
    with (tmp_path / ".lock").open("w") as lock:
        assert locked(lock)
        with pytest.raises(SourceError, match="Another 'gcmgraph fetch' is running"):
            from_server(site, tmp_path)


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path, site: Site) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SourceError, match="The folder cannot hold the files"):
        from_server(site, tmp_path / "file" / "sources")


def test_progress_counts_the_bytes_of_a_file(tmp_path: Path, site: Site) -> None:
    site.breaks = [70_000]
    positions: list[int] = []
    fetch(
        [source("page", PAGE, f"{site.url}/page.pdf")], tmp_path, Published(Downloads(5), 5), lambda _: positions.append
    )
    assert positions == sorted(positions)
    assert positions[-1] == len(PAGE)
