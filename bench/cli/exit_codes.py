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
    MISTAKE: "A mistake, or something that must be fixed first: one sentence says what.",
    INCOMPLETE: "Something that was asked for failed, or nothing of it could be measured.",
    INTERRUPTED: "Interrupted; what was measured until then is kept.",
}
"""As ``--help`` shows them."""
