"""The words of the method that a reader may not know, each in a sentence."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A word, its meaning, and the pattern of its forms in a text."""

    word: str
    meaning: str
    forms: str = ""  # "": the word itself, in small letters or large

    @property
    def slug(self) -> str:
        """The word as a part of an address."""
        return re.sub(r"\W+", "-", self.word.lower())

    @property
    def pattern(self) -> str:
        """What finds it in a text."""
        return self.forms or f"(?i:{re.escape(self.word)})"


GLOSSARY = (
    Term(
        "GIL",
        "Global interpreter lock: in the usual build of Python only the thread that holds it runs Python;"
        " C code may release it.",
        "GIL",
    ),
    Term(
        "block",
        "One pass over everything that is measured, in random order; a run has several.",
        "[Bb]locks?",
    ),
    Term("cell", "A workload under a model: what a fresh process measures in each block.", "[Cc]ells?"),
    Term(
        "study", "A question with its own cells, apart from the comparison of the models.", "[Ss]tud(?:y|ies)"
    ),
    Term("client", "The library that talks to the server, such as httpx or aiohttp.", "[Cc]lients?"),
    Term("family", "Workloads that do the same work with different clients.", "[Ff]amil(?:y|ies)"),
    Term("lesson", "A workload that shows a mistake; verdicts ignore it.", "[Ll]essons?"),
    Term(
        "in flight",
        "Begun and not finished; the figure is how many tasks may be so at once.",
        "in flight|at once",
    ),
    Term("plain loop", "The same tasks one after the other, without concurrency: the model sync."),
    Term("event loop", "One thread that runs many tasks, each until it awaits something."),
    Term("speed-up", "Seconds per task under sync, divided by those under the model, in the same block."),
    Term(
        "limit",
        "The most that waiting and computing allow: the speed-up if the model itself cost nothing.",
        "[Ll]imits?",
    ),
    Term(
        "interval",
        "Where the value lies with 95 % confidence, given how much the blocks differ.",
        "[Ii]ntervals?",
    ),
    Term("threshold", "Differences up to this count as equal."),
    Term("tied", "Not shown to be slower than the best.", "tied|a tie"),
    Term(
        "effective cores",
        "How many times as much all cores together compute as one alone, measured in each block.",
        "(?i:effective(?: cores)?)",
    ),
    Term("on core", "The share of its time that a thread ran."),
    Term("waiting for a core", "The share of its time that a thread could have run, but had no core."),
    Term("blocked", "The share of its time that a thread waited for I/O, a lock or the GIL."),
    Term(
        "switch interval", "How long a thread may keep the GIL while others want it: sys.getswitchinterval()."
    ),
    Term("turn", "How long a thread ran before another got the GIL.", "turns?"),
    Term(
        "null task", "A task that does nothing: the time a model takes for it is overhead.", "[Nn]ull tasks?"
    ),
    Term(
        "noise floor", "The difference between cells that should be equal: smaller differences mean nothing."
    ),
    Term("p50, p95, p99", "The latency that 50, 95 or 99 % of the tasks did not exceed.", "p(?:50|95|99)"),
    Term(
        "Pss",
        "Proportional set size: a process's memory, shared pages divided among those that share them.",
        "Pss",
    ),
    Term("void", "A cell without a result, with the reason."),
    Term("free-threaded", "A build of Python that can run without the GIL."),
)
