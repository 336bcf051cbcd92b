#!/bin/sh
# Before the services start: the tables of this version, the key that Prometheus asks with, and a certificate
# that this machine signs itself, unless there is one. Run again, it makes what is missing.
set -eu
umask 077
keys=${KEYS:-/keys} tls=${TLS:-/tls}
prometheus=65534 nginx=101 # their users, in their images

realeyez db upgrade
if [ ! -s "$keys/metrics-key" ]; then
  realeyez keys create monitoring >"$keys/new"
  chown "$prometheus" "$keys/new"
  mv "$keys/new" "$keys/metrics-key"
fi
if [ ! -s "$tls/fullchain.pem" ]; then
  python "$(dirname "$0")/certificate.py" "$tls" "$SITE"
  chown "$nginx" "$tls/privkey.pem" "$tls/fullchain.pem"
fi
