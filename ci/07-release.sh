#!/usr/bin/env bash
# Stage 7: the release image is built, pushed and signed. From here on it is known by its digest alone.
. "$(dirname "$0")/lib.sh"
need REGISTRY REPOSITORY COSIGN_KEY COSIGN_PASSWORD
require cosign
[ "$(branch)" = main ] || die "releases are made from main, not from $(branch)"

tag=${TAG:-$(version)-$(git rev-parse --short=12 HEAD)}
[[ $tag =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$ ]] || die "'$tag' is no tag"
[ "$tag" != latest ] || die "latest says nothing: name a version"
target=${TARGET:-cpu}
[ "$target" = cpu ] || tag=$tag-$target
name=$REGISTRY/$REPOSITORY

say "build $name:$tag"
build_image "$target" "$name:$tag"

say "push"
log_in
if [[ $(engine --version) == podman* ]]; then
  engine push --digestfile "$STATE/digest" "$name:$tag"
  digest=$(cat "$STATE/digest")
else
  engine push "$name:$tag"
  digest=$(engine image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$name:$tag" |
    sed -n "s|^${name#docker.io/}@||p; s|^$name@||p" | head -n 1)
fi
[[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || die "the registry gave no digest"
image=$name@$digest

say "sign $image"
cosign sign --yes --key "$COSIGN_KEY" --annotations "revision=$(git rev-parse HEAD)" "$image"
cosign verify --key "${COSIGN_PUBLIC_KEY:-$COSIGN_KEY}" "$image" >/dev/null

printf 'IMAGE=%s\nTAG=%s\nREVISION=%s\n' "$image" "$tag" "$(git rev-parse HEAD)" | tee "$RELEASE"
