#!/usr/bin/env bash
# Sets up, or renews, a monitoring host: Prometheus, Alertmanager, node and blackbox exporter, Grafana, each a
# container, all on 127.0.0.1. Run again, it changes what has changed, and nothing else. Terraform's user data
# runs it; by hand: sudo monitoring/install/install.sh
#
#   SITE_URL                                      the service's address from outside, whose TLS is watched
#   AWS_REGION SERVICE_NAME_TAG SERVICE_PORT      where on EC2 the service is, or
#   SERVICE                                       its host:port; other targets: $DATA/targets/JOB.yml
#   METRICS_KEY_SECRET                            secret with the API key for /metrics
#   ALERTS_TOPIC                                  SNS topic for alerts
#   EMAIL_TO EMAIL_FROM SMTP_HOST SMTP_USER       mail for alerts
#   LOG_GROUP                                     CloudWatch's group for the containers' logs
#   ENVIRONMENT                                   a label on every alert
#   CONFIG DATA                                   folders, /etc/realeyez-monitoring and /data
#   PROMETHEUS_PORT ALERTMANAGER_PORT GRAFANA_PORT NODE_PORT BLACKBOX_PORT
#
# Secrets lie in $DATA/secrets, each a file: metrics-key, slack-url, smtp-password, heartbeat-url. Slack is told
# if there is slack-url; the dead-man's switch calls heartbeat-url.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
config=${CONFIG:-/etc/realeyez-monitoring} data=${DATA:-/data}
prometheus=127.0.0.1:${PROMETHEUS_PORT:-9090} alertmanager=127.0.0.1:${ALERTMANAGER_PORT:-9093}
node=127.0.0.1:${NODE_PORT:-9100} blackbox=127.0.0.1:${BLACKBOX_PORT:-9115} grafana_port=${GRAFANA_PORT:-3000}
nobody=65534 grafana_user=472
# shellcheck source=/dev/null
. "$here/install/images.env"

