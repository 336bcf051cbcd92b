"""python -m realeyez_training train | calibrate | evaluate"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow reads it when imported

from realeyez.models import ModelError
from realeyez_training.cli import app

try:
    app(prog_name="python -m realeyez_training")
except (OSError, ValueError, ModelError) as error:  # each says what to do
    sys.exit(f"realeyez_training: {error}")
