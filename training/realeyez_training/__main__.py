"""python -m realeyez_training curate | reconstruct | train | compare | calibrate | …"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow reads it when imported

from realeyez.models import ModelError
from realeyez_training.cli import app
from realeyez_training.errors import InputError

try:
    app(prog_name="python -m realeyez_training")
except (InputError, ModelError) as error:
    sys.exit(f"realeyez_training: {error}")
