"""Documentation says what there is: every setting, command and address."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from gcmgraph.cli.group import COMMANDS
from gcmgraph.contributions import check_process
from gcmgraph.contributions.content import MAX_BYTES
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.web.http import limits

ROOT = Repository.find().root
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_documented_setting_is_one() -> None:
    rows = re.findall(r"^\| (`[^|]+`) \|", settings_section(), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == {field.name for field in fields(Settings)}


def test_default_and_limits_of_every_setting_are_documented() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ?([^|]*) \|", settings_section(), re.MULTILINE)
    documented = {name: (default, limits) for name, default, limits in rows}
    for setting in fields(Settings):
        if "minimum" in setting.metadata:
            minimum = setting.metadata["minimum"]
            maximum = setting.metadata["maximum"]
            limits = f"{minimum} to {maximum}" if maximum else f"{minimum}"
            assert documented[setting.name] == (f"{setting.default}", limits)
        elif setting.default:
            assert documented[setting.name] == (f"`{setting.default}`", "")


def test_every_command_is_documented() -> None:
    text = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert [command for command in COMMANDS if f"`gcmgraph {command}" not in text] == []


def test_every_address_is_documented(tmp_path: Path) -> None:
    from gcmgraph.web.app import create_app  # noqa: PLC0415 - the web layer is needed here alone

    text = (ROOT / "docs" / "http.md").read_text("utf-8")
    app = create_app(Settings(store=str(tmp_path)))
    try:
        for rule in app.url_map.iter_rules():
            stem = "/" + str(rule).strip("/").split("/")[0].split("<")[0].rstrip(".")
            assert f"`{stem}" in text, f"{rule} is missing in docs/http.md"
    finally:
        app.extensions["gcmgraph"].workers.close()


def test_limits_on_clients_are_documented() -> None:
    mega = 1024 * 1024
    told = (
        f"| connections | {limits.CONNECTIONS:,}, fewer",
        f"the end of the last response | {limits.HEADER_SECONDS:g} s |",
        f"| a body | {limits.MAX_BODY / mega:g} MB; to `/validate`",
        f"`/contributions` {MAX_BYTES / mega:g} MB and {(limits.MAX_CONTRIBUTION - MAX_BYTES) / 1024:g} kB, to",
        f"`/reconcile` {limits.MAX_BATCH / mega:g} MB | 413",
        f"| {limits.READERS}, of which {limits.ANSWERED} are answered; the others wait {limits.ANSWERED_WAIT:g} s |",
        f"| bytes of these bodies together | {limits.BODY_BYTES / mega:g} MB |",
        f"| long responses (over {limits.WHOLE / 1024:g} kB) at once | {limits.SENDERS} |",
        f"| bytes of those of them that are in memory | {limits.SENT_BYTES / mega:g} MB |",
        f"; {limits.GRAPH_WAITING} requests wait, {limits.GRAPH_WAIT:g} s each; {limits.GRAPH_BYTES / mega:g} MB of",
        f"; {limits.VISITORS_WAITING} wait, {limits.VISITORS_WAIT:g} s each | 429",
        f"; {check_process.WAITING} wait, {check_process.WAIT:g} s each | 429",
        f"| a form with more than {limits.MAX_FIELDS:,} fields | 413",
    )
    text = (ROOT / "docs" / "http.md").read_text("utf-8")
    assert [words for words in told if words not in text] == []
    operations = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert f"over HTTP for {limits.LEDGER_WAIT:g} s; then" in operations


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_named_files_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    for target, anchor in re.findall(r"\]\(([^)#:\s]*)(?:#([^)\s]+))?\)", text):
        linked = page.parent / target if target else page
        assert linked.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in anchors(linked), (
            f"{page.name} links to #{anchor} of {linked.name}"
        )
    for target in re.findall(
        r"`((?:docs|data|src|tests|queries|shapes|ontology|bench)/[\w./-]+)`", text
    ):
        assert (ROOT / target).exists(), f"{page.name} names {target}"


def test_pages_named_in_the_program_exist() -> None:
    files = [
        file
        for folder in ("src", "tools", "bench", "ontology")
        for file in (ROOT / folder).rglob("*.[pt]*")
    ]
    named = {
        (str(file.relative_to(ROOT)), page)
        for file in files
        if file.suffix in {".py", ".po", ".ttl", ".toml"} and "node_modules" not in file.parts
        for page in re.findall(r"\bdocs/[\w./-]+\.md\b", file.read_text("utf-8"))
    }
    assert named
    assert [(file, page) for file, page in sorted(named) if not (ROOT / page).exists()] == []


def test_modules_named_in_the_architecture_exist() -> None:
    named = re.findall(
        r"`([a-z_]+(?:[./][\w*]+)+/?)`", (ROOT / "docs" / "architecture.md").read_text("utf-8")
    )
    paths = [
        name if "/" in name or name.endswith((".py", ".csv", ".toml")) else name.replace(".", "/")
        for name in named
    ]
    concrete = {path for path in paths if path == path.lower()}  # `web/ROOM/routes.py` is a pattern
    assert len(concrete) > 30
    places = (ROOT / "src" / "gcmgraph", ROOT / "src", ROOT)
    missing = [
        path
        for path in sorted(concrete)
        if not any(
            list(place.glob(f"{path.rstrip('/')}{end}")) for place in places for end in ("", ".py")
        )
    ]
    assert missing == []


def test_newest_release_of_the_changelog_is_the_version() -> None:
    releases = re.findall(
        r"^## \[(\d[\d.]*)\] - \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M
    )
    assert (
        releases[0]
        == tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    )


def settings_section() -> str:
    text = (ROOT / "docs" / "install.md").read_text("utf-8")
    return text.partition("\n## Settings\n")[2].partition("\n## ")[0]


def anchors(page: Path) -> set[str]:
    """Anchors of the headings of a page, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_table_of_contents_lists_every_module() -> None:
    for source in (ROOT / "src" / "gcmgraph", ROOT / "src" / "gcmreader"):
        missing = [
            str(module.relative_to(source))
            for module in sorted(source.rglob("*.py"))
            if not module.name.startswith("__")
            and module.parent != source  # docs/architecture.md names what is at the top
            and f"`{module.stem}`" not in module.with_name("__init__.py").read_text("utf-8")
        ]
        assert missing == [], "say in the __init__.py of their packages what they are for"
