"""Schemas, policy, and that the parts fit each other and the service."""

import json
import re
from pathlib import Path

import kubernetes_validate
import pytest
from tests.conftest import ROOT
from tests.infra.checkov import checkov
from tests.infra.kubernetes.conftest import (
    BUILDS,
    KUBERNETES,
    Object,
    build,
    objects,
    of_kind,
    pod_spec,
)
from tests.infra.tools import need, run

from realeyez import __version__
from realeyez.app import create_app
from realeyez.settings import Settings

VERSIONS = ["1.32", "1.34", "1.37"]  # 1.34 is terraform/modules/eks's
WORKLOADS = ("Deployment", "Job", "Pod")
# Kinds of operators, which have schemas of their own: the tests below look into them.
OPERATORS = {("monitoring.coreos.com/v1", "ServiceMonitor"), ("keda.sh/v1alpha1", "ScaledObject")}


@pytest.fixture(params=BUILDS)
def built(request: pytest.FixtureRequest) -> list[Object]:
    return objects(KUBERNETES / request.param)


def test_valid_by_the_apis_own_schemas(built: list[Object]) -> None:
    own = [item for item in built if (item["apiVersion"], item["kind"]) not in OPERATORS]
    assert own
    for item in own:
        for version in VERSIONS:
            kubernetes_validate.validate(item, version, strict=True)


def test_the_schemas_are_strict() -> None:
    service = of_kind(objects(KUBERNETES / "base"), "Service")
    service["spec"]["portz"] = []
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(service, VERSIONS[0], strict=True)


def test_the_schemas_cover_the_version_that_terraform_makes() -> None:
    text = (ROOT / "terraform" / "modules" / "eks" / "variables.tf").read_text()
    (version,) = re.findall(r'default +=  *"(1\.\d+)"', text)
    assert version in VERSIONS


def test_checkov_finds_nothing(tmp_path: Path) -> None:
    files: list[str] = []
    for name in BUILDS:
        file = tmp_path / f"{name.replace('/', '-')}.yaml"
        file.write_text(build(KUBERNETES / name))
        files += ["--file", str(file)]
    checkov("--config-file", KUBERNETES / "checkov.yaml", *files)


def test_every_skipped_check_has_a_reason() -> None:
    text = (KUBERNETES / "checkov.yaml").read_text()
    skips = re.findall(r"^  - (CKV\S+)(.*)$", text, re.MULTILINE)
    assert skips
    for check, reason in skips:
        assert re.fullmatch(r" # .{20,}", reason), check


def test_everything_is_in_one_namespace_of_restricted_pods(built: list[Object]) -> None:
    for item in built:
        if item["kind"] == "Namespace":
            labels = item["metadata"]["labels"]
            assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
        else:
            assert item["metadata"]["namespace"] == "realeyez", item["kind"]


def test_pods_are_what_restricted_asks_for_and_more(built: list[Object]) -> None:
    workloads = [item for item in built if item["kind"] in WORKLOADS]
    assert workloads
    for item in workloads:
        spec = pod_spec(item)
        assert spec["automountServiceAccountToken"] is False
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys()
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["runAsUser"] == 10001  # the image's
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert all("emptyDir" in volume for volume in spec.get("volumes", []))
        for container in spec["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"].keys() == {"requests", "limits"}


def test_images_are_this_version(built: list[Object]) -> None:
    images = {
        container["image"]
        for item in built
        if item["kind"] in WORKLOADS
        for container in pod_spec(item)["containers"]
    }
    gpu = any("nvidia.com/gpu" in str(item) for item in built)
    assert images == {f"docker.io/realeyez/realeyez:{__version__}{'-gpu' if gpu else ''}"}


