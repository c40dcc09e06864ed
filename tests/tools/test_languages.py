"""Adding a language by the steps of `docs/interface.md`, in a copy of the repository."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gcmgraph.translations import LANGUAGES, SOURCE_LANGUAGE
from tools.languages import ROOT, SETS

PAGE = ROOT / "docs" / "interface.md"

#: Esperanto: a language of CLDR that is none of ours.
TRANSLATIONS = {
    "interface": {"Practices": "Praktikoj"},
    "data": {
        "Conforms: {counts}.": "Konforma: {counts}.",
        "{count} violation": ("{count} eraro", "{count} eraroj"),
        "{count} warning": ("{count} averto", "{count} avertoj"),
        "Our ontology has no such term.": "Nia ontologio ne havas tian terminon.",
    },
}

USED = """
import json
from flask import Flask
from flask_babel import gettext
from gcmgraph.rdf.terms import IRI
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.queries.library import read_queries
from gcmgraph.repository.layout import Repository
from gcmgraph.spreadsheets.columns import SheetBook
from gcmgraph.spreadsheets.template import template_csv
from gcmgraph.validation.rules import load_rules
from gcmgraph.validation.report import Report, extra_result
from gcmgraph.validation.report_formats import report_text
from gcmgraph.web.templating import add_interface

app, addresses, repository = Flask("gcmgraph.web"), Addresses(), Repository.find()
add_interface(app)
with app.test_request_context("/", headers={"Accept-Language": "eo"}):
    page = gettext("Practices")
practices, *_ = SheetBook(load_rules(repository, addresses).shapes.quads, addresses).sheets()
print(json.dumps({
    "page": page,
    "report": report_text(Report.of([]), addresses, "eo"),
    "check": extra_result("unknown-term", addresses, IRI("x:s"), None, None).messages.best("eo"),
    "template": template_csv(practices, "eo").decode("utf-8-sig"),
    "query": read_queries(repository, addresses)["areas-of-work"].title["eo"],
}))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository with another language: its name, its catalogs, and the title of one query."""
    root = tmp_path_factory.mktemp("repository")
    kept_out = shutil.ignore_patterns("frontend", "static", "__pycache__")
    for folder in ("src/gcmgraph", "tools", "shapes", "ontology", "queries", "data/reference"):
        shutil.copytree(ROOT / folder, root / folder, ignore=kept_out)
    shutil.copy(ROOT / "pyproject.toml", root)
    languages = root / "src/gcmgraph/translations/__init__.py"
    text = languages.read_text("utf-8")
    assert text.count('"es": "Español"') == 1
    languages.write_text(
        text.replace('"es": "Español"', '"es": "Español", "eo": "Esperanto"'), "utf-8"
    )
    run(root, "-m", "tools.languages", "update", "eo")
    for domain, translations in TRANSLATIONS.items():
        catalog = root / f"src/gcmgraph/translations/eo/LC_MESSAGES/{domain}.po"
        catalog.write_text(filled(catalog.read_text("utf-8"), translations), "utf-8")
    query = root / "queries/areas-of-work.rq"
    query.write_text(
        query.read_text("utf-8").replace("# title@fr:", "# title@eo: Laborkampoj\n# title@fr:", 1),
        "utf-8",
    )
    return root


def run(root: Path, *arguments: str) -> str:
    environment = os.environ | {"PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def filled(catalog: str, translations: dict[str, str | tuple[str, str]]) -> str:
    """A catalog with some messages translated, as a translator fills them in."""
    for message, words in translations.items():
        forms = (words,) if isinstance(words, str) else words
        pattern = re.compile(
            rf'(msgid "{re.escape(message)}"\n(?:msgid_plural .*\n)?)(?:msgstr.*\n)+'
        )
        empty = 'msgstr "{}"\n' if isinstance(words, str) else 'msgstr[{1}] "{0}"\n'
        lines = "".join(empty.format(form, number) for number, form in enumerate(forms))
        catalog, count = pattern.subn(lambda found, lines=lines: found[1] + lines, catalog)
        assert count == 1, message
    return catalog


@pytest.mark.exhaustive
def test_a_new_language_is_used_by_pages_reports_templates_and_queries(copy: Path) -> None:
    used = json.loads(run(copy, "-c", USED))
    assert used["page"] == "Praktikoj"
    assert used["report"] == "Konforma: 0 eraroj, 0 avertoj.\n"
    assert used["check"] == "Nia ontologio ne havas tian terminon."
    assert "[eo]" in used["template"]
    assert ";" in used["template"], "Esperanto has a decimal comma"
    assert used["query"] == "Laborkampoj"


def test_french_lacks_nothing_and_every_language_has_the_interface() -> None:
    for name, (_, missing) in SETS.items():
        assert list(missing("fr", ROOT)) == [], name
    for language in sorted(LANGUAGES.keys() - {SOURCE_LANGUAGE}):
        assert list(SETS["interface"][1](language, ROOT)) == [], language
    rows = re.findall(r"^\| ([\w ]+) \| `([^`]+)`", PAGE.read_text("utf-8"), re.M)
    assert dict(rows).items() >= {name: files for name, (files, _) in SETS.items()}.items()
