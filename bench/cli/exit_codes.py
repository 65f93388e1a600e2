"""The exit codes of all commands."""

from collections.abc import Mapping

DONE = 0
UNEXPECTED = 1
MISTAKE = 2
INCOMPLETE = 3
INTERRUPTED = 130

MEANINGS: Mapping[int, str] = {
    DONE: "Done.",
    UNEXPECTED: "Something is slower than --fail-if-slower allows, or a demo gave an unexpected result.",
    MISTAKE: "Invalid use, or something to fix first; the message says what.",
    INCOMPLETE: "Something you asked for failed, or none of it could be measured.",
    INTERRUPTED: "Interrupted; the results so far are kept.",
}
"""As ``--help`` shows them."""
