#!/usr/bin/env bash
# Sets Jenkins up on its host (terraform/modules/ci), which calls this as root, with AWS_REGION and LOG_GROUP.
# Run again, it starts what has changed; secrets that are there stay. See README.md for those it needs.
set -euo pipefail
cd "$(dirname "$0")"
data=${DATA:-/data}
secrets=$data/secrets
socket=${DOCKER_SOCKET:-/var/run/docker.sock}
jenkins=${JENKINS_UID:-1000} # the user in both images

install -d -m 0700 -o "$jenkins" "$data/jenkins" "$data/agent" "$secrets"

# once NAME COMMAND...: keeps what the command writes, if nothing is kept yet.
once() {
  local name=$1
  shift
  [ -s "$secrets/$name" ] || "$@" | tr -d '\n' >"$secrets/$name"
}
for name in admin-password deployer-password webhook-secret; do
  once "$name" openssl rand -hex 24
done
for key in agent-key agent-host-key; do
  [ -s "$secrets/$key" ] || ssh-keygen -q -t ed25519 -N '' -C '' -f "$secrets/$key"
done
chown -R "$jenkins" "$secrets"
chmod 0400 "$secrets"/*
[ -s "$secrets/settings.env" ] || install -m 0400 -o "$jenkins" settings.env "$secrets/settings.env"

docker build --pull --target controller --tag realeyez-jenkins .
docker build --pull --target agent --tag realeyez-agent \
  --build-arg "DOCKER_GID=$(stat -c %g "$socket")" .

logs=(--log-driver awslogs --log-opt "awslogs-region=$AWS_REGION" --log-opt "awslogs-group=$LOG_GROUP")
docker rm --force jenkins agent >/dev/null 2>&1 || true

# Whoever runs builds here has the machine, by Docker's socket; so only this repository's branches are built.
# The workspace has the same path on the host, where the containers that a build starts look for it.
docker run --detach --name agent --restart unless-stopped --network host "${logs[@]}" \
  --volume "$socket:/var/run/docker.sock" --volume "$data/agent:/data/agent" \
  --volume "$secrets/agent-host-key:/etc/ssh/ssh_host_ed25519_key:ro" \
  realeyez-agent "$(cat "$secrets/agent-key.pub")" -p 2222 -o ListenAddress=127.0.0.1 -o HostKey=/etc/ssh/ssh_host_ed25519_key

docker run --detach --name jenkins --restart unless-stopped --network host "${logs[@]}" \
  --env-file "$secrets/settings.env" --env AWS_REGION \
  --volume "$data/jenkins:/var/jenkins_home" --volume "$secrets:/run/secrets:ro" \
  realeyez-jenkins
