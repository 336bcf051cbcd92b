"""The same work for every contender: our decoding and views, the shipped model, our decision."""

from __future__ import annotations

from realeyez.models import load_model
from realeyez.pipeline import Prepared, conclude, cores, prepare
from realeyez.pipeline.classifier import Classifier
from realeyez.pipeline.stopwatch import Stopwatch

CORES = cores.usable()


class Recipe:
    """One session of one thread that does not spin: the best that is known for a lane on CPUs."""

    def __init__(self) -> None:
        self._classifier = Classifier(load_model("bundled"), threads=1, provider="cpu")
        self._classifier.warm_up()

    def prepare(self, data: bytes) -> Prepared:
        """Bytes → views."""
        return prepare(data, self._classifier.manifest)

    def decide(self, pictures: list[Prepared]) -> list[bytes]:
        """Views → the JSON of each verdict, in one run of the model."""
        import numpy as np

        from realeyez.pipeline.types import Prediction

        views = np.concatenate([picture.views.pixels for picture in pictures])
        prediction = self._classifier.predict(views)
        answers = []
        start = 0
        for picture in pictures:
            end = start + len(picture.views.pixels)
            one = Prediction(prediction.logits[start:end], prediction.maps[start:end])
            verdict = conclude(picture, one, self._classifier.manifest, Stopwatch())
            answers.append(verdict.model_dump_json(exclude_none=True).encode())
            start = end
        return answers

    def check(self, data: bytes) -> bytes:
        """Bytes → the JSON of the verdict."""
        return self.decide([self.prepare(data)])[0]
