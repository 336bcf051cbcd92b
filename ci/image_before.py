"""The image that runs before a plan is applied; nothing if there is none.

python3 ci/image_before.py plan.json
"""

import base64
import json
import re
import sys
from pathlib import Path
from typing import Any


def image_before(plan: dict[str, Any]) -> str:
    """From the user data of the service's launch template, as it is in the state."""
    for change in plan.get("resource_changes", []):
        if change["type"] != "aws_launch_template" or ".module.service" not in change["address"]:
            continue
        before = change["change"]["before"]
        if before:
            user_data = base64.b64decode(before["user_data"]).decode()
            if found := re.search(r"IMAGE='([^']+@sha256:[0-9a-f]{64})'", user_data):
                return found[1]
    return ""


if __name__ == "__main__":
    print(image_before(json.loads(Path(sys.argv[1]).read_text())))
