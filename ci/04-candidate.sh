#!/usr/bin/env bash
# Stage 4: the candidate image is built, and serves in a network of its own, as it will in production:
# not root, on a read-only disk, with keys.
. "$(dirname "$0")/lib.sh"

ci/06-remove-candidate.sh
say "build $CANDIDATE"
build_image cpu "$CANDIDATE"

say "start it"
engine network create "$CANDIDATE" >/dev/null
engine volume create "$CANDIDATE" >/dev/null
run=(
  --network "$CANDIDATE" --volume "$CANDIDATE:/data"
  --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges
  --pids-limit 512 --memory "${CANDIDATE_MEMORY:-2g}"
)
(umask 077 && engine run --rm "${run[@]}" "$CANDIDATE" keys create candidate >"$STATE/candidate.key")
engine run --detach --name "$CANDIDATE" --network-alias candidate "${run[@]}" \
  --env REALEYEZ_HOSTS=candidate --env REALEYEZ_RATE_PER_MINUTE=1000000 --env REALEYEZ_RATE_BURST=100000 \
  "$CANDIDATE" >/dev/null # a scanner asks more often than anybody

for _ in $(seq "${READY_TRIES:-60}"); do
  if engine exec "$CANDIDATE" python /usr/local/bin/healthcheck.py 2>/dev/null; then
    say "ready"
    exit
  fi
  sleep "${PAUSE:-2}"
done
engine logs "$CANDIDATE" >&2 || true
die "the candidate is not ready"
