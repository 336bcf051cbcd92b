#!/bin/sh
# Runs a command of realeyez in this process's place. Before it serves, the database is brought to this
# version's tables: several that start at once do that one after another.
set -eu
if [ "${1:-}" = serve ]; then
  realeyez db upgrade >&2
fi
exec realeyez "$@"
