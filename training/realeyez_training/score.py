"""Pictures → logits, through the product's own pipeline and no other."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.progress import track

from realeyez.models import Manifest
from realeyez.pipeline import prepare
from realeyez.pipeline.classifier import Classifier
from realeyez.pipeline.verdict import decide, pool
from realeyez_training.augment import standardise
from realeyez_training.dataset import Picture


@dataclass(frozen=True, slots=True)
class Score:
    """What the product says of one picture."""

    picture: Picture
    logit: float
    probability: float
    verdict: str


def score(pictures: Sequence[Picture], classifier: Classifier, manifest: Manifest) -> list[Score]:
    """Score each picture, re-encoded without a look at its label (see `augment.standardise`)."""
    scores = []
    for picture in track(pictures, f"Scoring {len(pictures)} pictures"):
        prepared = prepare(standardise(picture.path.read_bytes()), manifest)
        prediction = classifier.predict(prepared.views.pixels)
        decision = decide(prediction, manifest)
        scores.append(Score(picture, pool(prediction), decision.probability, decision.verdict))
    return scores
