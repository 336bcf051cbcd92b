#!/usr/bin/env bash
# Starts the service again when RDS has changed the password. Open connections outlive the change.
set -euo pipefail
CONFIG=${REALEYEZ_CONFIG:-/etc/realeyez}
STATE=${REALEYEZ_STATE:-/run}
set -a
# shellcheck source=/dev/null
. "$CONFIG/host.env"
set +a

now=$(aws secretsmanager get-secret-value --secret-id "$DATABASE_SECRET" --query VersionId --output text)
if [ "$now" != "$(cat "$STATE/realeyez-secret")" ]; then
  systemctl restart realeyez.service
fi
