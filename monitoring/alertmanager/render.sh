#!/usr/bin/env bash
# Prints Alertmanager's configuration: routes.yml, and receivers that are told in the ways that are named.
#   monitoring/alertmanager/render.sh slack >monitoring/alertmanager/alertmanager.yml
# Words like @EMAIL_TO@ are taken from the environment; a missing one stops it. Secrets stay in files.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

heartbeat() { # is the dead-man's switch told of?
  for way in "$@"; do [ "$way" = heartbeat ] && return; done
  return 1
}

text=$(
  echo "# Made by render.sh${*:+ }$*: change routes.yml or ways/, and run it again."
  cat routes.yml
  echo "receivers:"
  for receiver in page ticket; do
    echo "  - name: $receiver"
    for way in "$@"; do
      [ "$way" = heartbeat ] || sed 's/^/    /' "ways/$way.yml"
    done
  done
  echo "  - name: heartbeat"
  if heartbeat "$@"; then sed 's/^/    /' ways/heartbeat.yml; fi
)
for word in $(grep -o '@[A-Z_]*@' <<<"$text" | sort -u); do
  name=${word//@/}
  [ -n "${!name:-}" ] || { echo "render.sh: $name is needed for $*" >&2; exit 1; }
  text=${text//"$word"/"${!name}"}
done
printf '%s\n' "$text"
