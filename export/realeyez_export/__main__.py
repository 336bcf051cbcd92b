"""python -m realeyez_export convert | publish"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow reads it when imported

from realeyez_export.cli import app

app(prog_name="python -m realeyez_export")
