"""Mirrors of a site by files, made and updated by the commands of docs/operations.md."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

import pytest

from gcmgraph.repository.layout import Repository
from serving import served

_GRAPH = "<https://w3id.org/gcmgraph/graph/reference/all> {{ <urn:x> <urn:in> '{}' . }}"


@pytest.mark.skipif(shutil.which("rsync") is None, reason="rsync is not installed (apt-get install rsync)")
def test_two_mirrors_follow_a_site(
    tmp_path: Path, build: Callable[[Path, str, Path], None], repository: Repository
) -> None:
    guide = (repository.root / "docs" / "operations.md").read_text("utf-8")
    commands = [line.strip() for line in guide.splitlines() if line.strip().startswith("rsync ")]
    assert len(commands) == 2

    def publish(version: str) -> None:
        graph = tmp_path / f"{version}.trig"
        graph.write_text(_GRAPH.format(version), "utf-8")
        build(tmp_path / "store", version, graph)
        for mirror in mirrors:
            for command in commands:
                here = re.sub("mirror:/var/lib/gcmgraph/store", str(mirror), command)
                subprocess.run(here.replace("var/store", str(tmp_path / "store")).split(), check=True)

    mirrors = [tmp_path / "one", tmp_path / "two"]
    publish("v1")
    with ExitStack() as running:
        addresses = [running.enter_context(served(mirror)) for mirror in mirrors]
        assert [_answer(address) for address in addresses] == ["v1", "v1"]
        publish("v2")
        deadline = time.monotonic() + 30
        while (found := [_answer(address) for address in addresses]) != ["v2", "v2"]:
            assert time.monotonic() < deadline, found


def _answer(address: str) -> str:
    query = "/sparql?query=SELECT%20?o%20%7B?s%20%3Curn:in%3E%20?o%7D&format=csv"
    with urlopen(address + query) as response:  # noqa: S310 - our own server
        return str(response.read().decode().split()[1])
