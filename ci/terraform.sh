# shellcheck shell=bash
# Sourced after lib.sh by the stages that run Terraform: 9 to 12.

# ENVIRONMENT is dev or prod. BACKEND_FILE, TFVARS_FILE and LOCK_FILE are copies of the account's own
# backend.hcl, terraform.tfvars and .terraform.lock.hcl; without them those beside the environment count.
use_environment() {
  [[ ${ENVIRONMENT:-} =~ ^(dev|prod)$ ]] || die "ENVIRONMENT is dev or prod, not '${ENVIRONMENT:-}'"
  FOLDER=terraform/environments/$ENVIRONMENT
  export TF_IN_AUTOMATION=1 TF_INPUT=0
  put "${BACKEND_FILE:-}" "$FOLDER/backend.hcl"
  put "${TFVARS_FILE:-}" "$FOLDER/terraform.tfvars"
  put "${LOCK_FILE:-}" "$FOLDER/.terraform.lock.hcl"
  take_role
}

put() {
  [ -z "$1" ] || install -m 600 "$1" "$2"
}

# DEPLOY_ROLE_ARN, if it is set, is taken by AWS's own libraries: no key is ever written anywhere.
take_role() {
  [ -n "${DEPLOY_ROLE_ARN:-}" ] || return 0
  printf '[profile deploy]\nrole_arn = %s\ncredential_source = %s\nrole_session_name = realeyez-ci-%s\n' \
    "$DEPLOY_ROLE_ARN" "${CREDENTIAL_SOURCE:-Ec2InstanceMetadata}" "${BUILD_NUMBER:-local}" >"$STATE/aws"
  export AWS_CONFIG_FILE=$PWD/$STATE/aws AWS_PROFILE=deploy
}

in_environment() { terraform -chdir="$FOLDER" "$@"; }

# TERRAFORM_INIT: more options for init, such as a mirror's -plugin-dir.
init() {
  local options=()
  read -r -a options <<<"${TERRAFORM_INIT:-}"
  [ -z "${LOCK_FILE:-}" ] || options+=(-lockfile=readonly)
  if [ -f "$FOLDER/backend.hcl" ]; then
    options+=(-backend-config=backend.hcl)
  fi
  in_environment init -no-color "${options[@]}"
}

# output NAME: one of the outputs of modules/realeyez.
output() {
  in_environment output -json realeyez | python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}
