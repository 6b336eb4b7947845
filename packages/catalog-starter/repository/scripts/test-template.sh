#!/usr/bin/env bash
# What a document makes of its inputs, compared with what its golden tests recorded.
set -euo pipefail

usage() {
  cat <<'HELP'
Usage: scripts/test-template.sh [--help] ID [--update]

Runs tests/ID.test.yaml: every template of the document, rendered with the inputs of the tests.
--update records what comes out; read the difference before you commit it.

  scripts/test-template.sh database-postgresql-standard
  scripts/test-template.sh bundle-webapp-standard --update

DEVCTL is the command to use, `npx --no -- devctl` by default.
Exit codes: 0 all passed, 1 some failed, 2 could not run.
HELP
}

case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  '' | -*) usage >&2; exit 2 ;;
esac
id="$1"
shift

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
file="$root/tests/$id.test.yaml"
if [[ ! "$id" =~ ^[a-z][a-z0-9-]*$ || ! -f "$file" ]]; then
  echo "test-template.sh: there is no $file" >&2
  exit 2
fi
# Word splitting is meant: DEVCTL may be a command with arguments.
# shellcheck disable=SC2086
exec ${DEVCTL:-npx --no -- devctl} catalog test "$file" "$@"
