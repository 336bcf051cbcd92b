"""Exits with 0 if the service in this container may be sent pictures."""

import os
import sys
from urllib.request import urlopen

try:
    urlopen(f"http://127.0.0.1:{os.environ.get('REALEYEZ_PORT', '8000')}/health/ready", timeout=4)
except OSError as error:
    sys.exit(str(error))
