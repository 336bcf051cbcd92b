import numpy as np
import pytest

from realeyez.models import Model, ModelError
from realeyez.pipeline.classifier import Classifier
from realeyez.pipeline.views import VIEW_SIZE


def views(count: int) -> np.ndarray:
    shape = (count, VIEW_SIZE, VIEW_SIZE, 3)
    return np.random.default_rng(3).integers(0, 256, shape, np.uint8)


def test_the_mean_of_a_map_is_its_logit(classifier: Classifier) -> None:
    prediction = classifier.predict(views(3))
    assert prediction.maps.shape == (3, 7, 7)
    assert np.allclose(prediction.maps.mean((1, 2)), prediction.logits, atol=1e-4)
    assert prediction.logits.std() > 0


def test_neighbours_in_a_batch_change_nothing(classifier: Classifier) -> None:
    batch = views(4)
    together = classifier.predict(batch).logits
    alone = [classifier.predict(batch[i : i + 1]).logits[0] for i in range(4)]
    assert np.allclose(together, alone, atol=1e-4)


def test_a_file_that_is_no_model_is_refused(model: Model) -> None:
    with pytest.raises(ModelError, match="cannot be loaded"):
        Classifier(Model(model.manifest, b"junk"))


def test_a_manifest_of_another_graph_is_refused(model: Model) -> None:
    other = model.manifest.model_copy(update={"map_output": "saliency"})
    with pytest.raises(ModelError, match="has no saliency"):
        Classifier(Model(other, model.onnx))
