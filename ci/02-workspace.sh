#!/usr/bin/env bash
# Stage 2: what earlier builds left is removed, and there is room for this one. Environments stay:
# their locks say when to make them anew.
. "$(dirname "$0")/lib.sh"

say "remove what earlier builds left"
rm -rf artifacts build extension/dist .coverage
rm -f terraform/environments/*/{plan,rollback}
ci/06-remove-candidate.sh

# enough KIND COLUMN LEAST: of every file system that a build writes to.
enough() {
  local place free
  for place in . "${TMPDIR:-/tmp}" "${CONTAINER_STORAGE:-/var/lib}"; do
    free=$(df --output="$2" --block-size=1G "$place" | tail -n 1 | tr -d ' ')
    printf '%s: %s %s free\n' "$place" "$free" "$1"
    [ "$free" = - ] || [ "$free" -ge "$3" ] || die "$place has $free $1 free; a build needs $3"
  done
}
say "disk"
enough GiB avail "${MIN_FREE_GIB:-20}"
enough inodes iavail "${MIN_FREE_INODES:-200000}"
