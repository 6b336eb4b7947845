#!/usr/bin/env bash
# Everything that the pull request will check: all documents, all golden tests, all fixtures.
set -euo pipefail

usage() {
  cat <<'HELP'
Usage: scripts/validate-all.sh [--help]

Checks all documents strictly, then runs all tests of the catalog.

DEVCTL is the command to use, `npx --no -- devctl` by default.
Exit codes: 0 fine, 1 findings or failed tests, 2 could not run.
HELP
}

case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  '') ;;
  *) usage >&2; exit 2 ;;
esac

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# Word splitting is meant: DEVCTL may be a command with arguments.
# shellcheck disable=SC2086
${DEVCTL:-npx --no -- devctl} validate --strict "$root"
# shellcheck disable=SC2086
exec ${DEVCTL:-npx --no -- devctl} catalog test "$root"