say() { echo "install: $*" >&2; }
targets() { printf -- '- targets: ["%s"]\n' "$2" >"$new/prometheus/targets/$1.yml"; }
fill() { # every @NAME@ of a file, from the environment
  local text word name
  text=$(<"$1")
  for word in $(grep -o '@[A-Z_]*@' <<<"$text" | sort -u); do
    name=${word//@/}
    text=${text//"$word"/"${!name:?}"}
  done
  printf '%s\n' "$text"
}

# Secrets

umask 077
install -d "$data"
install -d -m 0700 "$data/secrets"
key=$data/secrets/metrics-key
if [ -n "${METRICS_KEY_SECRET:-}" ]; then
  if aws secretsmanager get-secret-value --secret-id "$METRICS_KEY_SECRET" \
    --query SecretString --output text >"$key.new"; then
    mv "$key.new" "$key"
  else
    rm -f "$key.new"
    say "no API key in $METRICS_KEY_SECRET yet: /metrics answers 401 until there is, and this is run again."
  fi
fi
touch "$key"

# Configuration, beside the one in use until it is checked

new=$config.new
rm -rf "$new"
mkdir -p "$new"/{prometheus/{rules,targets,secrets},alertmanager/secrets,blackbox,grafana/dashboards}
cp "$here"/prometheus/rules/*.yml "$new/prometheus/rules/"
cp "$key" "$new/prometheus/secrets/"
cp "$here/blackbox/blackbox.yml" "$new/blackbox/"
cp -r "$here/grafana/provisioning" "$new/grafana/"
cp "$here"/grafana/dashboards/*.json "$new/grafana/dashboards/"
{
  sed "s/^global:/&\n  external_labels: {environment: \"${ENVIRONMENT:-default}\"}/" "$here/prometheus/prometheus.yml"
  if [ -n "${SERVICE_NAME_TAG:-}" ]; then
    fill "$here/prometheus/discovery/ec2.yml" |
      sed "s|^\( *\)- region:|\1- endpoint: \"${AWS_ENDPOINT_URL:-}\"\n\1  region:|" # empty: AWS's own
  fi
} >"$new/prometheus/prometheus.yml"
targets prometheus "$prometheus"
targets alertmanager "$alertmanager"
targets node "$node"
if [ -n "${SITE_URL:-}" ]; then
  printf -- '- targets: ["%s"]\n  labels: {__exporter__: "%s"}\n' "$SITE_URL" "$blackbox" \
    >"$new/prometheus/targets/blackbox.yml"
fi
if [ -z "${SERVICE_NAME_TAG:-}" ]; then targets realeyez "${SERVICE:-127.0.0.1:${SERVICE_PORT:-8000}}"; fi
for file in "$data"/targets/*.yml; do # what else this host is to ask
  if [ -e "$file" ]; then cp "$file" "$new/prometheus/targets/"; fi
done

ways=()
if [ -n "${ALERTS_TOPIC:-}" ]; then ways+=(sns); fi
if [ -n "${EMAIL_TO:-}" ]; then ways+=(email); fi
if [ -s "$data/secrets/slack-url" ]; then ways+=(slack); fi
if [ -s "$data/secrets/heartbeat-url" ]; then
  ways+=(heartbeat)
  HEARTBEAT_URL=$(<"$data/secrets/heartbeat-url")
  export HEARTBEAT_URL
fi
if [ ${#ways[@]} = 0 ]; then say "alerts are told to nobody: see the head of this script."; fi
bash "$here/alertmanager/render.sh" "${ways[@]}" >"$new/alertmanager/alertmanager.yml"
for secret in slack-url smtp-password; do
  if [ -s "$data/secrets/$secret" ]; then cp "$data/secrets/$secret" "$new/alertmanager/secrets/"; fi
done
chown -R "$nobody:$nobody" "$new"
chown -R "$grafana_user:0" "$new/grafana"

check() { # image, program, folder, mount point, arguments: nothing is replaced by what its own tool refuses
  local image=$1 program=$2 folder=$3 place=$4 said
  shift 4
  said=$(docker run --rm --network none --entrypoint "$program" --volume "$folder:$place:ro" "$image" "$@" 2>&1) ||
    { say "$said"; exit 1; }
}
check "$PROMETHEUS" promtool "$new/prometheus" /etc/prometheus check config /etc/prometheus/prometheus.yml
check "$ALERTMANAGER" amtool "$new/alertmanager" /etc/alertmanager check-config /etc/alertmanager/alertmanager.yml
for part in prometheus alertmanager blackbox grafana; do
  if ! diff -rq "$config/$part" "$new/$part" >/dev/null 2>&1; then
    install -d -m 0755 "$config"
    rm -rf "${config:?}/$part"
    mv "$new/$part" "$config/$part"
  fi
done
rm -rf "$new"
chmod 0755 "$config"

# Containers

logs=()
if [ -n "${LOG_GROUP:-}" ]; then
  logs=(--log-driver awslogs --log-opt "awslogs-region=$AWS_REGION" --log-opt "awslogs-group=$LOG_GROUP")
fi
files() { # a part's configuration, as digests
  if [ -d "$config/$1" ]; then find "$config/$1" -type f -exec sha256sum {} + | sort; fi
}
start() { # name, then what `docker run` takes: anew only if that, or the part's configuration, has changed
  local name=$1 sha runs
  shift
  sha=$({ printf '%s\n' "$@" && files "$name"; } | sha256sum | cut -c1-64)
  runs=$(docker inspect --format '{{.State.Running}} {{index .Config.Labels "sha"}}' "$name" 2>/dev/null) || true
  if [ "$runs" = "true $sha" ]; then return; fi
  say "starting $name"
  docker rm --force "$name" >/dev/null 2>&1 || true
  docker run --detach --name "$name" --label "sha=$sha" --restart unless-stopped --network host --read-only \
    --cap-drop ALL --security-opt no-new-privileges "${logs[@]}" "$@" >/dev/null
}
install -d -m 0755 -o "$nobody" -g "$nobody" "$data/prometheus" "$data/alertmanager"
install -d -m 0755 -o "$grafana_user" -g 0 "$data/grafana"
start prometheus --user "$nobody" \
  --volume "$config/prometheus:/etc/prometheus:ro" --volume "$data/prometheus:/prometheus" "$PROMETHEUS" \
  --config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/prometheus \
  --storage.tsdb.retention.time=30d --web.listen-address="$prometheus"
start alertmanager --user "$nobody" \
  --volume "$config/alertmanager:/etc/alertmanager:ro" --volume "$data/alertmanager:/alertmanager" "$ALERTMANAGER" \
  --config.file=/etc/alertmanager/alertmanager.yml --storage.path=/alertmanager \
  --web.listen-address="$alertmanager" --cluster.listen-address=
start node --user "$nobody" --pid host --volume /:/host:ro,rslave "$NODE_EXPORTER" \
  --path.rootfs=/host --web.listen-address="$node"
start blackbox --user "$nobody" --volume "$config/blackbox:/etc/blackbox:ro" "$BLACKBOX_EXPORTER" \
  --config.file=/etc/blackbox/blackbox.yml --web.listen-address="$blackbox"
start grafana --user "$grafana_user:0" --env GF_SERVER_HTTP_ADDR=127.0.0.1 --env "GF_SERVER_HTTP_PORT=$grafana_port" \
  --env GF_AUTH_ANONYMOUS_ENABLED=true --env GF_ANALYTICS_REPORTING_ENABLED=false \
  --env "PROMETHEUS_URL=http://$prometheus" --volume "$config/grafana/provisioning:/etc/grafana/provisioning:ro" \
  --volume "$config/grafana/dashboards:/etc/grafana/dashboards:ro" --volume "$data/grafana:/var/lib/grafana" \
  --tmpfs /tmp "$GRAFANA"

wait_for() {
  for _ in $(seq 120); do
    if curl --fail --silent --output /dev/null "$2"; then return; fi
    sleep 0.5
  done
  say "$1 does not get ready; see: docker logs $1"
  exit 1
}
wait_for prometheus "http://$prometheus/-/ready"
wait_for alertmanager "http://$alertmanager/-/ready"
wait_for node "http://$node/metrics"
wait_for blackbox "http://$blackbox/-/healthy"
wait_for grafana "http://127.0.0.1:$grafana_port/api/health"
say "ready: Prometheus http://$prometheus, Alertmanager http://$alertmanager, Grafana http://127.0.0.1:$grafana_port"
