"""What can be wrong with a model."""


class ModelError(Exception):
    """The model cannot be used; the message says why and what to do."""


class Unreachable(ModelError):
    """S3 does not answer, or only that it cannot now. It may pass by itself."""
