"""Streams, terminals, signals, shells and notebooks."""

from tests.places.case import Case

CALL = "bench.run(workloads='null', runners=['sync', 'threading'], blocks=1, tasks=4)"

CASES = (
    Case("standard input closed", "bench $SMALL <&-"),
    Case("standard output closed", "bench $SMALL >&-; bench list >&-"),
    Case("standard error closed", "bench $SMALL 2>&-"),
    Case("all closed", "bench $SMALL <&- >&- 2>&-"),
    Case("output to a full device", "bench $SMALL >/dev/full; bench list >/dev/full"),
    Case("errors to a full device", "bench $SMALL 2>/dev/full"),
    Case(
        "a reader that goes away",
        "set -o pipefail; bench list --json | head -c 10 >/dev/null; bench $SMALL | head -1; bench run -h | head -1",
    ),
    Case("a terminal", 'script -qec "$PYTHON -m bench $SMALL" /dev/null < /dev/null', needs=("script",)),
    Case(
        "a terminal of 40 columns",
        'script -qec "stty cols 40; $PYTHON -m bench $SMALL; $PYTHON -m bench list" /dev/null < /dev/null',
        needs=("script",),
    ),
    Case("without a terminal, after nohup", "nohup $PYTHON -m bench $SMALL"),
    Case("a session of its own", "setsid -w $PYTHON -m bench $SMALL"),
    Case("in the background", "bench $SMALL & wait $!"),
    Case("dash", 'dash -c "$PYTHON -m bench $SMALL"', needs=("dash",)),
    Case(
        "from an empty stdin script",
        'echo \'import bench; print(bench.run(workloads="null", runners="sync", blocks=1, tasks=4))\' | $PYTHON -',
        says="done",
    ),
    Case(
        "children that end are not waited for (SIGCHLD ignored)",
        '$PYTHON -c \'import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.executable, [sys.executable, "-m", "bench", *sys.argv[1:]])\' $SMALL',
    ),
    Case(
        "signals blocked",
        '$PYTHON -c \'import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals)); os.execv(sys.executable, [sys.executable, "-m", "bench", *sys.argv[1:]])\' $SMALL',
    ),
    Case(
        "SIGPIPE at its default",
        '$PYTHON -c \'import os, signal, sys; signal.signal(signal.SIGPIPE, signal.SIG_DFL); os.execv(sys.executable, [sys.executable, "-m", "bench", *sys.argv[1:]])\' $SERVED',
    ),
    Case(
        "ended by timeout",
        "timeout 3 $PYTHON -m bench run -w null -r sync -r multiprocessing --blocks 500",
        (124,),
    ),
    Case("interrupted while it starts", "timeout -s INT 0.3 $PYTHON -m bench $SMALL", (124,)),
    Case(
        "hung up",
        "timeout -s HUP 3 $PYTHON -m bench run -w null -r sync -r multiprocessing --blocks 500",
        (124,),
    ),
    Case(
        "quit",
        "ulimit -c 0; timeout -s QUIT 3 $PYTHON -m bench run -w null -r sync -r multiprocessing --blocks 500 2>/dev/null",
        (124, 131),
    ),
    Case(
        "within an event loop",
        f'$PYTHON -c "import asyncio, bench\nasync def main(): return {CALL}\nprint(asyncio.run(main()))"',
        says="done",
    ),
    Case(
        "in another thread",
        f'$PYTHON -c "import threading, bench\nthread = threading.Thread(target=lambda: print({CALL}))\nthread.start(); thread.join()"',
        says="done",
    ),
    Case(
        "a script without a main guard",
        f'echo "import bench; print({CALL})" > mine.py; $PYTHON mine.py',
        says="done",
    ),
    Case(
        "traced", f'$PYTHON -c "import sys, bench; sys.settrace(lambda *a: None); print({CALL})"', says="done"
    ),
    Case(
        "limit of files put back after bench.run",
        f'ulimit -Sn 256; $PYTHON -c "import bench, resource; before = resource.getrlimit(resource.RLIMIT_NOFILE); {CALL}; assert before == resource.getrlimit(resource.RLIMIT_NOFILE)"',
    ),
    Case(
        "IPython",
        f"$PYTHON -m IPython --no-banner --colors=NoColor -c 'import bench; print({CALL.replace(chr(39), chr(34))})'",
        says="done",
    ),
    Case(
        "within gevent",
        f'$PYTHON -c "from gevent import monkey; monkey.patch_all(); import bench; print({CALL})"',
        says="done",
    ),
    Case(
        "after many threads",
        f'$PYTHON -c "import threading, time, bench\nfor _ in range(50): threading.Thread(target=time.sleep, args=(20,), daemon=True).start()\nprint({CALL})"',
        says="done",
    ),
)
