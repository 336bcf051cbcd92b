"""What several folders of infrastructure use."""

import pytest
from tests.infra.image import Podman, built


@pytest.fixture(scope="session")
def podman(tmp_path_factory: pytest.TempPathFactory) -> Podman:
    """A store that holds this checkout's image."""
    return built(tmp_path_factory.mktemp("image"))
