#!/usr/bin/env bash
# Checks what this branch changed, and the bundles that use it.
set -euo pipefail

usage() {
  cat <<'HELP'
Usage: scripts/validate-changed.sh [--help] [BASE]

Checks the documents that changed since this branch left BASE (origin/main by default), and what uses them.

DEVCTL is the command to use, `npx --no -- devctl` by default.
Exit codes: 0 valid, 1 findings, 2 could not run.
HELP
}

case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  -*) usage >&2; exit 2 ;;
esac

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# Word splitting is meant: DEVCTL may be a command with arguments.
# shellcheck disable=SC2086
exec ${DEVCTL:-npx --no -- devctl} validate --changed "${1:-origin/main}" --strict "$root"
