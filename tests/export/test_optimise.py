import keras
import numpy as np
import onnxruntime as ort
import pytest
from tests.pictures import encode, scene

from realeyez_export.errors import ExportError
from realeyez_export.optimise import optimise
from realeyez_export.to_onnx import INPUT, LOGIT, MAP, OPSET, to_onnx
from realeyez_export.verify import verify
from realeyez_training.fit.model import build_model, with_patches


@pytest.fixture(scope="module", params=["plain", "residual"])
def model(request: pytest.FixtureRequest) -> keras.Model:
    keras.utils.set_random_seed(3)
    model = build_model("none", residual=request.param == "residual")
    if request.param == "residual":  # it is trained from zero
        kernel = model.get_layer("residual_added").kernel
        kernel.assign(keras.random.normal(kernel.shape))
    return model


@pytest.fixture(scope="module")
def onnx_file(model: keras.Model) -> bytes:
    graph = optimise(to_onnx(model))
    assert graph.opset_import[0].version == OPSET
    operators = {node.op_type for node in graph.graph.node}
    assert "Pad" not in operators
    squeezes = sum(node.op_type in ("Squeeze", "Reshape") for node in graph.graph.node)
    assert squeezes <= 4  # those of the head; as converted there are 52
    return bytes(graph.SerializeToString())


@pytest.mark.parametrize("batch", [1, 3, 16])
def test_every_batch_size_answers_as_keras_does(
    model: keras.Model, onnx_file: bytes, batch: int
) -> None:
    views = np.random.default_rng(batch).integers(0, 256, (batch, 224, 224, 3), np.uint8)
    expected = with_patches(model).predict(views, verbose=0)
    session = ort.InferenceSession(onnx_file, providers=["CPUExecutionProvider"])
    logits, maps = session.run([LOGIT, MAP], {INPUT: views})
    assert logits.shape == (batch,)
    assert maps.shape == (batch, 7, 7)
    assert np.allclose(logits, expected["logit"], atol=1e-4)
    assert np.allclose(maps, expected["patch_logits"], atol=1e-3)


def test_fewer_than_64_pictures_verify_nothing(
    model: keras.Model, onnx_file: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("pictures") / "a.jpg"
    path.write_bytes(encode(scene()))
    with pytest.raises(ExportError, match="63 pictures"):
        verify(model, onnx_file, [path] * 63)
