"""ONNX graph → the same graph with less to do."""

from collections import defaultdict

import onnx
import onnxslim


def optimise(graph: onnx.ModelProto) -> onnx.ModelProto:
    """Fold constants and padding, drop what computes nothing."""
    slim = onnxslim.slim(graph)
    _join_pools_to_convolutions(slim.graph)
    slim = onnxslim.slim(slim)
    onnx.checker.check_model(slim, full_check=True)
    return slim


def _join_pools_to_convolutions(graph: onnx.GraphProto) -> None:
    """Skip the Squeeze and Reshape between a global pool and its convolution.

    tf2onnx leaves them in every squeeze-and-excite block; `[N, C, 1, 1]` is what goes in and what
    comes out.
    """
    readers: defaultdict[str, list[onnx.NodeProto]] = defaultdict(list)
    for node in graph.node:
        for name in node.input:
            readers[name].append(node)
    for pool in graph.node:
        if pool.op_type != "GlobalAveragePool":
            continue
        chain = [pool]
        while len(after := readers[chain[-1].output[0]]) == 1 and len(chain) < 4:
            chain.append(after[0])
        if [node.op_type for node in chain[1:]] == ["Squeeze", "Reshape", "Conv"]:
            chain[-1].input[0] = pool.output[0]
