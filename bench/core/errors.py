"""Exceptions whose message is written for the user."""

from bench.core.observation import Cause


class UserError(Exception):
    """Something that the user can fix: one sentence saying what is wrong, where, and what to do.

    The command line prints it without a traceback and exits with code 2.
    """


class NothingMeasured(UserError):
    """Nothing that was asked for could be measured, since it failed when it was tried: exit code 3."""


class PluginWarning(UserWarning):
    """Something that an installed package adds cannot be used, and is left out."""


class VoidCell(Exception):
    """A cell is void, and the message says why: its reason, without the name of an exception before it."""

    cause = Cause.ERROR


class ClusterError(VoidCell):
    """The Dask cluster does not answer, lacks something, or changed while it was measured."""

    cause = Cause.CLUSTER


class WrongResult(VoidCell):
    """A task returned something else than it does alone."""

    cause = Cause.WRONG_RESULT
