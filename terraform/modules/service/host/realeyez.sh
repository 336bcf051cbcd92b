#!/usr/bin/env bash
# realeyez serve        runs the service; what realeyez.service calls
# realeyez COMMAND...   runs another command beside it, such as: realeyez keys create "the newsroom"
# The password is read from Secrets Manager each time; it is in no file and in no list of processes.
set -euo pipefail
CONFIG=${REALEYEZ_CONFIG:-/etc/realeyez}
STATE=${REALEYEZ_STATE:-/run}
set -a
# shellcheck source=/dev/null
. "$CONFIG/host.env"
set +a

if [ ! -s "$DATABASE_CA" ]; then
  curl --fail --silent --show-error --retry 5 --output "$DATABASE_CA" "$DATABASE_CA_URL"
fi

secret=$(aws secretsmanager get-secret-value --secret-id "$DATABASE_SECRET" --output json)
REALEYEZ_DATABASE=$(python3 -c '
import json, os, sys
from urllib.parse import quote
secret = json.loads(json.load(sys.stdin)["SecretString"])
user, password = (quote(secret[name], safe="") for name in ("username", "password"))
address, name = os.environ["DATABASE_ADDRESS"], os.environ["DATABASE_NAME"]
print(f"postgresql://{user}:{password}@{address}/{name}?sslmode=verify-full")
' <<<"$secret")
export REALEYEZ_DATABASE

case $IMAGE in
  *.dkr.ecr.*) aws ecr get-login-password | docker login --username AWS --password-stdin "${IMAGE%%/*}" ;;
esac
docker image inspect "$IMAGE" >/dev/null 2>&1 || docker pull --quiet "$IMAGE"

run=(
  docker run --rm --network host --read-only --tmpfs /tmp
  --cap-drop ALL --security-opt no-new-privileges --pids-limit 512
  --env-file "$CONFIG/service.env" --env REALEYEZ_DATABASE
  --env REALEYEZ_MODEL_CACHE=/tmp/models
  --env "PGSSLROOTCERT=$DATABASE_CA" --volume "$DATABASE_CA:$DATABASE_CA:ro"
)
if [ -n "$GPUS" ]; then
  run+=(--gpus "$GPUS")
fi

if [ "${1:-}" = serve ]; then
  python3 -c 'import json, sys; print(json.load(sys.stdin)["VersionId"])' <<<"$secret" >"$STATE/realeyez-secret"
  exec "${run[@]}" --name realeyez \
    --log-driver awslogs --log-opt "awslogs-region=$AWS_REGION" --log-opt "awslogs-group=$LOG_GROUP" \
    --log-opt "awslogs-stream=$(hostname)" \
    "$IMAGE"
fi
exec "${run[@]}" --interactive --entrypoint realeyez "$IMAGE" "$@"
