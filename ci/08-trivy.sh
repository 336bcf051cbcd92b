#!/usr/bin/env bash
# Stage 8: Trivy on the pushed image. A HIGH or CRITICAL hole that has a fix fails; .trivyignore.yaml
# holds exceptions with a reason and an end. What the image is made of is archived and attested.
. "$(dirname "$0")/lib.sh"
need REGISTRY COSIGN_KEY COSIGN_PASSWORD
require trivy cosign
image=$(released_image)
mkdir -p "$ARTIFACTS/trivy"
log_in # Trivy and cosign read the same file

say "what $image is made of"
trivy image --quiet --format cyclonedx --output "$ARTIFACTS/trivy/sbom.cdx.json" "$image"
cosign attest --yes --key "$COSIGN_KEY" --type cyclonedx --predicate "$ARTIFACTS/trivy/sbom.cdx.json" "$image"

say "holes in it"
trivy image --quiet --scanners vuln,secret --format json --output "$ARTIFACTS/trivy/all.json" "$image"
trivy image --quiet --scanners vuln,secret --ignore-unfixed --severity HIGH,CRITICAL \
  --ignorefile .trivyignore.yaml --exit-code 1 "$image" | tee "$ARTIFACTS/trivy/gate.txt"
