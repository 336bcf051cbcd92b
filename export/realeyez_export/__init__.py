"""Keras → ONNX: convert, optimise, verify, and write the manifest."""
