"""Model files: what a manifest says, and where a model comes from."""

from realeyez.models.errors import ModelError
from realeyez.models.manifest import Anchor, Manifest, Metrics, Thresholds, ViewPlan
from realeyez.models.store import Model, load_model

__all__ = [
    "Anchor",
    "Manifest",
    "Metrics",
    "Model",
    "ModelError",
    "Thresholds",
    "ViewPlan",
    "load_model",
]
