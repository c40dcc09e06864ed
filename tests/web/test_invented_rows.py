"""An invented kind and an invented property: rows of tables, ontology and shapes suffice for all that lists them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from program import ROOT
from shared import copy_repository

#: Rows, by the line of a table before which they are put.
ROWS = {
    "model/kinds.csv": (
        "place,Places,",
        "vessel,Vessels,gcm:Vessel,,sea-star,,Describe a vessel,gcm:Vessel,,Vessels.,\n",
    ),
    "model/properties.csv": ("gcm:areaOfWork,", "gcm:vessel,,practice 155,,,,,\n"),
    "publication/lists/facets.csv": (
        "practice,area,",
        "practice,vessel,Vessel,vessel/,gcm:vessel,,,\n",
    ),
}

#: Statements that are added to the ontology, the shapes and the data.
DATA = Path(__file__).with_name("invented_rows")

PRACTICE = "practice/plan-de-travail-sur-la-lutte-contre-le-trafic-illicite-pour-2019-2025"

#: Builds the repository of its first argument into its second, and prints the bodies of requests,
#: by address.
SCRIPT = """
import json, sys
from pathlib import Path
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.publication.build import build
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.web.app import create_app

root, store, *paths = sys.argv[1:]
built = build(Repository(Path(root)), Addresses(), StoreFolder(Path(store)))
assert built.summary is not None, built.report
app = create_app(Settings(store=store, root=root, contributions=store + "-ledger"))
client = app.test_client()
answers = {path: client.get(path) for path in paths}
print(json.dumps({path: [answer.status_code, answer.get_data(as_text=True)] for path, answer in answers.items()}))
app.extensions["gcmgraph"].workers.close()
"""

#: Texts in the responses, by address.
EXPECTED = {
    "/doc/vessel/sea-star.html": ("Sea Star", "/browse/practice?vessel=sea-star", "vessel used"),
    f"/doc/{PRACTICE}.html": ("<dt>vessel used", "/doc/vessel/sea-star"),
    f"/doc/{PRACTICE}.ttl": ("gcm:vessel",),
    "/browse/vessel?format=json": ("Sea Star",),
    "/browse/practice?vessel=sea-star&format=json": ("plan-de-travail-sur",),
    "/tables/vessel.csv": ("id/vessel/sea-star",),
    "/tables/practice.csv": (",vessel,",),
    "/search?q=Sea+Star&format=json": ('"kind":"vessel"',),
    "/contributions/template.csv?class=vessel": ("name of the vessel",),
    "/contributions/form/vessel": ("Describe a vessel", "name of the vessel"),
    "/openapi.json": ('"/browse/vessel"', '"vessel"'),
    "/ontology.html": ("A ship that is used.",),
    "/shapes.html": ("The vessel is not one of our list.",),
    "/sitemap-1.xml": ("doc/vessel/sea-star",),
    "/reconcile/suggest/entity?prefix=Sea": ("vessel/sea-star",),
}


@pytest.mark.exhaustive
def test_rows_suffice_for_a_kind_and_a_property(tmp_path: Path) -> None:
    package = tmp_path / "src" / "gcmgraph"
    shutil.copytree(
        ROOT / "src" / "gcmgraph",
        package,
        ignore=shutil.ignore_patterns("node_modules", "__pycache__"),
    )
    for name, (line, row) in ROWS.items():
        text = (package / name).read_text("utf-8")
        assert text.count(line) == 1, name
        (package / name).write_text(text.replace(line, row + line), "utf-8")
    repository = copy_repository(tmp_path / "repository", small=True)
    for path, added in (
        ("ontology/gcmgraph.ttl", "ontology.ttl"),
        ("shapes/practice.ttl", "shapes.ttl"),
    ):
        with (repository.root / path).open("a", encoding="utf-8") as file:
            file.write((DATA / added).read_text("utf-8"))
    shutil.copy(DATA / "data.ttl", repository.root / "data" / "curated" / "vessels.ttl")
    command = [sys.executable, "-c", SCRIPT, str(repository.root), str(tmp_path / "store")]
    environment = {**os.environ, "PYTHONPATH": str(package.parent)}
    ran = subprocess.run(
        [*command, *EXPECTED],
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    for path, (status, text) in json.loads(ran.stdout).items():
        assert (path, status, [part for part in EXPECTED[path] if part not in text]) == (
            path,
            200,
            [],
        )
