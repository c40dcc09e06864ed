"""Commands of the operator's guide under systemd, as they are written, by root in folders that only this test sees.

systemd itself cannot run here: `systemctl` runs what the units name, as their user and with their
environment.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gcmgraph.repository.layout import Repository
from servers import free_port

pytestmark = [
    pytest.mark.guide,
    pytest.mark.skipif(
        os.geteuid() != 0 or shutil.which("unshare") is None, reason="requires root and unshare"
    ),
]

#: Own /etc, /opt, /usr/local and /var/lib, over those of the host; commands that the host lacks.
_HOST = r"""
set -eu
for folder in etc opt usr/local var/lib; do
  mkdir -p "$T/$folder/upper" "$T/$folder/work"
  mount -t overlay overlay -o "lowerdir=/$folder,upperdir=$T/$folder/upper,workdir=$T/$folder/work" "/$folder"
done
unit_environment() { sed -n 's/^Environment=//p' /etc/systemd/system/$1.service; }
unit_folder() { sed -n 's/^WorkingDirectory=//p' /etc/systemd/system/$1.service; }
unit_commands() { sed -n "s/^$2=-\\?//p" /etc/systemd/system/$1.service; }
run_unit() {
  cd "$(unit_folder $1)"
  exec env -i PATH=/usr/bin:/bin GCMGRAPH_PORT=$PORT $(unit_environment $1) \
    setpriv --reuid gcmgraph --regid gcmgraph --clear-groups sh -c "$2"
}
systemctl() {
  case "$*" in
    daemon-reload) ;;
    "start gcmgraph-backup") (run_unit gcmgraph-backup "$(unit_commands gcmgraph-backup ExecStart)") ;;
    "stop gcmgraph") kill $SERVER; wait $SERVER || true; SERVER= ;;
    "enable --now gcmgraph gcmgraph-backup.timer" | "start gcmgraph" | "restart gcmgraph")
      if [ -n "${SERVER:-}" ]; then kill $SERVER; wait $SERVER || true; fi
      : >"$T/log"
      (run_unit gcmgraph "exec $(unit_commands gcmgraph ExecStart)") >"$T/log" 2>&1 & SERVER=$!
      for _ in $(seq 300); do grep -q 'is served at' "$T/log" && return 0; kill -0 $SERVER; sleep 0.2; done; return 1 ;;
    *) echo "systemctl $* is not known" >&2; return 1 ;;
  esac
}
sudo() { "$@"; }
trap 'kill ${SERVER:-0} 2>/dev/null || true; cat "$T/log" >&2' EXIT
"""

#: What an operator does after the installation.
_AFTER = r"""
curl --fail --silent --show-error http://127.0.0.1:$PORT/health
curl --fail --silent --show-error -H 'Accept: text/html' http://127.0.0.1:$PORT/doc/country/NER | grep -o '<h1>.*</h1>'
/opt/gcmgraph/.venv/bin/python -m pip list --format freeze | wc -l
systemctl start gcmgraph-backup
tar --list --gzip --file /var/lib/gcmgraph/backups/*.tar.gz | grep imports
stat --format %a /var/lib/gcmgraph/store/current/
"""


def test_installation_backup_and_upgrade_under_systemd(
    tmp_path: Path, repository: Repository
) -> None:
    guide = (repository.root / "docs" / "operations.md").read_text("utf-8")
    installation = (repository.root / "docs" / "install.md").read_text("utf-8")
    section = installation.partition("### Under systemd\n")[2].partition("\n### ")[0]
    install = section.split("```\n")[1].replace("URL-OF-THIS-REPOSITORY", str(repository.root))
    assert "useradd" in install
    listed = re.search(r"`(sudo gcmgraph [^`]+)`", section)
    assert listed
    release = install[install.index("git clone") : install.index("ln --symbolic")]
    upgrade = guide.partition("### Upgrade under systemd\n")[2].split("```\n")[1]
    restore = guide.partition("Under systemd, as root, with the folders of the unit:\n")[2].split(
        "```\n"
    )[1]
    restore = restore.replace("backup-2026-11-24.tar.gz", "backup-$(date +%F).tar.gz")
    health = "curl --fail --silent http://127.0.0.1:$PORT/health"
    commands = [
        _HOST,
        install,
        _AFTER,
        listed[1],
        release.replace("gcmgraph-1", "gcmgraph-2"),
        upgrade,
        health,
    ]
    commands += ["ps -o args= $SERVER", restore, health]
    environment = {
        "PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": str(tmp_path),
        "PIP_CACHE_DIR": subprocess.check_output(
            [sys.executable, "-m", "pip", "cache", "dir"], text=True
        ).strip(),
        "T": str(tmp_path),
    }
    done = subprocess.run(
        ["unshare", "--mount", "bash", "-c", "\n".join(commands)],
        env={**environment, "PORT": str(free_port())},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert "<h1>Niger</h1>" in done.stdout
    [count] = re.findall(r"(?m)^(\d\d)$", done.stdout)
    assert f"These are the {count} packages" in section
    assert "imports/" in done.stdout
    assert done.stdout.count('"status":"ok"') == 3, done.stdout
    assert "/opt/gcmgraph-2/" in done.stdout
    assert "all in order." in done.stdout
