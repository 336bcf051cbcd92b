#!/usr/bin/env bash
# Stage 10: Checkov on the plan. No check fails but those with a written reason: beside the resource, or in
# terraform/plan.checkov.yaml. What has passed is marked, and nothing else can be applied.
. "$(dirname "$0")/lib.sh"
plan=$PWD/$ARTIFACTS/plan
[ -s "$plan/plan.json" ] || die "no plan: stage 9 makes it"

checkov=${CHECKOV:-$PWD/.venv-checkov/bin/checkov}
[ -n "${CHECKOV:-}" ] || make .venv-checkov/ready

say "the plan"
(cd terraform && "$checkov" --file "$plan/plan.json" --config-file plan.checkov.yaml --compact --quiet \
  --output cli --output junitxml --output-file-path "console,$plan/checkov.xml")
say "images"
"$checkov" --config-file .checkov.yaml --compact --quiet

(cd "$plan" && sha256sum plan >approved.sha256)