def test_the_services_settings_are_known_and_keys_required(
    built: list[Object], monkeypatch: pytest.MonkeyPatch
) -> None:
    deployments = [item for item in built if item["kind"] == "Deployment"]
    if not deployments:
        return
    (container,) = pod_spec(deployments[0])["containers"]
    given = dict(of_kind(built, "ConfigMap")["data"])
    given |= {item["name"]: item["value"] for item in container["env"] if "value" in item}
    for name, value in given.items():
        assert name.removeprefix("REALEYEZ_").lower() in Settings.model_fields, name
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.keys_required
    assert settings.port == container["ports"][0]["containerPort"]
    grace = pod_spec(deployments[0])["terminationGracePeriodSeconds"]
    assert grace >= settings.drains_for + settings.finish_seconds + 5
    readiness = container["readinessProbe"]
    seen = readiness["periodSeconds"] * readiness["failureThreshold"]
    assert settings.drains_for > seen  # it is seen not to be ready before it stops listening


def test_the_ingress_leads_to_what_is_public_and_not_to_metrics() -> None:
    rules = of_kind(objects(KUBERNETES / "base"), "Ingress")["spec"]["rules"]
    paths = [(path["path"], path["pathType"]) for path in rules[0]["http"]["paths"]]

    def reached(route: str) -> bool:
        return any(
            route == path or (kind == "Prefix" and route.startswith(f"{path}/"))
            for path, kind in paths
        )

    resources = create_app(Settings()).router.resources()
    routes = {resource.canonical for resource in resources}
    closed = {route for route in routes if not reached(route)}
    assert "/metrics" in closed
    assert closed <= {"/metrics", "/status", "/health/live"}


def test_the_ingress_limits_are_those_of_nginx() -> None:
    notes = of_kind(objects(KUBERNETES / "base"), "Ingress")["metadata"]["annotations"]
    prefix = "nginx.ingress.kubernetes.io/"
    said = {name.removeprefix(prefix): value for name, value in notes.items()}
    limits = (ROOT / "deploy" / "nginx" / "limits.conf").read_text()
    proxy = (ROOT / "deploy" / "nginx" / "proxy.conf").read_text()
    assert f"client_max_body_size {said['proxy-body-size']};" in limits
    assert f"client_body_buffer_size {said['client-body-buffer-size']};" in limits
    assert f"zone=address:10m rate={said['limit-rps']}r/s;" in limits
    burst = int(said["limit-rps"]) * int(said["limit-burst-multiplier"])
    assert f"zone=address burst={burst} nodelay;" in limits
    assert f"limit_conn connections {said['limit-connections']};" in limits
    assert f"proxy_connect_timeout {said['proxy-connect-timeout']}s;" in proxy
    assert f"proxy_read_timeout {said['proxy-read-timeout']}s;" in proxy
    assert f"proxy_next_upstream {said['proxy-next-upstream']};" in proxy
    assert f"proxy_next_upstream_tries {said['proxy-next-upstream-tries']};" in proxy


def test_what_selects_pods_selects_these(built: list[Object]) -> None:
    deployments = [item for item in built if item["kind"] == "Deployment"]
    if not deployments:
        return
    labels = deployments[0]["spec"]["template"]["metadata"]["labels"].items()
    service = of_kind(built, "Service")
    assert service["spec"]["selector"].items() <= labels
    budget = of_kind(built, "PodDisruptionBudget")
    assert budget["spec"]["selector"]["matchLabels"].items() <= labels
    monitor = of_kind(built, "ServiceMonitor")
    chosen = monitor["spec"]["selector"]["matchLabels"].items()
    assert chosen <= service["metadata"]["labels"].items()


