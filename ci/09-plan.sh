#!/usr/bin/env bash
# Stage 9: Terraform's plan for ENVIRONMENT with the released image; the plan is archived.
. "$(dirname "$0")/lib.sh"
. ci/terraform.sh
require terraform
use_environment
image=$(released_image)
reports=$ARTIFACTS/plan
rm -rf "$reports"
mkdir -p "$reports"

init
say "validate"
in_environment validate -no-color
say "plan $ENVIRONMENT with $image"
in_environment plan -no-color -lock-timeout=5m -var "image=$image" -out=plan
in_environment show -no-color plan >"$reports/plan.txt"
in_environment show -json plan >"$reports/plan.json"
cp "$FOLDER/plan" "$reports/plan"
grep -E '^(Plan:|No changes)' "$reports/plan.txt" || true
