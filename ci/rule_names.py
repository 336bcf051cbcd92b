"""The names of all alerts and recorded series in a folder of Prometheus rules, one a line.

python3 ci/rule_names.py monitoring/prometheus
"""

import re
import sys
from pathlib import Path

_NAME = re.compile(r"^\s*-?\s*(?:alert|record):\s*[\"']?([\w:]+)", re.MULTILINE)


def rule_names(folder: Path) -> list[str]:
    files = sorted(path for path in folder.rglob("*.y*ml") if "test" not in path.stem)
    return sorted({name for path in files for name in _NAME.findall(path.read_text("utf-8"))})


if __name__ == "__main__":
    for name in rule_names(Path(sys.argv[1])):
        print(name)
