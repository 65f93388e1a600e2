"""Working folders, folders for runs and temporary files, and file systems: each mount is the case's own."""

from tests.places.case import Case

LONG = "$PWD/" + "/".join(["x" * 60] * 4)
COMMAND = (
    '"$PYTHON" -P -c "import sys; sys.argv[0] = \'bench-concurrency\';'
    ' from bench.__main__ import main; main()"'
)
MOUNT = ("root", "unshare")
OTHER = "as_other"

CASES = (
    *(
        Case(
            f"a folder called {name}",
            f"mkdir -- {name}; cd -- {name}; bench $SMALL && bench report && bench list",
            ci=ci,
        )
        for name, ci in {
            "'with space'": "",
            "ünï→код": "full",
            "$'new\\nline'": "",
            "'quote\"and'": "",
            "-rf": "",
            "'%s$HOME'": "",
            "$'\\xff\\xfe'": "",
        }.items()
    ),
    Case(
        "a path of 1,000 characters",
        "d=$PWD; for i in 1 2 3 4 5; do d=$d/$(printf '%0200d'); done; mkdir -p $d; cd $d; bench $SMALL",
    ),
    Case(
        "a deleted folder",
        'mkdir gone; cd gone; rmdir "$PWD"; bench $SMALL',
        (2,),
        "working directory",
        ci="always",
    ),
    Case(
        "a deleted folder, other commands",
        'mkdir gone; cd gone; rmdir "$PWD"; for c in list doctor report; do bench $c; [ $? = 2 ] || exit 9; done',
        says="working directory",
    ),
    Case(
        "a deleted folder, the command",
        f'mkdir gone; cd gone; rmdir "$PWD"; {COMMAND} list',
        (2,),
        "working directory",
    ),
    Case(
        "a folder that cannot be written",
        f"chmod 555 .; {OTHER} $PYTHON -m bench $SMALL; code=$?; chmod 777 .; exit $code",
        (2,),
        "--out",
        ("root", "unshare", "setpriv"),
    ),
    Case(
        "a folder that cannot be written, with --out",
        f"mkdir out; chmod 777 out; chmod 555 .; {OTHER} $PYTHON -m bench $SMALL --out out; code=$?; chmod 777 .; exit $code",
        needs=("root", "unshare", "setpriv"),
    ),
    Case(
        "a folder that cannot be read",
        f"mkdir shut; chmod 711 shut; cd shut; {OTHER} $PYTHON -m bench $SMALL --out ..",
        needs=("root", "unshare", "setpriv"),
    ),
    Case(
        "a report of a read-only run",
        "bench $SMALL --out runs; mount --bind runs runs; mount -o remount,ro,bind runs; bench report runs/latest",
        (2,),
        "--out",
        MOUNT,
        ci="full",
    ),
    Case(
        "a report of a read-only run, with --out",
        "bench $SMALL --out runs; mount --bind runs runs; mount -o remount,ro,bind runs; bench report runs/latest --out there && ls there/report.html there/results.csv && bench claims runs/latest && bench export runs/latest --format csv > /dev/null && bench compare runs/latest runs/latest --out there",
        needs=MOUNT,
    ),
    Case(
        "a comparison beside a read-only run",
        "bench $SMALL --out runs; mount --bind runs runs; mount -o remount,ro,bind runs; bench compare runs/latest runs/latest",
        (0,),
        "--out",
        MOUNT,
    ),
    Case(
        "runs where nothing may be executed",
        "mkdir out; mount -t tmpfs -o noexec,nosuid,nodev none out; bench $SMALL --out out",
        needs=MOUNT,
    ),
    Case("--out is a file", "touch out; bench $SMALL --out out", (2,), "--out"),
    Case("--out is a device", "bench $SMALL --out /dev/null", (2,), "--out"),
    Case("--out is a link to nowhere", "ln -s nowhere out; bench $SMALL --out out", (2,), "--out"),
    Case(
        "--out is a link to a folder",
        "mkdir real; ln -s real out; bench $SMALL --out out && ls real/latest/report.html",
    ),
    Case("latest is a file", "mkdir reports; touch reports/latest; bench $SMALL"),
    Case(
        "latest is a link to itself",
        "mkdir reports; ln -s latest reports/latest; bench report; bench $SMALL && bench report",
    ),
    Case(
        "no room for runs",
        "mkdir out; mount -t tmpfs -o size=4k none out; bench $SMALL --out out",
        (2,),
        "No space",
        MOUNT,
    ),
    Case(
        "no inodes for runs",
        "mkdir out; mount -t tmpfs -o nr_inodes=2 none out; bench $SMALL --out out",
        (2,),
        "No space",
        MOUNT,
    ),
    Case(
        "TMPDIR over 100 characters",
        f"mkdir -p {LONG}; export TMPDIR={LONG}; bench $SMALL; code=$?; rmdir $TMPDIR || exit 9; exit $code",
        ci="full",
    ),
    Case(
        "TMPDIR over 100 characters, Dask",
        f"mkdir -p {LONG}; export TMPDIR={LONG}; bench run -w null -r dask -c 2 -n 4 --blocks 1; code=$?; rmdir $TMPDIR || exit 9; exit $code",
    ),
    Case("TMPDIR does not exist", "export TMPDIR=/nowhere; bench $SMALL"),
    Case("TMPDIR is a file", "touch file; export TMPDIR=$PWD/file; bench $SMALL"),
    Case(
        "TMPDIR is relative", "mkdir t; export TMPDIR=t; bench $SMALL; code=$?; rmdir t || exit 9; exit $code"
    ),
    Case(
        "TMPDIR with blanks and signs",
        'export TMPDIR=$PWD/$\'t m\\n→ü\'; mkdir "$TMPDIR"; bench $SMALL && bench $SERVED; code=$?; rmdir "$TMPDIR" || exit 9; exit $code',
    ),
    Case(
        "TMPDIR where nothing may be executed",
        "mkdir t; mount -t tmpfs -o noexec none t; export TMPDIR=$PWD/t; bench $SERVED",
        needs=MOUNT,
    ),
    Case(
        "TMPDIR without room",
        "mkdir t; mount -t tmpfs -o nr_inodes=2 none t; export TMPDIR=$PWD/t; bench $SMALL",
        (0, 2),
        needs=MOUNT,
    ),
    Case(
        "no folder for temporary files",
        "mkdir e; for d in /tmp /var/tmp /usr/tmp; do [ -d $d ] && [ $d != /tmp ] && mount -t tmpfs -o ro none $d; done; mount --bind / e; export TMPDIR=/nowhere; bench $SMALL",
        needs=MOUNT,
    ),
    Case(
        "no /dev/shm",
        "umount /dev/shm; mount -t tmpfs -o ro none /dev/shm; bench run -w null -r sync -r multiprocessing -r threading --blocks 1",
        (0, 3),
        needs=MOUNT,
    ),
    Case(
        "/dev/shm without room",
        "umount /dev/shm; mount -t tmpfs -o size=4k,nr_inodes=2 none /dev/shm; bench run -w null -r sync -r multiprocessing -r threading --blocks 1",
        (0, 3),
        needs=MOUNT,
    ),
    Case(
        "no /proc",
        "mkdir -p empty; mount --bind empty /proc; bench $SMALL",
        (2,),
        "/proc",
        MOUNT,
        ci="always",
    ),
    Case(
        "no /proc, other commands",
        "bench $SMALL >/dev/null; mkdir empty; mount --bind empty /proc; bench report && bench list && bench claims reports/latest && bench doctor",
        (0, 2),
        "/proc",
        MOUNT,
    ),
    Case("no /sys", "mount -t tmpfs none /sys; bench $SMALL && bench doctor", needs=MOUNT),
    Case(
        "processes of others hidden",
        f"mount -t proc -o hidepid=2 none /proc; {OTHER} $PYTHON -m bench $SMALL",
        needs=(*MOUNT, "setpriv"),
    ),
    Case(
        "the package on a read-only mount",
        "mount --bind $ROOT $ROOT; mount -o remount,ro,bind $ROOT; bench $SMALL",
        needs=MOUNT,
    ),
    Case(
        "the package in a folder of odd name",
        "mkdir 'ä b'; cp -r $ROOT/bench $ROOT/workloads 'ä b'; export PYTHONPATH=$PWD/'ä b'; bench run -w http[httpx] -r multiprocessing -c 2 -n 16 --blocks 1",
        ci="full",
    ),
    Case("the package behind a link", "ln -s $ROOT there; export PYTHONPATH=$PWD/there; bench $SMALL"),
    Case(
        "a bench/ of one's own",
        "mkdir bench workloads; touch bench/__init__.py workloads/__init__.py; echo 1/0 > json.py; "
        + COMMAND
        + " $SMALL",
    ),
    Case(
        "a bench/ without __init__.py",
        "mkdir bench workloads; touch bench/a.py; bench $SMALL && " + COMMAND + " list",
    ),
    Case(
        "another bench mixed with this one",
        "cp -r $ROOT/bench $ROOT/workloads .; mkdir -p bench/config; touch bench/config/common_site_config.py bench/app.py bench/bench.py; export PYTHONPATH=$PWD; bench list",
        (2,),
        "frappe-bench",
        ci="always",
    ),
)
