"""Exits with 0 if the service in this container may be sent pictures."""

import os
import sys
from urllib.request import urlopen

try:
    port = os.environ.get("REALEYEZ_PORT", "8000")
    urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=4)  # nosec B310
except OSError as error:
    sys.exit(str(error))
