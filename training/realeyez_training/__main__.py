"""python -m realeyez_training train | calibrate | evaluate"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow reads it when imported

from realeyez_training.cli import app

app(prog_name="python -m realeyez_training")
