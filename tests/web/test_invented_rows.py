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
    "kinds.csv": ("place,Places,", "vessel,Vessels,gcm:Vessel,,sea-star,,Describe a vessel,gcm:Vessel,,Vessels.,\n"),
    "properties.csv": ("gcm:areaOfWork,", "gcm:vessel,,practice 155,,,,,\n"),
    "publication/lists/facets.csv": ("practice,area,", "practice,vessel,Vessel,vessel/,gcm:vessel,,\n"),
}

ONTOLOGY = """
gcm:Vessel a owl:Class ; rdfs:label "vessel"@en ; skos:prefLabel "vessel"@en, "navire"@fr ;
    skos:definition "A ship that a practice uses."@en ; vs:term_status "testing" ;
    rdfs:isDefinedBy <https://w3id.org/gcmgraph/ontology> .
gcm:vessel a owl:ObjectProperty ; rdfs:domain gcm:Practice ; rdfs:range gcm:Vessel ;
    rdfs:label "vessel used"@en ; skos:prefLabel "vessel used"@en, "navire utilisé"@fr ;
    skos:definition "A ship that is used."@en ; vs:term_status "testing" ;
    rdfs:isDefinedBy <https://w3id.org/gcmgraph/ontology> .
"""

SHAPES = """
gsh:Practice sh:property gsh:Practice-vessel .
gsh:Practice-vessel a sh:PropertyShape ; sh:path gcm:vessel ; sh:order 28 ; sh:group gsh:group-who ;
    sh:class gcm:Vessel ; sh:severity sh:Violation ; sh:name "vessel used"@en , "navire utilisé"@fr ;
    sh:message "The vessel is not one of our list."@en ; sh:description "Name a vessel."@en .
gsh:Vessel a sh:NodeShape ; sh:targetClass gcm:Vessel ; rdfs:label "Vessel"@en , "Navire"@fr ;
    sh:property gsh:Vessel-name .
gsh:Vessel-name a sh:PropertyShape ; sh:path skos:prefLabel ; sh:order 1 ; sh:datatype rdf:langString ;
    sh:minCount 1 ; sh:severity sh:Violation ; sh:name "name of the vessel"@en , "nom du navire"@fr ;
    sh:message "A vessel has a name."@en ; sh:description "Write the name."@en .
"""

PRACTICE = "practice/plan-de-travail-sur-la-lutte-contre-le-trafic-illicite-pour-2019-2025"

DATA = f"""@prefix gcm: <https://w3id.org/gcmgraph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://w3id.org/gcmgraph/id/vessel/sea-star> a gcm:Vessel ; skos:prefLabel "Sea Star"@en .
<https://w3id.org/gcmgraph/id/{PRACTICE}> gcm:vessel <https://w3id.org/gcmgraph/id/vessel/sea-star> .
"""

#: Builds the repository of its first argument into its second, and prints the bodies of requests, by address.
SCRIPT = """
import json, sys
from pathlib import Path
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build import build
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.store.versions import StoreFolder
from gcmgraph.web.app import create_app

root, store, *paths = sys.argv[1:]
built = build(Repository(Path(root)), Addresses(), StoreFolder(Path(store)))
assert built.summary is not None, built.report
app = create_app(Settings(store=store, root=root, contributions=store + "-ledger"))
client = app.test_client()
call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "search", "arguments": {"text": "Sea Star", "kind": "vessel"}}}
answers = {path: client.get(path) for path in paths}
answers["/mcp"] = client.post("/mcp", json=call, headers={"Accept": "application/json, text/event-stream"})
print(json.dumps({path: [answer.status_code, answer.get_data(as_text=True)] for path, answer in answers.items()}))
app.extensions["gcmgraph"].workers.close()
"""

#: Texts in the responses, by address.
EXPECTED = {
    "/doc/vessel/sea-star.html": ("Sea Star", "/browse/practice?vessel=sea-star", "vessel used"),
    f"/doc/{PRACTICE}.html": ("<dt>vessel used", "/doc/vessel/sea-star"),
    f"/doc/{PRACTICE}.csv": ("vessel/sea-star",),
    f"/doc/{PRACTICE}.ttl": ("gcm:vessel",),
    "/browse/vessel?format=json": ("Sea Star",),
    "/browse/vessel?format=csv": ("id/vessel/sea-star",),
    "/browse/practice?vessel=sea-star&format=json": ("plan-de-travail-sur",),
    "/tables/vessel.csv": ("id/vessel/sea-star",),
    "/tables/practice.csv": (",vessel,",),
    "/search?q=Sea+Star&format=json": ('"kind":"vessel"',),
    "/contributions/template.csv?class=practice": ("vessel used",),
    "/contributions/template.csv?class=vessel": ("name of the vessel",),
    "/contributions/form/vessel": ("Describe a vessel", "name of the vessel"),
    "/openapi.json": ('"/browse/vessel"', '"vessel"'),
    "/ontology.html": ("A ship that is used.",),
    "/shapes.html": ("The vessel is not one of our list.",),
    "/sitemap-1.xml": ("doc/vessel/sea-star",),
    "/reconcile/suggest/entity?prefix=Sea": ("vessel/sea-star",),
    "/mcp": ("vessel/sea-star",),
}


@pytest.mark.exhaustive
def test_rows_suffice_for_a_kind_and_a_property(tmp_path: Path) -> None:
    package = tmp_path / "src" / "gcmgraph"
    shutil.copytree(ROOT / "src" / "gcmgraph", package, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    for name, (line, row) in ROWS.items():
        text = (package / name).read_text("utf-8")
        assert text.count(line) == 1, name
        (package / name).write_text(text.replace(line, row + line), "utf-8")
    repository = copy_repository(tmp_path / "repository", small=True)
    for path, added in (("ontology/gcmgraph.ttl", ONTOLOGY), ("shapes/practice.ttl", SHAPES)):
        with (repository.root / path).open("a", encoding="utf-8") as file:
            file.write(added)
    (repository.root / "data" / "curated" / "vessels.ttl").write_text(DATA, "utf-8")
    command = [sys.executable, "-c", SCRIPT, str(repository.root), str(tmp_path / "store")]
    paths = [path for path in EXPECTED if path != "/mcp"]
    environment = {**os.environ, "PYTHONPATH": str(package.parent)}
    ran = subprocess.run([*command, *paths], capture_output=True, text=True, env=environment, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr[-3000:]
    answers = json.loads(ran.stdout)
    lacking = {
        path: (answers[path][0], [text for text in texts if text not in answers[path][1]])
        for path, texts in EXPECTED.items()
    }
    assert lacking == dict.fromkeys(EXPECTED, (200, []))
