"""What every test may use: pictures made here, the bundled model, the data set if it is there."""

import os
from pathlib import Path

import pytest

from realeyez.models import Model, load_model
from realeyez.pipeline.classifier import Classifier

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def model() -> Model:
    """The model that ships."""
    return load_model("bundled")


@pytest.fixture(scope="session")
def classifier(model: Model) -> Classifier:
    return Classifier(model)


@pytest.fixture(scope="session")
def data() -> Path:
    """The data set's folder: REALEYEZ_DATA, or `shared/data` beside the checkout."""
    folder = Path(os.environ.get("REALEYEZ_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "manifest.csv").is_file():
        pytest.skip(f"no data set at {folder}; name its folder in REALEYEZ_DATA")
    return folder
