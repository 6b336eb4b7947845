#!/usr/bin/env bash
# Asks a running orchestrator for an item or a bundle and follows the request to its end.
set -euo pipefail

usage() {
  cat <<'HELP'
Usage: scripts/integration-test.sh [--help] ID INPUT.json

Asks for an item or a bundle (an ID that starts with bundle-) with the input of a file, and waits for the end.
Use an orchestrator for tests: what is asked for is really made. `npm start` of the orchestrator gives one with a sandbox.

  echo '{ "name": "orders-cache" }' > /tmp/input.json
  scripts/integration-test.sh database-redis-cache /tmp/input.json

PAO_URL is where the orchestrator answers (http://127.0.0.1:8080), PAO_API_KEY the key to call it with.
DEVCTL is the command to use, `npx --no -- devctl` by default.
Exit codes: 0 completed, 1 refused or not completed, 2 could not run.
HELP
}

case "${1:-}" in
  -h | --help) usage; exit 0 ;;
esac
if [[ $# -ne 2 ]]; then
  usage >&2
  exit 2
fi
if [[ ! -r "$2" ]]; then
  echo "integration-test.sh: cannot read $2" >&2
  exit 2
fi

kind=--item
input="$(cd "$(dirname "$2")" && pwd)/$(basename "$2")"
if [[ "$1" == bundle-* ]]; then
  kind=--bundle
fi
# Word splitting is meant: DEVCTL may be a command with arguments.
# shellcheck disable=SC2086
exec ${DEVCTL:-npx --no -- devctl} request submit "$kind" "$1" --input "$input" --watch
