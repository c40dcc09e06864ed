"""Verification of the ledger: contributions, tokens, invitations, keys, remarks, decisions that are not published."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from gcmgraph.contributions.access.invitations import FOLDER as INVITATIONS
from gcmgraph.contributions.contribution import Contribution, State
from gcmgraph.contributions.errors import DamagedError, LedgerError
from gcmgraph.contributions.feedback.box import FEEDBACK, RemarkBox
from gcmgraph.contributions.storage.ledger import Ledger
from gcmgraph.files.atomic import write_file
from gcmgraph.files.manifest import (
    MANIFEST,
    files_below,
    serialize_manifest,
    states_of,
    write_manifest,
)
from gcmgraph.integrity.findings import BACKUP, REPAIR, Findings
from gcmgraph.integrity.folders import BEGUN, manifest_of, verify_files
from gcmgraph.model.terms import IRI, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store

_DELETE = "Restore it from a backup (docs/operations.md), or delete the remark ('gcmgraph feedback delete')."
_REVOKE = "Restore it from a backup, or revoke the token again ('gcmgraph contribution revoke-token')."
_UNINVITE = "Restore it from a backup, or invite again ('gcmgraph contribution invite')."


def verify_ledger(folder: Path, found: Findings, published: Store | None, addresses: Addresses) -> None:
    """Verify the files of a ledger; with `whole`, also keys, and the decisions in the published graph, if there is one.

    At the start, only tokens and invitations are verified: a contribution is verified whenever it is read.
    """
    if not folder.is_dir():
        return
    try:
        ledger = Ledger(folder)
        identifiers = ledger.identifiers()
    except (LedgerError, OSError) as error:
        found.add(folder, "box", f"cannot be read: {error}", BACKUP)
        return
    older = _is_older(folder, identifiers)
    entries = manifest_of(folder, found)
    if entries is not None:
        verify_files(folder, entries, found, _remedy_of_token, is_of_token)
    elif not older and not (folder / MANIFEST).exists():
        found.add(folder, MANIFEST, "is missing", REPAIR)
    if not found.whole:
        return
    if older:
        take_over(ledger, identifiers, found)
    for identifier in identifiers:
        _verify_folder(folder / "box" / identifier, found, BACKUP, older=older)
    for identifier in RemarkBox(ledger).identifiers():
        _verify_folder(folder / FEEDBACK / identifier, found, _DELETE)
    readable = list(ledger.readable(identifiers, []))
    _verify_keys(ledger, readable, found)
    if published is not None:
        _verify_published(ledger, readable, found, published, addresses)


def is_of_token(path: str) -> bool:
    """Whether a path of the ledger is that of a file of a token or invitation, which its own manifest lists."""
    return path.startswith(("tokens/", f"{INVITATIONS}/"))


def _is_older(folder: Path, identifiers: list[str]) -> bool:
    """Whether a ledger was written by an older release, or its files are being recorded."""
    if (folder / MANIFEST).exists():
        return False
    recorded = [(folder / "box" / identifier / MANIFEST).exists() for identifier in identifiers]
    return (folder / BEGUN).exists() or not recorded or not all(recorded)


def take_over(ledger: Ledger, identifiers: list[str], found: Findings) -> None:
    """Write the manifests of a ledger of an older release: of contributions first."""
    folder, count = ledger.folder, 0
    try:
        _write_private(folder / BEGUN, serialize_manifest({}))
        for identifier in identifiers:
            count += record_contribution(ledger, identifier, found)
        tokens = files_below(folder, is_of_token)
        _write_private(folder / BEGUN, serialize_manifest(states_of(folder, tokens)))
        (folder / BEGUN).replace(folder / MANIFEST)
    except OSError as error:
        found.add(folder, MANIFEST, f"cannot be written: {error.strerror}", REPAIR)
        return
    found.note_taken_over(folder, count + len(tokens))


def record_contribution(ledger: Ledger, identifier: str, found: Findings) -> int:
    """Write the manifest of a contribution without one, if its files can be read; return the number of its files."""
    folder = ledger.folder / "box" / identifier
    if (folder / MANIFEST).exists():
        return 0
    states = states_of(folder, files_below(folder))
    write_manifest(folder, states, lasting=True, private=True)
    try:
        contribution = ledger.find(identifier)
        ledger.content(contribution)
        ledger.statements(contribution)
        ledger.report(contribution)
    except DamagedError as error:
        (folder / MANIFEST).unlink()
        found.add(folder, MANIFEST, f"is not written, because of another file: {error.message.rstrip('.')}", BACKUP)
        return 0
    return len(states)


def _verify_folder(folder: Path, found: Findings, remedy: str, *, older: bool = False) -> None:
    entries = manifest_of(folder, found)
    if entries is not None:
        verify_files(folder, entries, found, lambda _: remedy)
    elif not older and folder.is_dir() and not (folder / MANIFEST).exists():
        found.add(folder, MANIFEST, "is missing", REPAIR)


def _remedy_of_token(path: str) -> str:
    if path.startswith(f"{INVITATIONS}/"):
        return _UNINVITE
    return _REVOKE if path.endswith(".revoked") else BACKUP


def record_remark(ledger: Ledger, identifier: str) -> None:
    """Write the manifest of a remark anew, if its files can be read. Raises `OSError`."""
    folder = ledger.folder / FEEDBACK / identifier
    write_manifest(folder, states_of(folder, files_below(folder)), lasting=True, private=True)
    try:
        RemarkBox(ledger).find(identifier)
    except DamagedError:
        (folder / MANIFEST).unlink()


def _verify_keys(ledger: Ledger, readable: list[Contribution], found: Findings) -> None:
    expected = {
        ledger.key_file(sent.sender.token, sent.key).name: sent.id
        for sent in (contribution.submission for contribution in readable)
        if sent.key is not None
    }
    keys = ledger.folder / "keys"
    names = {file.name for file in keys.iterdir() if not file.name.startswith(".")} if keys.is_dir() else set()
    for name in sorted(expected.keys() | names):
        found.files += 1
        held = ""
        with suppress(OSError):
            held = (keys / name).read_bytes().decode(errors="replace")
        if name not in names:
            found.add(keys, name, "is missing", REPAIR)
        elif (name in expected and held != expected[name]) or not ledger.is_identifier(held):
            found.add(keys, name, "holds another identifier", REPAIR)


def _verify_published(
    ledger: Ledger, readable: list[Contribution], found: Findings, published: Store, addresses: Addresses
) -> None:
    """Find decisions that the published graph does not show, and that no mark in `pending/` names."""
    v, where = Vocabulary(addresses), IRI(addresses.graph("provenance"))
    pending = set(ledger.pending())
    for contribution in readable:
        activity = IRI(addresses.thing("contribution", contribution.id))
        graph = IRI(addresses.graph(f"contribution/{contribution.id}"))
        shown = next(published.quads(activity, v("rdf:type"), v("gcm:Contribution"), where), None) is not None
        stated = next(published.quads(graph=graph), None) is not None
        accepted = contribution.state is State.ACCEPTED
        differs = (contribution.was_published and not shown) or (stated and not accepted)
        if differs and contribution.id not in pending and contribution.id not in ledger.pending():
            what = f"is missing: the state '{contribution.state}' of the contribution is not published"
            found.add(ledger.folder / "pending", contribution.id, what, f"{REPAIR} Or run 'gcmgraph build'.")


def _write_private(file: Path, data: bytes) -> None:
    write_file(file, data, lasting=True, private=True)
