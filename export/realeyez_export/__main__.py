"""python -m realeyez_export convert | publish"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow reads it when imported

from realeyez.models import ModelError
from realeyez_export.cli import app
from realeyez_export.errors import ExportError
from realeyez_training.errors import InputError

try:
    app(prog_name="python -m realeyez_export")
except (ExportError, InputError, ModelError) as error:
    sys.exit(f"realeyez_export: {error}")
