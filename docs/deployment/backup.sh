#!/bin/sh
# Backup of what cannot be made again: docs/operations.md, "Backup". Run by gcmgraph-backup.service, in the folder of the
# settings. It fails, and deletes nothing, where the database lacks contributions that are published, or where it has less
# than half of what the last archive has.
set -eu
programs=/opt/gcmgraph/.venv/bin
backups=/var/lib/gcmgraph/backups
archives() { ls "$backups" | grep '^backup-.*\.tar\.gz$' | sort -r; } # the newest first
setting() { "$programs/python" -c "from gcmgraph.settings import Settings; print(Settings.read().$1)"; }
imports=$(setting imports)
store=$(setting store)
mkdir -p "$backups" "$imports"
folder=$(mktemp -d "$backups/making-XXXXXX")
trap 'rm -r "$folder"' EXIT
"$programs/gcmgraph" contribution export "$folder/backup/contributions"
last=$(archives | head -n 1)
if [ -n "$last" ]; then
    files=$(find "$folder/backup" -type f | wc -l)
    earlier=$(tar --list --gzip --file "$backups/$last" | grep -c '^backup/.*[^/]$' || true)
    if [ "$((files * 2))" -lt "$earlier" ]; then
        echo "The export of the database has $files files, that in $backups/$last has $earlier; nothing was archived." \
            "Compare 'database' and 'contributions' in the settings; if this is right, move that archive away." >&2
        exit 1
    fi
fi
cp -R "$imports" "$folder/imports"
tar --create --gzip --file "$folder/made" --directory "$folder" backup imports
mv "$folder/made" "$backups/backup-$(date +%F).tar.gz"
if [ -d "$store" ]; then touch "$store/backed-up"; fi # its time is in /metrics
# Archives leave after 30 days, but never the newest seven.
archives | tail -n +8 | while read -r archive; do
    find "$backups/$archive" -mtime +30 -delete
done
