#!/bin/sh
# What the image's build runs, from the repository's root; the lock is the target's:
#   build.sh dependencies LOCK     /opt/realeyez, a virtual environment
#   build.sh service               this distribution into it, and sbom.cdx.json, what it is made of
set -eu
export PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
tools=/opt/build
target=/opt/realeyez

case $1 in
  dependencies)
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --require-hashes -r requirements/build.txt
    python3 -m venv --without-pip "$target"
    "$tools/bin/pip" --python "$target" install --quiet --require-hashes -r "$2"
    find "$target" -name '*.a' -delete # static libraries, which nothing loads
    ;;
  service)
    "$tools/bin/pip" wheel --quiet --no-deps --no-build-isolation --wheel-dir /tmp/wheel .
    "$tools/bin/pip" --python "$target" install --quiet --no-deps /tmp/wheel/*.whl
    "$tools/bin/cyclonedx-py" environment --pyproject pyproject.toml --output-reproducible \
      --output-file "$target/sbom.cdx.json" "$target/bin/python"
    ;;
esac
