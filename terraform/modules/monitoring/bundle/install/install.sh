#!/usr/bin/env bash
# Prometheus on port 9090 and Grafana on 3000, plain. monitoring/install takes this file's place.
set -euo pipefail
logs=(--log-driver awslogs --log-opt "awslogs-region=$AWS_REGION" --log-opt "awslogs-group=$LOG_GROUP")

install -d -m 0750 -o 65534 -g 65534 /data/prometheus /etc/prometheus
install -d -o 472 -g 0 /data/grafana
key=/etc/prometheus/metrics-key
aws secretsmanager get-secret-value --secret-id "$METRICS_KEY_SECRET" --query SecretString --output text >"$key" ||
  echo "No API key in $METRICS_KEY_SECRET yet: /metrics will answer 401 until there is, and this is run again." >&2
cat >/etc/prometheus/prometheus.yml <<EOF
global:
  external_labels: {environment: "$ENVIRONMENT"}
scrape_configs:
  - job_name: realeyez
    authorization: {credentials_file: $key}
    ec2_sd_configs:
      - region: $AWS_REGION
        port: $SERVICE_PORT
        filters: [{name: "tag:Name", values: ["$SERVICE_NAME_TAG"]}, {name: "tag:Role", values: [service]}]
    relabel_configs:
      - {source_labels: [__meta_ec2_instance_id], target_label: instance}
EOF
chown -R 65534:65534 /etc/prometheus

docker run --detach --name prometheus --restart unless-stopped --network host "${logs[@]}" \
  --volume /etc/prometheus:/etc/prometheus:ro --volume /data/prometheus:/prometheus \
  docker.io/prom/prometheus:v3.5.0 --config.file=/etc/prometheus/prometheus.yml \
  --storage.tsdb.path=/prometheus --storage.tsdb.retention.time=30d --web.listen-address=127.0.0.1:9090
docker run --detach --name grafana --restart unless-stopped --network host "${logs[@]}" \
  --env GF_SERVER_HTTP_ADDR=127.0.0.1 --volume /data/grafana:/var/lib/grafana \
  docker.io/grafana/grafana:11.6.0
