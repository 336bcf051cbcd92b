#!/usr/bin/env bash
# Known holes in what is locked: pip-audit for Python, npm audit for the extension and the tools here.
# Both ask public databases, so this is Jenkins' to run. An auditor that is offline may say that nothing was
# found; so it must first find what is there: an old Jinja with known holes.
. "$(dirname "$0")/lib.sh"
bin=${SECURITY_BIN:-$PWD/.venv-security/bin}
[ -n "${SECURITY_BIN:-}" ] || make .venv-security/ready
reports=$ARTIFACTS/security
mkdir -p "$reports"

audit() { "$bin/pip-audit" --disable-pip --no-deps --progress-spinner off "$@"; }

say "pip-audit"
printf 'jinja2==2.4.1\n' >"$STATE/canary.txt"
if audit --requirement "$STATE/canary.txt" >"$STATE/canary.log" 2>&1; then
  cat "$STATE/canary.log" >&2
  die "pip-audit does not see a known hole: its database is out of reach, and its silence means nothing"
fi
failed=0
for lock in requirements/*.txt; do
  audit --strict --requirement "$lock" --format json --output "$reports/pip-audit-$(basename "$lock" .txt).json" || {
    printf '%s has known holes, or could not be looked at\n' "$lock" >&2
    failed=1
  }
done

say "npm audit"
npm --prefix extension audit --audit-level=moderate || failed=1
npm --prefix ci audit --audit-level=high || failed=1 # it lints, and never sees a stranger's file
[ "$failed" = 0 ] || die "known holes: renew the locks, or write an exception beside this line"
