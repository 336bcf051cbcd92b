#!/usr/bin/env bash
# How long a picture waited since the last call, on average → CloudWatch, for the scaling policy.
set -euo pipefail
CONFIG=${REALEYEZ_CONFIG:-/etc/realeyez}
STATE=${REALEYEZ_STATE:-/run}
set -a
# shellcheck source=/dev/null
. "$CONFIG/host.env"
set +a

now=$(curl --fail --silent --show-error --max-time 5 "${REALEYEZ_URL:-http://127.0.0.1:8000}/metrics" | awk '
  /^realeyez_step_seconds_sum\{.*step="queue"/   { sum += $NF }
  /^realeyez_step_seconds_count\{.*step="queue"/ { count += $NF }
  END { printf "%.6f %d\n", sum, count }')
then=$(cat "$STATE/realeyez-queue" 2>/dev/null || echo "0 0")
echo "$now" >"$STATE/realeyez-queue"

# A service that was started again counts from nothing; one without work has no queue.
seconds=$(awk -v now="$now" -v before="$then" 'BEGIN {
  split(now, n); split(before, b)
  if (n[2] < b[2]) { b[1] = 0; b[2] = 0 }
  printf "%.6f\n", (n[2] > b[2]) ? (n[1] - b[1]) / (n[2] - b[2]) : 0
}')

aws cloudwatch put-metric-data --namespace "$METRICS_NAMESPACE" --metric-name QueueSeconds \
  --dimensions "AutoScalingGroupName=$SCALING_GROUP" --unit Seconds --value "$seconds"
