"""`gcmgraph contribution`: a contribution from its submission to its withdrawal, and tokens."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from click.testing import CliRunner, Result

from gcmgraph.cli.group import main

PRACTICE = """
@prefix gcm: <https://w3id.org/gcmgraph/ontology#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://w3id.org/gcmgraph/id/practice/desk> a gcm:Practice ; dct:title "Desk"@en ; dct:description "X"@en ;
gcm:objective <https://w3id.org/gcmgraph/id/objective/9> ; dct:source "X, 2018" ;
gcm:country <https://w3id.org/gcmgraph/id/country/AFG> .
"""


def test_contribution_from_submission_to_withdrawal(built_store: Path, tmp_path: Path) -> None:
    store, file = tmp_path / "store", tmp_path / "desk.ttl"
    shutil.copytree(built_store, store, symlinks=True)
    file.write_text(PRACTICE, "utf-8")

    def run(*arguments: object, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(
            main,
            ["contribution", *map(str, arguments), "--contributions", str(tmp_path / "box")],
            env={"GCMGRAPH_STORE": str(store)},
        )
        assert result.exit_code == exit_code, result.output
        return result

    token, curator = (
        run("create-token", role, "A Name", f"https://example.org/{role}").stdout.strip()
        for role in ("contributor", "curator")
    )
    sent = [run("submit", file, "--title", title, "--token", token).stdout.strip() for title in ("One", "Two")]
    assert [line.split()[:2] for line in run("list").stdout.splitlines()] == [[one, "submitted"] for one in sent]
    assert run("comment", sent[0], "Which year?", "--token", curator).stdout == f"{sent[0]}: submitted\n"
    assert run("reject", sent[1], "--reason", "Twice.", "--token", curator).stdout == f"{sent[1]}: rejected\n"
    refused = run("accept", sent[0], "--reason", "Good.", "--token", token, exit_code=1)
    assert refused.stderr.count("\n") == 1
    assert run("accept", sent[0], "--reason", "Good.", "--token", curator).stdout == f"{sent[0]}: accepted\n"
    history, _, turtle = run("show", sent[0]).stdout.partition("\n\n")
    assert [line.split()[2] for line in history.splitlines()[1:]] == ["sent", "comment", "accept"]
    assert 'dct:title "Desk"@en' in turtle
    assert run("withdraw", sent[0], "--reason", "Ended.", "--token", token).stdout == f"{sent[0]}: withdrawn\n"
    assert run("list", "--state", "rejected").stdout.startswith(f"{sent[1]}  rejected")
    listed = [json.loads(line) for line in run("list", "--json").stdout.splitlines()]
    assert [(one["id"], one["state"], one["title"]) for one in listed] == [
        (sent[0], "withdrawn", "One"), (sent[1], "rejected", "Two"),
    ]  # fmt: skip
    identifier = run("list-tokens").stdout.split()[0]
    assert run("revoke-token", identifier).stdout == f"Token {identifier} is revoked.\n"
    assert f"{identifier}  contributor  revoked" in run("list-tokens").stdout
    file.write_text(PRACTICE.replace("dct:source", "dct:source 1 ; dct:sourc"), "utf-8")
    wrong = run("submit", file, "--title", "Three", "--token", curator, exit_code=1)
    assert "Nothing was stored." in wrong.stderr
