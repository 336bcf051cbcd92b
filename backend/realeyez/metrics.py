"""What Prometheus is told. One registry an application, so that several can live in a process."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector

from realeyez.models import Manifest
from realeyez.pipeline.types import Priority, Verdict

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_TENTHS = tuple(tenth / 10 for tenth in range(1, 11))


class Metrics:
    """The service's metrics; `registry` is what `/metrics` prints."""

    def __init__(
        self,
        waiting: Callable[[], int],
        in_flight: Callable[[], int],
        upload_bytes: Callable[[], int],
    ) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.requests = Counter(
            "realeyez_http_requests",
            "Answered requests.",
            ("method", "route", "status"),
            registry=registry,
        )
        self.refused = Counter(
            "realeyez_refused", "Requests that got no verdict.", ("reason",), registry=registry
        )
        self._steps = Histogram(
            "realeyez_step_seconds",
            "Time of each step of a check; queue is the wait for its turns.",
            ("step", "priority"),
            buckets=_SECONDS,
            registry=registry,
        )
        self._verdicts = Counter(
            "realeyez_verdicts",
            "Verdicts given, those from the cache too.",
            ("verdict", "basis"),
            registry=registry,
        )
        self._probability = Histogram(
            "realeyez_probability",
            "Calibrated P(AI) of the pictures decided; its drift is the feed's, or the model's.",
            buckets=_TENTHS,
            registry=registry,
        )
        self._cached = Counter(
            "realeyez_cached", "Verdicts that were there already.", registry=registry
        )
        self._batches = Histogram(
            "realeyez_batch_views",
            "Views in a run of the model.",
            buckets=(1, 2, 4, 8, 16, 32, 64),
            registry=registry,
        )
        Gauge(
            "realeyez_waiting_pictures",
            "Pictures that wait for a decoder or for the model.",
            registry=registry,
        ).set_function(waiting)
        Gauge(
            "realeyez_in_flight_pictures",
            "Pictures between the last byte of the request and the answer.",
            registry=registry,
        ).set_function(in_flight)
        Gauge(
            "realeyez_upload_bytes",
            "Bytes of the bodies that are being received or checked.",
            registry=registry,
        ).set_function(upload_bytes)
        self.reloads = Counter(
            "realeyez_model_reloads",
            "Times that the model was asked to be loaded again: replaced, unchanged, failed.",
            ("outcome",),
            registry=registry,
        )
        self._model = Info("realeyez_model", "The model in use.", registry=registry)

    def describe(self, manifest: Manifest) -> None:
        """Say which model is in use."""
        self._model.info(
            {"name": manifest.name, "version": manifest.version, "sha256": manifest.sha256}
        )

    def observe(self, verdict: Verdict, priority: Priority) -> None:
        """Count a verdict and where its time went."""
        self._verdicts.labels(verdict.verdict, verdict.basis).inc()
        if verdict.cached:
            self._cached.inc()
            return
        self._probability.observe(verdict.probability)
        for step, milliseconds in verdict.timings_ms:
            self._steps.labels(step, priority).observe(milliseconds / 1000)

    def observe_run(self, views: int) -> None:
        """Count a run of the model."""
        self._batches.observe(views)
