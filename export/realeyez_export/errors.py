"""What a person can mend, told apart from a bug, whose traceback must be seen."""


class ExportError(Exception):
    """The export must not be used, or cannot go there; the message says why."""