def test_network_policies_close_all_but_what_is_named() -> None:
    found = {
        item["metadata"]["name"]: item["spec"]
        for item in objects(KUBERNETES / "base")
        if item["kind"] == "NetworkPolicy"
    }
    assert found["nobody"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    (rule,) = found["realeyez"]["ingress"]
    assert rule["ports"] == [{"port": "http"}]
    ports = [port["port"] for rule in found["database"]["egress"] for port in rule["ports"]]
    assert ports == [53, 53, 5432]
    labels = of_kind(objects(KUBERNETES / "shell"), "Pod")["metadata"]["labels"]
    assert found["database"]["podSelector"]["matchLabels"].items() <= labels.items()


def test_prometheus_asks_with_a_key() -> None:
    (endpoint,) = of_kind(objects(KUBERNETES / "base"), "ServiceMonitor")["spec"]["endpoints"]
    assert endpoint["port"] == "http"
    assert endpoint["path"] == "/metrics"
    assert endpoint["authorization"] == {"credentials": {"name": "realeyez-metrics", "key": "key"}}


def test_a_gpu_replica_goes_where_terraform_makes_gpus() -> None:
    spec = pod_spec(of_kind(objects(KUBERNETES / "overlays" / "gpu"), "Deployment"))
    eks = (ROOT / "terraform" / "modules" / "eks" / "main.tf").read_text()
    ((label, value),) = spec["nodeSelector"].items()
    assert f'labels = {{ "{label}" = "{value}" }}' in eks
    (toleration,) = spec["tolerations"]
    assert f'key    = "{toleration["key"]}"' in eks
    assert spec["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == "1"


# KEDA


@pytest.mark.parametrize("overlay", ["cpu", "gpu"])
def test_keda_takes_the_autoscalers_place(overlay: str, tmp_path: Path) -> None:
    source = KUBERNETES / "overlays" / "keda"
    text = (source / "kustomization.yaml").read_text()
    for name in ("cpu", "scaledobject.yaml"):
        text = text.replace(f"- ../{name}", f"- {name}")
    parent = "../" * (len(tmp_path.resolve().parts) - 1)
    place = f"{parent}{KUBERNETES.relative_to('/')}/overlays"
    text = text.replace("- cpu\n", f"- {place}/{overlay}\n")
    (tmp_path / "kustomization.yaml").write_text(text)
    (tmp_path / "scaledobject.yaml").write_text((source / "scaledobject.yaml").read_text())
    found = objects(tmp_path)
    assert not [item for item in found if item["kind"] == "HorizontalPodAutoscaler"]
    scaled, deployment = of_kind(found, "ScaledObject"), of_kind(found, "Deployment")
    assert scaled["spec"]["scaleTargetRef"] == {"name": deployment["metadata"]["name"]}
    assert scaled["spec"]["minReplicaCount"] <= scaled["spec"]["fallback"]["replicas"]


def _series(pod: str, namespace: str, seconds: str, pictures: str) -> list[dict[str, str]]:
    labels = f'{{namespace="{namespace}",pod="{pod}",step="queue",priority="feed"}}'
    return [
        {"series": f"realeyez_step_seconds_sum{labels}", "values": seconds},
        {"series": f"realeyez_step_seconds_count{labels}", "values": pictures},
    ]


def test_keda_scales_on_the_mean_wait(tmp_path: Path) -> None:
    need("promtool")
    scaled = of_kind(objects(KUBERNETES / "overlays" / "keda"), "ScaledObject")
    (trigger,) = scaled["spec"]["triggers"]
    assert (trigger["type"], trigger["metricType"]) == ("prometheus", "Value")
    two_replicas = _series("a", "realeyez", "0+3x20", "0+5x20")
    two_replicas += _series("b", "realeyez", "0+1x20", "0+5x20")
    another_service = _series("c", "other", "0+99x20", "0+1x20")
    nobody_asks = _series("a", "realeyez", "7x20", "7x20")
    cases = [(two_replicas + another_service, 0.4), (nobody_asks, 0), ([], 0)]
    tests = [
        {
            "interval": "15s",
            "input_series": series,
            "promql_expr_test": [
                {
                    "expr": trigger["metadata"]["query"],
                    "eval_time": "4m",
                    "exp_samples": [{"labels": "{}", "value": wait}],
                }
            ],
        }
        for series, wait in cases
    ]
    (tmp_path / "test.yml").write_text(json.dumps({"tests": tests}))  # JSON is YAML too
    run("promtool", "test", "rules", tmp_path / "test.yml")
    terraform = (ROOT / "terraform" / "modules" / "service" / "variables.tf").read_text()
    assert (
        f"default     = {trigger['metadata']['threshold']}\n" in terraform
    )  # target_queue_seconds
