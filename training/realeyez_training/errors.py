"""What a person can mend, told apart from a bug, whose traceback must be seen."""


class InputError(Exception):
    """The data, the weights or the run folder do not fit; the message says what to do."""
