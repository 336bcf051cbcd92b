"""What Prometheus is told. One registry an application, so that several can live in a process."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info

from realeyez.models import Manifest
from realeyez.pipeline.types import Verdict

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The service's metrics; `registry` is what `/metrics` prints."""

    def __init__(self, manifest: Manifest, waiting: Callable[[], int]) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "realeyez_http_requests",
            "Answered requests.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._steps = Histogram(
            "realeyez_step_seconds",
            "Time of each step of a check, the wait for its turn included.",
            ("step",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._verdicts = Counter(
            "realeyez_verdicts", "Verdicts given.", ("verdict", "basis"), registry=self.registry
        )
        Gauge(
            "realeyez_waiting_pictures", "Pictures that wait for the model.", registry=self.registry
        ).set_function(waiting)
        Info("realeyez_model", "The model in use.", registry=self.registry).info(
            {"name": manifest.name, "version": manifest.version, "sha256": manifest.sha256}
        )

    def observe(self, verdict: Verdict) -> None:
        """Count a verdict and where its time went."""
        self._verdicts.labels(verdict.verdict, verdict.basis).inc()
        for step, milliseconds in verdict.timings_ms:
            self._steps.labels(step).observe(milliseconds / 1000)
