#!/usr/bin/env bash
# Stage 6, and whenever a build ends: nothing is left of the candidate. Run again, it finds nothing to do.
. "$(dirname "$0")/lib.sh"

say "remove $CANDIDATE"
engine rm --force "$CANDIDATE" >/dev/null 2>&1 || true
engine volume rm --force "$CANDIDATE" >/dev/null 2>&1 || true
engine network rm "$CANDIDATE" >/dev/null 2>&1 || true
engine rmi --force "$CANDIDATE" >/dev/null 2>&1 || true
rm -f "$STATE/candidate.key"
if left=$(engine ps --all --quiet --filter "name=^$CANDIDATE\$") && [ -n "$left" ]; then
  die "container $left is still there"
fi
