#!/usr/bin/env bash
# notify.sh waiting|deployed|failed: tells people, by a webhook that takes {"text": …} (Slack, Mattermost).
# NOTIFY_URL is that address; without one, nobody is told, and the log says so.
. "$(dirname "$0")/lib.sh"

case ${1:-} in
  waiting) text="waits for approval to deploy to ${ENVIRONMENT:-?}" ;;
  deployed) text="is deployed to ${ENVIRONMENT:-?}, and watched" ;;
  failed) text="has FAILED" ;;
  *) die "notify.sh waiting|deployed|failed" ;;
esac
text="RealEyez $(branch) $(git rev-parse --short HEAD) $text ${BUILD_URL:-}"
say "$text"
if [ -z "${NOTIFY_URL:-}" ]; then
  printf 'NOTIFY_URL is not set: nobody is told\n' >&2
  exit
fi
# The address is a secret: it is in no list of processes.
python3 -c 'import json, sys; print(json.dumps({"text": sys.argv[1]}))' "$text" |
  curl --silent --show-error --fail --max-time 20 --output /dev/null \
    --header 'Content-Type: application/json' --data @- --config <(printf 'url = "%s"\n' "$NOTIFY_URL") ||
  printf 'nobody could be told\n' >&2 # no reason for a build to fail
