"""npm's `trifid` with the dump of a dataset version in its own in-memory store, as its README has it.

It is installed below the system's folder for temporary files. No install script of any package is run.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from bench.systems.process import HOST, NotAvailableError, Server, free_port

VERSION = "5.3.0"


def install() -> Path:
    """The folder it is installed in. Raises `NotAvailableError`."""
    folder = Path(tempfile.gettempdir()) / f"gcmgraph-bench-trifid-{VERSION}"
    server = folder / "node_modules" / "trifid" / "server.js"
    if any(shutil.which(command) is None for command in ("node", "npm")):
        raise NotAvailableError("Node.js is not installed (apt-get install nodejs npm)")
    if server.exists():
        return folder
    folder.mkdir(exist_ok=True)
    command = ["npm", "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    done = subprocess.run([*command, f"trifid@{VERSION}"], capture_output=True, text=True, check=False)
    if done.returncode or not server.exists():
        raise NotAvailableError(f"npm could not install it: {done.stderr.strip().splitlines()[-1:] or 'no output'}")
    return folder


def start(dump: Path, base: str, folder: Path, ready: str) -> Server:
    """A server over a dump, which answers at the address `ready`. Raises `NotAvailableError`."""
    installed, port = install(), free_port()
    shutil.copyfile(dump, folder / "data.nq")
    settings = {
        "server": {"listener": {"host": HOST, "port": port}, "logLevel": "warn"},
        "globals": {"datasetBaseUrl": base, "endpoints": {"default": {"url": "/query"}}},
        "plugins": {
            "entity-renderer": {"module": "@zazuko/trifid-entity-renderer"},
            "fetch-handler": {
                "module": "trifid-handler-fetch",
                "paths": "/query",
                "config": {
                    "url": "file:data.nq",
                    "contentType": "application/n-quads",
                    "baseIRI": base,
                    "unionDefaultGraph": True,
                },
            },
        },
    }
    # it finds its modules beside its settings
    (folder / "node_modules").symlink_to(installed / "node_modules")
    (folder / "config.yaml").write_text(json.dumps(settings), "utf-8")
    command = ["node", installed / "node_modules" / "trifid" / "server.js", "-c", "config.yaml"]
    server = Server(command, port, folder / "trifid.log", folder, {"NODE_ENV": "production"})
    server.wait_until(lambda: server.answers(ready, "text/turtle"))
    return server
