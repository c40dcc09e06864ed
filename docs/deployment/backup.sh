#!/bin/sh
# Backup of what cannot be made again: docs/operations.md, "Backup". Run by gcmgraph-backup.service.
set -eu
home=/var/lib/gcmgraph
mkdir -p "$home/backups" "$home/imports"
folder=$(mktemp -d "$home/backups/making-XXXXXX")
trap 'rm -r "$folder"' EXIT
/opt/gcmgraph/.venv/bin/gcmgraph contribution export "$folder/backup/contributions"
tar --create --gzip --file "$folder/made" --directory "$folder" backup --directory "$home" imports
mv "$folder/made" "$home/backups/backup-$(date +%F).tar.gz"
find "$home/backups" -name 'backup-*.tar.gz' -mtime +30 -delete
