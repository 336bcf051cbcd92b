#!/usr/bin/env bash
# A plain Jenkins on port 8080, its home on the data volume. deploy/jenkins takes this file's place.
set -euo pipefail
install -d -o 1000 -g 1000 /data/jenkins
docker run --detach --name jenkins --restart unless-stopped --network host \
  --volume /data/jenkins:/var/jenkins_home \
  --log-driver awslogs --log-opt "awslogs-region=$AWS_REGION" --log-opt "awslogs-group=$LOG_GROUP" \
  "${JENKINS_IMAGE:-docker.io/jenkins/jenkins:lts-jdk21}"
