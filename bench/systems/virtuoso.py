"""Virtuoso 7 from Debian: loaded by its bulk loader, its cache sized for 2 GB of memory by its manual.

Manual: https://docs.openlinksw.com/virtuoso/rdfperfgeneral/. Its defaults hold 80 MB and cut results at 10,000 rows.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

from bench.systems.process import HOST, NotAvailableError, Server, free_port, query_target
from gcmgraph.rdfio.media import TURTLE

_READY = query_target("/sparql", "ASK {}")

_SETTINGS = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000

[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx

[Parameters]
ServerPort = {host}:{sql_port}
DisableUnixSocket = 1
MaxClientConnections = 20
DirsAllowed = {data_folder}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
MaxQueryMem = 1G
CheckpointInterval = 0

[HTTPServer]
ServerPort = {host}:{http_port}
ServerRoot = {folder}
ServerThreads = 20
MaxClientConnections = 20
MaxKeepAlives = 20
KeepAliveTimeout = 60

[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryExecutionTime = 60
"""


class Virtuoso:
    """The Virtuoso server."""

    name = "virtuoso"
    graph_syntax = TURTLE

    def version(self) -> str:
        """Name and version. Raises `NotAvailableError`."""
        if shutil.which("virtuoso-t") is None or shutil.which("isql-vt") is None:
            raise NotAvailableError("'virtuoso-t' and 'isql-vt' are not there (apt-get install virtuoso-opensource-7)")
        done = subprocess.run(["virtuoso-t", "-?"], capture_output=True, text=True, check=False)
        lines = (done.stdout + done.stderr).splitlines()
        return next((f"Virtuoso, {line.strip()}" for line in lines if "Version" in line), "Virtuoso, version not told")

    def load(self, data: Path, folder: Path) -> float:
        """Start it on an empty database and load. Returns the seconds of loading, without the start."""
        self._folder = folder
        self._sql_port, http_port = free_port(), free_port()
        settings = _SETTINGS.format(
            folder=folder, host=HOST, sql_port=self._sql_port, http_port=http_port, data_folder=data.parent
        )
        (folder / "virtuoso.ini").write_text(settings, "utf-8")
        command = ["virtuoso-t", "+foreground", "+configfile", folder / "virtuoso.ini"]
        self._server = Server(command, http_port, folder / "output.log", folder, {})
        self._server.wait_until(lambda: self._server.answers(_READY))
        start = time.perf_counter()
        self._sql(f"ld_dir('{data.parent}', '{data.name}', '')")
        self._sql("rdf_loader_run()")
        self._sql("checkpoint")
        seconds = time.perf_counter() - start
        failed = self._sql("select ll_error from DB.DBA.load_list where ll_error is not null")
        if failed:
            self._server.stop()
            raise NotAvailableError(f"it could not load the data: {failed}")
        return seconds

    def start(self) -> None:
        """Do nothing: it runs since `load`."""

    def target(self, query: str) -> str:
        """The path of a query. DESCRIBE must return the triples with the resource as subject, as on other systems."""
        if query.startswith("DESCRIBE"):
            query = f'DEFINE sql:describe-mode "CBD"\n{query}'
        return query_target("/sparql", query)

    @property
    def server(self) -> Server:
        """The running server."""
        return self._server

    def _sql(self, statement: str) -> str:
        done = subprocess.run(
            ["isql-vt", f"{HOST}:{self._sql_port}", "dba", "dba", "VERBOSE=OFF", "BANNER=OFF", f"exec={statement};"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or "*** Error" in done.stderr:
            self._server.stop()
            raise NotAvailableError(f"isql-vt: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout.strip()
