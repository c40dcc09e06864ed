#!/bin/sh
# Backup of what cannot be made again: docs/operations.md, "Backup". Run by gcmgraph-backup.service, in the folder of the
# settings. It fails, and deletes nothing, where the database lacks contributions that are published.
set -eu
programs=/opt/gcmgraph/.venv/bin
backups=/var/lib/gcmgraph/backups
setting() { "$programs/python" -c "from gcmgraph.settings import Settings; print(Settings.read().$1)"; }
imports=$(setting imports)
store=$(setting store)
mkdir -p "$backups" "$imports"
folder=$(mktemp -d "$backups/making-XXXXXX")
trap 'rm -r "$folder"' EXIT
"$programs/gcmgraph" contribution export "$folder/backup/contributions"
cp -R "$imports" "$folder/imports"
tar --create --gzip --file "$folder/made" --directory "$folder" backup imports
mv "$folder/made" "$backups/backup-$(date +%F).tar.gz"
if [ -d "$store" ]; then touch "$store/backed-up"; fi # its time is in /metrics
# Archives leave after 30 days, but never the newest seven.
ls "$backups" | grep '^backup-.*\.tar\.gz$' | sort -r | tail -n +8 | while read -r archive; do
    find "$backups/$archive" -mtime +30 -delete
done
