"""Fails if a report of ZAP has a high finding, or if nothing was scanned.

python3 ci/zap_gate.py baseline.json api.json
"""

import json
import sys
from pathlib import Path

HIGH = 3  # ZAP's riskcode


def gate(report: Path) -> list[str]:
    """What is wrong with that report."""
    try:
        sites = json.loads(report.read_text())["site"]
    except (OSError, ValueError, KeyError) as error:
        return [f"{report.name}: no report ({error!r})"]
    if not sites:
        return [f"{report.name}: nothing was scanned"]
    return [
        f"{report.name}: {alert['name']} ({alert['pluginid']}), {alert.get('count', '?')} times"
        for site in sites
        for alert in site.get("alerts", [])
        if int(alert["riskcode"]) >= HIGH
    ]


if __name__ == "__main__":
    wrong = [problem for name in sys.argv[1:] for problem in gate(Path(name))]
    for problem in wrong:
        print(f"HIGH {problem}", file=sys.stderr)
    sys.exit(1 if wrong or not sys.argv[1:] else 0)
