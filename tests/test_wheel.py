"""The wheel: its metadata for an index of packages, and what it serves where nothing else is installed of us."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import sysconfig
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.metadata import Metadata
from packaging.specifiers import SpecifierSet

from gcmgraph import __version__
from gcmgraph.publication.metadata.dcat import KEYWORDS
from gcmgraph.rdf.namespaces import DEFAULT_BASE
from program import run
from servers import free_port
from shared import ROOT

PYTHON = "Programming Language :: Python :: "


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # in a new folder: modules that were deleted since an earlier build would be in the wheel
    (folder / "build.cfg").write_text(f"[build]\nbuild_base = {folder / 'build'}\n", "utf-8")
    environment = {**os.environ, "DIST_EXTRA_CONFIG": str(folder / "build.cfg")}
    pip("wheel", "--no-build-isolation", "--wheel-dir", folder, ROOT, environment=environment)
    [file] = folder.glob("*.whl")
    return file


def pip(
    command: str,
    *arguments: object,
    python: object = sys.executable,
    environment: dict[str, str] | None = None,
) -> None:
    """Run pip for an interpreter, without an index of packages."""
    words = ["-m", "pip", "--quiet", "--python", python, command, "--no-index", "--no-deps"]
    subprocess.run(
        [sys.executable, *map(str, (*words, *arguments))], check=True, cwd="/", env=environment
    )


def test_metadata_is_ready_for_an_index_of_packages(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = Metadata.from_email(archive.read(name))  # raises for an invalid field
    assert (metadata.name, str(metadata.version)) == ("gcmgraph", __version__)
    assert metadata.license_expression == "Apache-2.0"
    assert metadata.description_content_type == "text/markdown"
    assert (metadata.description or "").startswith("# GCM Graph")
    assert set(metadata.keywords or ()) >= {keyword.in_language("en") for keyword in KEYWORDS}
    assert metadata.project_urls == {
        "Homepage": DEFAULT_BASE,
        "Dataset": f"{DEFAULT_BASE}dataset",
    }


def test_declared_pythons_are_supported_and_include_this_one(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = Metadata.from_email(archive.read(name))
    declared = [
        classifier.removeprefix(PYTHON)
        for classifier in metadata.classifiers or ()
        if classifier.startswith(PYTHON)
    ]
    assert f"{sys.version_info.major}.{sys.version_info.minor}" in declared
    supported = metadata.requires_python or SpecifierSet()
    assert [version for version in declared if not supported.contains(version)] == []


@pytest.mark.exhaustive
def test_demo_of_an_installed_wheel_serves_the_graph(wheel: Path, tmp_path: Path) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    venv.create(tmp_path / "venv")
    pip("install", wheel, python=python)
    # the dependencies, but not the editable installation of this repository
    purelib = sysconfig.get_path("purelib", vars={"base": str(tmp_path / "venv")})
    (Path(purelib) / "dependencies.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "GCMGRAPH_STORE": "/nowhere",  # settings are not read
    }
    port = str(free_port())
    command = [python.with_name("gcmgraph"), "demo", "--port", port]
    for first_line in ("Building the graph in ", "[INFO] Listening at: "):
        with subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
        ) as demo:
            assert demo.stdout is not None
            assert demo.stdout.readline().startswith(first_line)
            served = f"GCM Graph is served at http://127.0.0.1:{port}/ (Ctrl-C ends it)\n"
            assert served in demo.stdout
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/doc/country/NER") as page:
                assert "Niger" in page.read().decode()
            demo.terminate()
    [folder] = (tmp_path / "cache" / "gcmgraph").iterdir()
    assert folder.name.startswith(f"demo-{__version__}-")


def test_demo_at_a_used_port_is_refused_before_a_build(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = run("demo", "--port", port, XDG_CACHE_HOME=str(tmp_path))
    assert refused.returncode == 1
    assert "another program listens there" in refused.stderr
    assert list(tmp_path.iterdir()) == []
