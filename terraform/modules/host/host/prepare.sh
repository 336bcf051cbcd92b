#!/usr/bin/env bash
# Mounts the data volume, fetches the bundle, and runs its installer with host.env in the environment.
set -euo pipefail
set -a
# shellcheck source=/dev/null
. /etc/realeyez/host.env
set +a

for _ in $(seq 60); do # Terraform attaches the volume once the machine runs
  [ -b /dev/sdf ] && break
  sleep 5
done
blkid /dev/sdf || mkfs.xfs /dev/sdf
mkdir -p /data
grep -q ' /data ' /etc/fstab || echo '/dev/sdf /data xfs defaults,nofail 0 2' >>/etc/fstab
mountpoint -q /data || mount /data

systemctl enable --now docker
aws s3 sync --delete "$BUNDLE" /opt/realeyez
exec bash "/opt/realeyez/$INSTALLER"
