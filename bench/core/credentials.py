"""URIs of MongoDB as they may be shown, saved and complained about: without credentials, even where they are
written wrongly and a part of a password might pass for a host."""

import re
from urllib.parse import unquote, unquote_plus

HOST = r"(?:[\w.-]+|\[[0-9A-Fa-f:.%]+\])(?::\d{1,5})?"
WELL_FORMED = re.compile(
    rf"(?P<scheme>mongodb(?:\+srv)?://)(?:(?P<user>[^/?#@\s]*)@)?(?P<hosts>{HOST}(?:,{HOST})*)"
    r"(?:/[^/?#@\s]*)?(?:\?(?P<options>[^#@\s]*))?",
    re.ASCII,
)
HARMLESS = {  # options whose values may be seen; all others are taken for secrets
    "appname",
    "authmechanism",
    "authsource",
    "connecttimeoutms",
    "directconnection",
    "loadbalanced",
    "maxpoolsize",
    "readpreference",
    "replicaset",
    "retryreads",
    "retrywrites",
    "serverselectiontimeoutms",
    "ssl",
    "tls",
    "tlsallowinvalidcertificates",
    "tlsallowinvalidhostnames",
    "tlsinsecure",
    "w",
}
LONGEST = 200


def without_credentials(uri: str) -> str:
    """Where it leads: scheme, hosts and ports. Of a URI that is not well formed, nothing."""
    match = WELL_FORMED.fullmatch(uri)
    return f"{match['scheme']}{match['hosts']}" if match else "the URI given"


def repeatable(uri: str) -> str:
    """The URI for a command that is saved: whole, where nothing in it is secret."""
    known = WELL_FORMED.fullmatch(uri) and not secrets(uri)
    return uri if known else without_credentials(uri)


def secrets(uri: str) -> list[str]:
    """The parts of a well-formed URI that nobody may see, as written and as meant; the longest first."""
    match = WELL_FORMED.fullmatch(uri)
    if match is None:
        return []
    parts = [match["user"] or "", *(match["user"] or "").split(":")]
    for option in re.split("[&;]", match["options"] or ""):
        name, _, value = option.partition("=")
        if name.lower() not in HARMLESS:
            parts += [value, *re.split("[:,]", value)]
    meant = {form(part) for part in parts for form in (str, unquote, unquote_plus)}
    written = meant | {repr(part)[1:-1] for part in meant}
    return sorted(written - {""}, key=lambda part: (-len(part), part))


def hidden(text: str, uri: str) -> str:
    """A text without the secrets of a URI."""
    for part in secrets(uri):
        text = text.replace(part, "***")
    return text


def gist(error: BaseException, uri: str) -> str:
    """What a driver says of a URI, whose message may run to a page: its beginning. Where it repeats what is
    secret, or the URI is not well formed, its kind alone."""
    said = str(error)
    if not WELL_FORMED.fullmatch(uri) or not said or any(part in said for part in secrets(uri)):
        return type(error).__name__
    return said.splitlines()[0].partition(", Timeout:")[0].partition(" (configured timeouts")[0][:LONGEST]
