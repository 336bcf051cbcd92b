# shellcheck shell=bash
# Sourced by every script here. Each runs from the repository's root, whoever calls it from wherever.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

ARTIFACTS=artifacts/ci # archived by Jenkins: reports, plans, digests
STATE=build/ci         # not archived: keys and what one stage tells the next
RELEASE=$ARTIFACTS/release.env
# shellcheck disable=SC2034 # the candidate's names, used by stages 2 and 4 to 6
CANDIDATE=realeyez-candidate-${BUILD_NUMBER:-local}
mkdir -p "$ARTIFACTS" "$STATE"

say() { printf '\n== %s\n' "$*" >&2; }

die() {
  printf 'ERROR: %s\n' "$*" >&2
  exit 1
}

# require TOOL...: stops if one is not on PATH. deploy/jenkins/Dockerfile has them all.
require() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || die "$tool is not on PATH; deploy/jenkins/Dockerfile says which version"
  done
}

# need NAME...: stops if one of these variables is empty.
need() {
  local name
  for name in "$@"; do
    [ -n "${!name:-}" ] || die "$name is not set; ci/README.md says what it is"
  done
}

# The container engine: CONTAINER_ENGINE, else a Docker that answers, else podman.
engine() {
  if [ -z "${CONTAINER_ENGINE:-}" ]; then
    if command -v docker >/dev/null && docker info >/dev/null 2>&1; then
      CONTAINER_ENGINE=docker
    elif command -v podman >/dev/null; then
      CONTAINER_ENGINE=podman
    else
      die "neither a Docker that answers nor podman is here"
    fi
  fi
  "$CONTAINER_ENGINE" "$@"
}

# build_image TARGET IMAGE: BUILD_OPTIONS are the engine's own, such as --isolation=chroot.
build_image() {
  local options=()
  read -r -a options <<<"${BUILD_OPTIONS:-}"
  engine build --file backend/Dockerfile --target "$1" --tag "$2" \
    --build-arg "VERSION=$(version)" --build-arg "REVISION=$(git rev-parse HEAD)" \
    "${options[@]}" .
}

version() { sed -n 's/^__version__ = "\(.*\)"$/\1/p' backend/realeyez/__init__.py; }

# Jenkins checks out a commit without a branch, and names the branch.
branch() { printf '%s\n' "${BRANCH_NAME:-$(git rev-parse --abbrev-ref HEAD)}"; }

# The image that stage 7 has pushed: REGISTRY/NAME@sha256:…
released_image() {
  local image
  image=$(sed -n 's/^IMAGE=//p' "$RELEASE" 2>/dev/null) || true
  [[ $image =~ ^[a-z0-9][a-z0-9./:_-]*@sha256:[0-9a-f]{64}$ ]] ||
    die "$RELEASE names no image by digest; stage 7 writes it"
  printf '%s\n' "$image"
}

# Logs the engine and cosign in to REGISTRY, in a file that does not outlive the build. Amazon's registry knows
# this machine's role; another wants REGISTRY_LOGIN_USR and _PSW, or has been logged in to already.
log_in() {
  need REGISTRY
  local user=${REGISTRY_LOGIN_USR:-} password=${REGISTRY_LOGIN_PSW:-}
  if [[ $REGISTRY == *.dkr.ecr.*.amazonaws.com ]]; then
    user=AWS
    password=$(aws ecr get-login-password)
  fi
  [ -n "$user" ] || return 0
  export DOCKER_CONFIG=$PWD/$STATE/docker
  export REGISTRY_AUTH_FILE=$DOCKER_CONFIG/config.json # podman's name for it
  mkdir -p "$DOCKER_CONFIG"
  engine login --username "$user" --password-stdin "$REGISTRY" <<<"$password" >&2
}
