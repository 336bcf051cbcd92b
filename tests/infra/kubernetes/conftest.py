"""deploy/kubernetes as kustomize builds it."""

from pathlib import Path
from typing import Any

import yaml
from tests.conftest import ROOT
from tests.infra.tools import of_python, run

KUBERNETES = ROOT / "deploy" / "kubernetes"
BUILDS = ["base", "overlays/cpu", "overlays/gpu", "overlays/keda", "shell"]

Object = dict[str, Any]


def build(folder: Path) -> str:
    """What kustomize makes of a folder. What it warns of fails."""
    return run(
        of_python("kubectl"), "kustomize", "--load-restrictor", "LoadRestrictionsNone", folder
    )


def objects(folder: Path) -> list[Object]:
    return [found for found in yaml.safe_load_all(build(folder)) if found]


def of_kind(found: list[Object], kind: str) -> Object:
    """The only one of that kind."""
    (one,) = (item for item in found if item["kind"] == kind)
    return one


def pod_spec(workload: Object) -> Object:
    spec: Object = (
        workload["spec"] if workload["kind"] == "Pod" else workload["spec"]["template"]["spec"]
    )
    return spec
