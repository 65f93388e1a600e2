"""The one exception that a user is meant to see."""


class UserError(Exception):
    """Something that the user can mend: one sentence saying what is wrong, where, and what to do.

    The command line prints it without a traceback and exits with code 2.
    """
