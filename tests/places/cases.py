"""All cases, by group."""

from tests.places import environment, folders, limits, several, streams, users

CASES = {
    "environment": environment.CASES,
    "folders": folders.CASES,
    "limits": limits.CASES,
    "users and namespaces": users.CASES,
    "streams and shells": streams.CASES,
    "several at once": several.CASES,
}
