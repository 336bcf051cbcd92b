"""python -m realeyez_export convert | publish"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow reads it when imported

from realeyez.models import ModelError
from realeyez_export.cli import app

try:
    app(prog_name="python -m realeyez_export")
except (OSError, ValueError, ModelError) as error:  # each says what to do
    sys.exit(f"realeyez_export: {error}")
