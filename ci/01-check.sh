#!/usr/bin/env bash
# Stage 1: the branch may be built, and everything is linted.
. "$(dirname "$0")/lib.sh"

branch=$(branch)
say "branch $branch"
# It becomes part of names; what is longer or stranger is renamed by its owner.
[[ $branch =~ ^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$ ]] || die "'$branch' is no name for a branch here"

git diff --quiet HEAD -- || die "there are changes that are in no commit"
if git grep -nE '^(<{7}|>{7}) ' -- ':!*.svg'; then
  die "marks of an unfinished merge"
fi
if [ "$branch" != main ]; then
  git rev-parse --quiet --verify origin/main >/dev/null || die "origin/main is not here: git fetch origin main"
  git merge-base --is-ancestor origin/main HEAD || die "$branch is behind main: merge it first"
fi

make lint lint-pipeline
