#!/usr/bin/env bash
# train DATASET RUN WEIGHTS: fetches a data set from S3 and trains on it. The run is kept at runs/RUN on
# S3 with each saved state, so that a job whose machine is taken away goes on from there on another.
set -euo pipefail
dataset=$1 run=$2 weights=$3
cd "${TMPDIR:-/tmp}"
# shellcheck disable=SC2016 # backquotes of Python's
python -c '
import sys
from pathlib import Path
from realeyez_training.data import s3
url, folder = sys.argv[1], Path(sys.argv[2])
s3.restore(url, folder)
if not (folder / "manifest.csv").is_file():
    sys.exit(f"{url} holds no manifest.csv: upload a data set there, or name another in `dataset`.")
' "s3://$DATA_BUCKET/$dataset" data
exec python -m realeyez_training train --data data --weights "$weights" --run run \
  --mirror "s3://$DATA_BUCKET/runs/$run"
