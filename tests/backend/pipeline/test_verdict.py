import numpy as np
import pytest

from realeyez.models import Manifest, Model, Thresholds
from realeyez.pipeline.types import Certainty, Claim, Prediction, Says
from realeyez.pipeline.verdict import calibrate, decide, pool


def prediction(*logits: float) -> Prediction:
    values = np.array(logits, np.float32)
    return Prediction(values, np.broadcast_to(values[:, None, None], (len(values), 7, 7)))


@pytest.fixture
def manifest(model: Model) -> Manifest:
    thresholds = Thresholds(real=0.25, balanced=0.5, ai=0.75)
    return model.manifest.model_copy(update={"temperature": 2.0, "thresholds": thresholds})


@pytest.mark.parametrize(
    ("probability", "verdict"),
    [
        (0.01, "real"),
        (0.2499, "real"),
        (0.25001, "unsure"),
        (0.5, "unsure"),
        (0.7499, "unsure"),
        (0.75001, "ai"),
        (0.99, "ai"),
    ],
)
def test_bands(manifest: Manifest, probability: float, verdict: str) -> None:
    logit = 2.0 * float(np.log(probability / (1 - probability)))
    decision = decide(prediction(logit), manifest)
    assert decision.verdict == verdict
    assert decision.probability == pytest.approx(probability, abs=1e-6)


def claim(certainty: Certainty, says: Says) -> Claim:
    return Claim(kind="c2pa", certainty=certainty, says=says, summary="Somebody says so.")


REAL_PIXELS, AI_PIXELS = -20.0, 20.0


@pytest.mark.parametrize(
    ("claims", "verdict", "basis"),
    [
        ([], "real", "classifier"),
        ([("signed", "ai")], "ai", "signed_provenance"),
        ([("signed", "ai_edited")], "ai_edited", "signed_provenance"),
        ([("signed", "ai_edited"), ("signed", "ai")], "ai", "signed_provenance"),
        ([("signed", "ai_edited"), ("declared", "ai")], "ai_edited", "signed_provenance"),
        ([("signed", "camera"), ("signed", "ai_edited")], "ai_edited", "signed_provenance"),
        ([("unknown_signer", "ai")], "ai", "declared_metadata"),
        ([("declared", "ai")], "ai", "declared_metadata"),
        ([("declared", "ai_edited")], "ai_edited", "declared_metadata"),
        ([("declared", "ai"), ("shown", "camera")], "ai", "declared_metadata"),
        ([("declared", "ai"), ("unknown_signer", "camera")], "ai", "declared_metadata"),
        ([("declared", "ai"), ("signed", "nothing")], "ai", "declared_metadata"),
        ([("declared", "ai"), ("signed", "camera")], "real", "classifier"),
        ([("invalid", "ai")], "real", "classifier"),
        ([("signed", "nothing")], "real", "classifier"),
        ([("shown", "camera")], "real", "classifier"),
    ],
)
def test_claims(
    manifest: Manifest, claims: list[tuple[Certainty, Says]], verdict: str, basis: str
) -> None:
    decision = decide(prediction(REAL_PIXELS), manifest, [claim(*one) for one in claims])
    assert (decision.verdict, decision.basis) == (verdict, basis)
    assert decision.probability == decide(prediction(REAL_PIXELS), manifest).probability


@pytest.mark.parametrize("certainty", ["signed", "unknown_signer", "invalid", "shown"])
def test_no_camera_overrides_the_pixels(manifest: Manifest, certainty: Certainty) -> None:
    decision = decide(prediction(AI_PIXELS), manifest, [claim(certainty, "camera")])
    assert (decision.verdict, decision.basis) == ("ai", "classifier")


def test_views_are_averaged_as_logits() -> None:
    assert pool(prediction(-1.0, 4.0)) == pytest.approx(1.5)


@pytest.mark.parametrize("logit", [-1e6, 1e6])
def test_calibration_does_not_overflow(logit: float) -> None:
    assert calibrate(logit, 0.1) == (logit > 0)


def test_temperature_softens_and_keeps_the_side() -> None:
    assert 0.5 < calibrate(2.0, 4.0) < calibrate(2.0, 1.0)
    assert calibrate(0.0, 3.0) == 0.5
