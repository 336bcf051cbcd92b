"""Keras model → ONNX graph, by tf2onnx."""

from typing import Any

import keras
import onnx
import tensorflow as tf
import tf2onnx

from realeyez.pipeline.views import VIEW_SIZE
from realeyez_training.fit.model import with_patches

INPUT = "image"
LOGIT = "logit"
MAP = "patch_logits"
OPSET = 17


def to_onnx(model: keras.Model) -> onnx.ModelProto:
    """uint8 `image` `[N, 224, 224, 3]` → `logit` `[N]` and `patch_logits` `[N, 7, 7]`.

    The preprocessing stays inside the graph; the batch is free.
    """
    signature = tf.TensorSpec((None, VIEW_SIZE, VIEW_SIZE, 3), tf.uint8, name=INPUT)
    fixed = keras.Input((VIEW_SIZE, VIEW_SIZE, 3), dtype="uint8", name=INPUT)
    served = keras.Model(fixed, with_patches(model)(fixed), name=model.name)
    graph, _ = tf2onnx.convert.from_keras(served, [signature], opset=OPSET)
    _name_outputs(graph.graph)
    return graph


def _name_outputs(graph: Any) -> None:
    """Outputs are told apart by rank; the batch dimension gets its name."""
    names = {1: LOGIT, 3: MAP}
    renamed = {
        output.name: names[len(output.type.tensor_type.shape.dim)] for output in graph.output
    }
    for node in graph.node:
        node.output[:] = [renamed.get(name, name) for name in node.output]
        node.input[:] = [renamed.get(name, name) for name in node.input]
    for value in [*graph.input, *graph.output]:
        value.name = renamed.get(value.name, value.name)
        value.type.tensor_type.shape.dim[0].dim_param = "N"
