#!/usr/bin/env bash
# Security checks that need no network: secrets, bandit, and the house's own rules for semgrep.
. "$(dirname "$0")/lib.sh"
bin=${SECURITY_BIN:-$PWD/.venv-security/bin}
[ -n "${SECURITY_BIN:-}" ] || make .venv-security/ready
reports=$ARTIFACTS/security
mkdir -p "$reports"

say "secrets in files that git keeps"
# It rewrites its baseline when lines have moved, and then ends with 3: that is no finding.
cp .secrets.baseline "$STATE/secrets.baseline"
status=0
mapfile -d '' -t files < <(git ls-files -z)
"$bin/detect-secrets-hook" --baseline "$STATE/secrets.baseline" "${files[@]}" || status=$?
[ "$status" = 0 ] || [ "$status" = 3 ] || die "a secret, or what looks like one: make secrets, once it is known to be none"

say "bandit"
bandit=("$bin/bandit" --quiet --recursive --configfile pyproject.toml --severity-level medium)
code=(backend training export benchmarks ci terraform)
"${bandit[@]}" --format json --output "$reports/bandit.json" "${code[@]}" || "${bandit[@]}" "${code[@]}" # for people

say "semgrep"
"$bin/semgrep" scan --config ci/semgrep.yaml --metrics off --disable-version-check --error --quiet \
  --json-output "$reports/semgrep.json" backend training export extension/src benchmarks ci
