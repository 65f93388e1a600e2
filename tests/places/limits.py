"""Limits of the system: files, memory, processes, time, cores."""

from tests.places.case import Case

MOUNT = ("root", "unshare")
HALF = """
mkdir -p fake/unified
cp -r /sys/fs/cgroup fake/old 2>/dev/null
echo "50000 100000" > fake/cpu.max
mount --bind fake /sys/fs/cgroup
"""

CASES = (
    *(Case(f"{n} open files", f"ulimit -n {n}; bench $SMALL", (0, 2, 3)) for n in (12, 32, 64, 256)),
    Case(
        "64 open files and many connections",
        "ulimit -Hn 64; bench run -w http[httpx] -r asyncio -c 200 --blocks 1",
        (0, 2, 3),
    ),
    Case("a limit of address space", "ulimit -v 1000000; bench $SMALL", (0, 2, 3)),
    Case("little address space", "ulimit -v 120000; bench $SMALL", (0, 1, 2, 3)),
    Case("files may not grow", "ulimit -f 0; bench $SMALL", (2,)),
    Case("files may not grow much", "ulimit -f 8; bench $SMALL", (2,)),
    Case("stacks without limit", "ulimit -s unlimited; bench $SMALL"),
    Case("small stacks", "ulimit -s 256; bench $SMALL", (0, 3)),
    Case("memory may not be locked", "ulimit -l 0; ulimit -c 0; bench $SMALL"),
    Case("20 s of computing", "ulimit -t 20; bench $SMALL"),
    Case("lowest priority", "nice -n 19 $PYTHON -m bench $SMALL"),
    Case(
        "one core",
        "taskset -c 0 $PYTHON -m bench run -w cpu-python -r multiprocessing -r processes-asyncio --blocks 1",
        needs=("taskset",),
        says="Cores *1",
    ),
    Case(
        "half a core by a quota (cgroup v2)",
        HALF + "bench run -w null -r sync -r processes-asyncio --blocks 1",
        says="by a quota|0.5",
        needs=MOUNT,
        ci="full",
    ),
    Case(
        "no more processes",
        "chmod 777 .; ulimit -u 0; as_user 65533 $PYTHON -m bench $SMALL",
        (2,),
        needs=("root", "unshare", "setpriv"),
    ),
    Case(
        "few processes",
        "chmod 777 .; ulimit -u 6; as_user 65532 $PYTHON -m bench run -w null -r sync -r threading -r multiprocessing -c 16 --blocks 1",
        (0, 2, 3),
        needs=("root", "unshare", "setpriv"),
    ),
    Case("--memory-limit that is too small", "bench $SMALL --memory-limit 5M", (3,)),
)
