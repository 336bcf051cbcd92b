#!/usr/bin/env bash
# Stage 12: monitoring is there, and watches. Terraform has brought monitoring/ to its host (stage 11); here
# Prometheus is asked: every target up, every rule of monitoring/prometheus loaded and evaluated.
# With PROMETHEUS_URL it is asked directly, else on the monitoring host, by Systems Manager.
. "$(dirname "$0")/lib.sh"
. ci/terraform.sh

mapfile -t rules < <(python3 ci/rule_names.py monitoring/prometheus)
[ "${#rules[@]}" -gt 0 ] || die "monitoring/prometheus has no rules"

# The same program on the host; what it says, and how it ended, comes back.
ask_on_host() {
  local parameters command
  parameters=$(python3 -c '
import base64, json, pathlib, sys
program = base64.b64encode(pathlib.Path("ci/monitoring.py").read_bytes()).decode()
call = f"echo {program} | base64 -d | python3 - http://127.0.0.1:9090 " + " ".join(sys.argv[1:])
print(json.dumps({"commands": [call]}))' "${rules[@]}")
  command=$(aws ssm send-command --instance-ids "$host" --document-name AWS-RunShellScript \
    --parameters "$parameters" --query Command.CommandId --output text) || return 1
  aws ssm wait command-executed --command-id "$command" --instance-id "$host" || true # or has failed
  aws ssm get-command-invocation --command-id "$command" --instance-id "$host" --output json |
    tee "$ARTIFACTS/monitoring.json" | python3 -c '
import json, sys
said = json.load(sys.stdin)
print(said["StandardOutputContent"], said["StandardErrorContent"])
sys.exit(said["Status"] != "Success")'
}

if [ -z "${PROMETHEUS_URL:-}" ]; then
  require terraform aws
  use_environment
  init >/dev/null
  host=$(output monitoring_instance_id)
fi

ask() {
  if [ -n "${PROMETHEUS_URL:-}" ]; then
    python3 ci/monitoring.py "$PROMETHEUS_URL" "${rules[@]}"
  else
    ask_on_host
  fi
}

for _ in $(seq "${MONITORING_TRIES:-40}"); do # a host that was replaced needs minutes
  if ask; then
    exit
  fi
  sleep "${PAUSE:-30}"
done
die "monitoring does not watch"
