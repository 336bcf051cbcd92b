"""What Prometheus is told. One registry an application, so that several can live in a process."""

from collections.abc import Callable
from functools import cache
from itertools import product
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector

from realeyez.db.records import Label
from realeyez.models import Manifest
from realeyez.models.manifest import TENTHS, Band
from realeyez.pipeline.types import Priority, Verdict, VerdictName
from realeyez.recent import Outcome, Recent

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
# Two of these are the objectives of monitoring/prometheus/rules/slo.yml: 0.3 and 2 seconds.
_CHECK_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_MODEL_SPLIT = "val"  # the one that the thresholds were fitted on


class Metrics:
    """The service's metrics; `registry` is what `/metrics` prints, `recent` what `/status` shows.

    Labels that are known beforehand start at 0: the first event is then an increase too.
    """

    def __init__(
        self,
        waiting: Callable[[], int],
        in_flight: Callable[[], int],
        upload_bytes: Callable[[], int],
        unwritten: Callable[[], int],
        dropped: Callable[[], int],
    ) -> None:
        self.recent = Recent()
        # prometheus_client takes a lock and joins strings to find a child.
        self._labels = cache(lambda metric, *values: metric.labels(*values))
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Counter(
            "realeyez_http_requests",
            "Answered requests.",
            ("method", "route", "status"),
            registry=registry,
        )
        self.refused = Counter(
            "realeyez_refused", "Requests that got no verdict.", ("reason",), registry=registry
        )
        self._pictures = Counter(
            "realeyez_pictures",
            "Pictures asked about: answered, rejected (the caller's fault), failed (ours).",
            ("priority", "outcome"),
            registry=registry,
        )
        self._seconds = Histogram(
            "realeyez_check_seconds",
            "From a picture's last byte to its verdict, or to its deadline.",
            ("priority",),
            buckets=_CHECK_SECONDS,
            registry=registry,
        )
        for priority, outcome in product(get_args(Priority), get_args(Outcome)):
            self._pictures.labels(priority, outcome)
            self._seconds.labels(priority)
        self._steps = Histogram(
            "realeyez_step_seconds",
            "Time of each step of a check; queue is the wait for its turns.",
            ("step", "priority"),
            buckets=_SECONDS,
            registry=registry,
        )
        self._verdicts = Counter(
            "realeyez_verdicts",
            "Verdicts given; cached ones were there already.",
            ("verdict", "basis", "cached"),
            registry=registry,
        )
        for band in get_args(Band):
            self._verdicts.labels(band, "classifier", "no")
        self._probability = Histogram(
            "realeyez_probability",
            "Calibrated P(AI) of the pictures decided; its drift is the feed's, or the model's.",
            buckets=TENTHS,
            registry=registry,
        )
        self._claims = Counter(
            "realeyez_claims",
            "What the pictures decided say of their own origin.",
            ("kind", "certainty"),
            registry=registry,
        )
        self._feedback = Counter(
            "realeyez_feedback",
            "What people say of verdicts: what it was, and what the picture is.",
            ("verdict", "label"),
            registry=registry,
        )
        for verdict, label in product(get_args(VerdictName), get_args(Label)):
            self._feedback.labels(verdict, label)
        self._batches = Histogram(
            "realeyez_batch_views",
            "Views in a run of the model.",
            buckets=(1, 2, 4, 8, 16, 32, 64),
            registry=registry,
        )
        Gauge(
            "realeyez_waiting_pictures",
            "Pictures that wait for a thread or for the model.",
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
        Gauge(
            "realeyez_unwritten_checks",
            "Checks in memory that wait for the database.",
            registry=registry,
        ).set_function(unwritten)
        Gauge(
            "realeyez_dropped_checks",
            "Checks that were never written, since the start.",
            registry=registry,
        ).set_function(dropped)
        self.reloads = Counter(
            "realeyez_model_reloads",
            "Times that the model was asked to be loaded again: replaced, unchanged, failed.",
            ("outcome",),
            registry=registry,
        )
        self._model = Info("realeyez_model", "The model in use.", registry=registry)
        self._expected_verdicts = Gauge(
            "realeyez_model_validation_verdicts",
            "Share of each verdict among the real and the AI pictures that the model was tried on.",
            ("truth", "verdict"),
            registry=registry,
        )
        self._expected_probability = Gauge(
            "realeyez_model_validation_probability",
            "Share of those pictures with a probability up to le.",
            ("truth", "le"),
            registry=registry,
        )

    def describe(self, manifest: Manifest) -> None:
        """Say which model is in use, and what is to be expected of it, if it tells."""
        self._model.info(
            {"name": manifest.name, "version": manifest.version, "sha256": manifest.sha256}
        )
        self._expected_verdicts.clear()
        self._expected_probability.clear()
        tried = manifest.metrics.get(_MODEL_SPLIT)
        for truth, spread in (tried.spread if tried else {}).items():
            for verdict, share in spread.verdicts.items():
                self._expected_verdicts.labels(truth, verdict).set(share)
            for tenth, share in zip(TENTHS, spread.probability, strict=True):
                self._expected_probability.labels(truth, str(tenth)).set(share)

    def observe(self, verdict: Verdict, priority: Priority, seconds: float) -> None:
        """Count a verdict and where its time went."""
        self._labels(self._pictures, priority, "answered").inc()
        self._labels(self._seconds, priority).observe(seconds)
        self.recent.add(priority, "answered", seconds, verdict.verdict)
        cached = "yes" if verdict.cached else "no"
        self._labels(self._verdicts, verdict.verdict, verdict.basis, cached).inc()
        if verdict.cached:
            return
        self._probability.observe(verdict.probability)
        for claim in verdict.claims:
            self._labels(self._claims, claim.kind, claim.certainty).inc()
        for step, milliseconds in verdict.timings_ms:
            self._labels(self._steps, step, priority).observe(milliseconds / 1000)

    def observe_expired(self, priority: Priority, seconds: float) -> None:
        """Count the time that somebody waited for nothing; `observe_refusal` counts the picture."""
        self._labels(self._seconds, priority).observe(seconds)

    def observe_refusal(self, priority: Priority, *, ours: bool) -> None:
        """Count a picture that got no verdict, by the service's fault or by the caller's."""
        outcome: Outcome = "failed" if ours else "rejected"
        self._labels(self._pictures, priority, outcome).inc()
        self.recent.add(priority, outcome)

    def observe_feedback(self, verdict: VerdictName, label: Label) -> None:
        """Count what somebody says of a verdict."""
        self._labels(self._feedback, verdict, label).inc()

    def observe_request(self, method: str, route: str, status: int) -> None:
        """Count an answered request."""
        self._labels(self._requests, method, route, str(status)).inc()

    def observe_run(self, views: int) -> None:
        """Count a run of the model."""
        self._batches.observe(views)
