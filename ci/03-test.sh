#!/usr/bin/env bash
# Stage 3: security checks, every test with coverage, and SonarQube, whose quality gate decides.
. "$(dirname "$0")/lib.sh"
need SONAR_HOST_URL SONAR_TOKEN
require sonar-scanner

ci/security.sh
ci/audit.sh

say "tests"
make test-python PYTEST="--junitxml=$ARTIFACTS/junit.xml --cov --cov-report=xml:$ARTIFACTS/coverage.xml"
make test-extension VITEST=--coverage

say "SonarQube"
options=("-Dsonar.projectVersion=$(version)")
if [ -n "${SONAR_BRANCHES:-}" ]; then # the Community Edition knows no branches
  options+=("-Dsonar.branch.name=$(branch)")
fi
sonar-scanner "${options[@]}"
