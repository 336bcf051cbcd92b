#!/usr/bin/env bash
# Stage 5: OWASP ZAP against the candidate: the pages (baseline), and every call of the API.
# .zap/ says which rules fail or are passed over, and why; any high finding fails.
. "$(dirname "$0")/lib.sh"
ZAP_IMAGE=${ZAP_IMAGE:-ghcr.io/zaproxy/zaproxy:2.17.0}

[ -s "$STATE/candidate.key" ] || die "no key of the candidate: stage 4 makes it"
ZAP_AUTH_HEADER_VALUE="Bearer $(cat "$STATE/candidate.key")"
export ZAP_AUTH_HEADER_VALUE

reports=$PWD/$ARTIFACTS/zap
install -d -m 0777 "$reports" # ZAP's container has a user of its own
cp .zap/*.conf "$reports"

# zap SCRIPT NAME OPTIONS...: 0 and 2 (warnings) go on to the gate, 1 is a rule that fails, 3 is no scan.
failed=0
zap() {
  local script=$1 name=$2 status=0
  shift 2
  say "$script"
  engine run --rm --network "$CANDIDATE" --volume "$reports:/zap/wrk" --env ZAP_AUTH_HEADER_VALUE \
    "$ZAP_IMAGE" "$script" "$@" -c "$name.conf" -J "$name.json" -r "$name.html" || status=$?
  case $status in
    0 | 2) ;;
    1) failed=1 ;;
    *) die "$script ended with $status: nothing was scanned" ;;
  esac
}
zap zap-baseline.py baseline -t http://candidate:8000/ -m 2
zap zap-api-scan.py api -t http://candidate:8000/openapi.json -f openapi

python3 ci/zap_gate.py "$reports/baseline.json" "$reports/api.json" || failed=1
[ "$failed" = 0 ] || die "ZAP has findings; the reports are in $ARTIFACTS/zap"
