"""The exceptions of mdsm. Ctrl-C is KeyboardInterrupt, as everywhere."""


class Error(Exception):
    """What is wrong, where, why, and what to do."""


class RequestError(Error, ValueError):
    """The request was wrong: a bad option, name, shape, type or file."""


class FailureError(Error, RuntimeError):
    """The work failed: training diverged, numbers that are not finite, a disk that is full."""
