"""A dataset of figures as one ZIP file: table, its metadata as CSV on the Web, and the terms of its use."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from flask_babel import gettext

from gcmgraph.web.responses.citations import make_citation
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.figure_tables import (
    DatasetFigures,
    figures_csv,
    headings,
    table_rows,
)

#: Time of all files, so that equal figures give equal bytes.
_TIME = (1980, 1, 1, 0, 0, 0)

#: Names of columns for programs; those after them are texts.
_COLUMNS = ("area", "area_name", "origin", "origin_name", "year", "value")


def figures_archive(page: Page, figures: DatasetFigures) -> bytes:
    """The figures as CSV with metadata and terms."""
    name = f"{figures.set.name}.csv"
    files = {
        name: figures_csv(figures.set, table_rows(page, figures)),
        f"{name}-metadata.json": json.dumps(
            _metadata(page, figures, name), ensure_ascii=False, indent=1
        ),
        "LICENCE.txt": _terms(page, figures),
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for file_name, text in files.items():
            entry = zipfile.ZipInfo(file_name, _TIME)
            archive.writestr(entry, text, zipfile.ZIP_DEFLATED)
    return data.getvalue()


def _metadata(page: Page, figures: DatasetFigures, name: str) -> dict[str, Any]:
    """The description of the table (https://www.w3.org/TR/tabular-metadata/)."""
    figure_set = figures.set
    titles = [*headings(), gettext("Notes")]
    names = [*_COLUMNS, "unit", "producer", "edition", "licence", "notes"]
    datatypes = {"year": "gYear", "value": "decimal"}
    licence = figure_set.source.licence_iri
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": page.language}],
        "url": name,
        "dc:title": figure_set.title.text,
        "dc:description": figure_set.notes.value if figure_set.notes else "",
        "dc:publisher": figure_set.source.producer,
        "dc:source": figure_set.iri.value,
        "dc:license": {"@id": licence.value} if licence else figure_set.source.licence,
        "tableSchema": {
            "columns": [
                {"name": column, "titles": title, "datatype": datatypes.get(column, "string")}
                for column, title in zip(names, titles, strict=True)
            ]
        },
    }


def _terms(page: Page, figures: DatasetFigures) -> str:
    """Licence with its address, attribution and citation."""
    figure_set = figures.set
    licence = figure_set.source.licence_iri
    lines = [
        figure_set.title.text,
        figure_set.source.line,
        licence.value if licence else "",
        str(make_citation(page, figure_set.iri)),
        figure_set.notes.value if figure_set.notes else "",
    ]
    return "\n\n".join(filter(None, lines)) + "\n"
