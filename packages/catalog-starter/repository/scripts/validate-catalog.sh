#!/usr/bin/env bash
# Checks the files and folders that are named, judged among all documents of the catalog.
set -euo pipefail

usage() {
  cat <<'HELP'
Usage: scripts/validate-catalog.sh [--help] PATH...

Checks catalog documents strictly: warnings fail as well, and action types must be known.

  scripts/validate-catalog.sh catalog/databases/postgresql-standard.yaml
  scripts/validate-catalog.sh catalog/databases bundles

DEVCTL is the command to use, `npx --no -- devctl` by default.
Exit codes: 0 valid, 1 findings, 2 could not run.
HELP
}

case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  '') usage >&2; exit 2 ;;
esac

# Whole paths: npx may run the command in another folder than this one.
paths=()
for path in "$@"; do
  [[ "$path" == /* ]] || path="$PWD/$path"
  paths+=("$path")
done
# Word splitting is meant: DEVCTL may be a command with arguments.
# shellcheck disable=SC2086
exec ${DEVCTL:-npx --no -- devctl} validate --strict "${paths[@]}"
