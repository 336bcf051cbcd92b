"""Whether a Prometheus watches: every target is up, these rules are loaded and evaluated, and
somebody is there to be told.

python3 ci/monitoring.py http://127.0.0.1:9090 RULE...
Needs nothing but Python 3.9: it is also run on the monitoring host.
"""

import json
import sys
from typing import Any
from urllib.request import urlopen


def ask(url: str, path: str) -> Any:
    with urlopen(f"{url}{path}", timeout=20) as answer:  # noqa: S310  # nosec B310
        return json.load(answer)["data"]


def problems(url: str, wanted: list[str]) -> list[str]:
    """What is wrong, in words; nothing if all is well."""
    wrong = []
    targets = ask(url, "/api/v1/targets?state=active")["activeTargets"]
    if not targets:
        wrong.append("no targets")
    for target in targets:
        if target["health"] != "up":
            job, instance = (target["labels"].get(name) for name in ("job", "instance"))
            wrong.append(f"{job} at {instance} is {target['health']}: {target['lastError']}")

    rules = [rule for group in ask(url, "/api/v1/rules")["groups"] for rule in group["rules"]]
    missing = sorted(set(wanted) - {rule["name"] for rule in rules})
    if missing:
        wrong.append(f"not loaded: {', '.join(missing)}")
    wrong += [
        f"rule {rule['name']} is {rule['health']}: {rule.get('lastError', '')}"
        for rule in rules
        if rule["health"] != "ok"
    ]

    if not ask(url, "/api/v1/alertmanagers")["activeAlertmanagers"]:
        wrong.append("no Alertmanager")
    print(f"{len(targets)} targets, {len(rules)} rules, {len(wanted)} of them wanted")
    return wrong


if __name__ == "__main__":
    try:
        found = problems(sys.argv[1].rstrip("/"), sys.argv[2:])
    except (OSError, ValueError, KeyError) as error:
        found = [f"no answer from Prometheus: {error!r}"]
    for problem in found:
        print(problem, file=sys.stderr)
    sys.exit(1 if found else 0)
