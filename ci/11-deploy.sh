#!/usr/bin/env bash
# Stage 11, once a person has approved: the plan of stage 9 is applied as it is, hosts are renewed, and the
# service answers through the load balancer. If not, the image from before is applied again, and this fails.
. "$(dirname "$0")/lib.sh"
. ci/terraform.sh
require terraform aws
use_environment
image=$(released_image)
plan=$ARTIFACTS/plan

(cd "$plan" && sha256sum --quiet --check approved.sha256) || die "this is not the plan that stage 10 has passed"
before=$(python3 ci/image_before.py "$plan/plan.json")

init
cp "$plan/plan" "$FOLDER/plan"

# renewal FIELD: of the newest renewal of the service's hosts; None or nothing if there was none.
renewal() {
  aws autoscaling describe-instance-refreshes --auto-scaling-group-name "$(output scaling_group)" \
    --max-records 1 --query "InstanceRefreshes[0].$1" --output text
}

# Waits until the hosts run what was applied: Terraform only starts that.
renewed() {
  local status
  [ "$(renewal InstanceRefreshId)" != "$earlier" ] || return 0 # no host had to be renewed
  for _ in $(seq "${RENEW_TRIES:-120}"); do
    status=$(renewal Status)
    case $status in
      Successful | None) return 0 ;;
      Failed | Cancelled | RollbackSuccessful | RollbackFailed)
        printf 'the renewal of hosts ended: %s\n' "$status" >&2
        return 1
        ;;
    esac
    sleep "${PAUSE:-15}"
  done
  printf 'the renewal of hosts does not end\n' >&2
  return 1
}

works() {
  renewed && ci/smoke.sh "$(output url)"
}

earlier=$(renewal InstanceRefreshId 2>/dev/null) || earlier=
say "apply $image to $ENVIRONMENT"
if in_environment apply -no-color -lock-timeout=5m plan && works; then
  printf 'IMAGE=%s\nBEFORE=%s\n' "$image" "$before" | tee "$ARTIFACTS/deployed.env"
  exit
fi

[ -n "$before" ] || die "the first deployment has failed; there is no image to go back to"
say "roll back to $before"
earlier=$(renewal InstanceRefreshId)
in_environment plan -no-color -lock-timeout=5m -var "image=$before" -out=rollback
in_environment show -no-color rollback >"$ARTIFACTS/plan/rollback.txt"
in_environment apply -no-color -lock-timeout=5m rollback
works || die "ROLL-BACK HAS FAILED TOO: $ENVIRONMENT needs a person (docs/operations.md)"
die "the deployment has failed; $ENVIRONMENT runs $before again"
