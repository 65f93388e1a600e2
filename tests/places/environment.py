"""Variables, locales, options of the interpreter, and what a path brings."""

from tests.places.case import Case

PLUGIN = """
mkdir -p extra/broken-1.dist-info
printf 'Metadata-Version: 2.1\\nName: broken\\nVersion: 1\\n' > extra/broken-1.dist-info/METADATA
printf '[%s]\\nbroken = no_such_module:thing\\n' > extra/broken-1.dist-info/entry_points.txt
"""
BROKEN = PLUGIN + 'export PYTHONPATH="$PYTHONPATH:$PWD/extra"\n'
GROUPS = ("workloads", "runners", "studies", "claims", "questions", "exports", "checks")
SITE = 'mkdir extra; cat > extra/sitecustomize.py; export PYTHONPATH="$PYTHONPATH:$PWD/extra"\n'

CASES = (
    Case("no variable at all", 'env -i PYTHONPATH="$ROOT" TMPDIR="$TMPDIR" "$PYTHON" -m bench $SMALL'),
    Case("HOME unset", "unset HOME; bench $SMALL"),
    Case("HOME does not exist", "export HOME=/nowhere; bench $SMALL"),
    Case("HOME is a device", "export HOME=/dev/null; bench $SMALL && bench list && bench doctor"),
    Case("PATH empty", 'PATH= "$PYTHON" -m bench $SMALL', keeps=False),
    Case(
        "PATH of what is no folder",
        "touch file; export PATH=/nowhere:relative:$PWD/file::$PATH; bench $SMALL && bench doctor && bench list",
    ),
    Case(
        "PYENV_ROOT is a file",
        "touch file; export PYENV_ROOT=$PWD/file; bench run --python 3.99",
        (2,),
        "not found",
    ),
    Case("warnings are errors", "export PYTHONWARNINGS=error; bench $SERVED"),
    Case("development mode", "export PYTHONDEVMODE=1; bench $SERVED; code=$?; bench report; exit $code"),
    Case(
        "docstrings and assertions gone",
        "export PYTHONOPTIMIZE=2; bench $SERVED && bench list && bench run -h",
    ),
    Case("safe path", "export PYTHONSAFEPATH=1; bench $SMALL"),
    Case(
        "no user site", "export PYTHONNOUSERSITE=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1; bench $SMALL"
    ),
    Case("PYTHONSTARTUP fails", 'echo "1/0" > start.py; export PYTHONSTARTUP=$PWD/start.py; bench $SMALL'),
    Case("hash seed", "export PYTHONHASHSEED=0; bench $SMALL", says="PYTHONHASHSEED"),
    Case("bytes warnings, no bytecode", '"$PYTHON" -bb -B -m bench $SERVED'),
    Case("interpreter options -s -u -X utf8=0", '"$PYTHON" -s -u -X utf8=0 -m bench $SMALL'),
    Case("tracing of memory", '"$PYTHON" -X tracemalloc=5 -m bench $SMALL'),
    Case(
        "ASCII alone", "export PYTHONIOENCODING=ascii; bench $SMALL && bench list && bench demo chain", (0, 1)
    ),
    Case(
        "locale C, neither coerced nor UTF-8",
        "export LC_ALL=C PYTHONCOERCECLOCALE=0 PYTHONUTF8=0; bench $SMALL && bench report && bench claims reports/latest",
    ),
    Case("a locale that is not installed", "export LC_ALL=xx_YY.UTF-8 LANG=xx; bench $SMALL"),
    Case("locale C.UTF-8", "export LC_ALL=C.UTF-8; bench $SMALL"),
    Case("an encoding of one byte", "export PYTHONIOENCODING=latin-1; bench $SMALL && bench report"),
    Case("a terminal of one column", "export COLUMNS=1; bench $SMALL && bench list && bench run --help"),
    Case(
        "COLUMNS is no number", "export COLUMNS=wide LINES=-1; bench $SMALL && bench list && bench run --help"
    ),
    Case("no terminal type", "unset TERM; bench $SMALL && bench demo chain", (0, 1)),
    Case("colours forced", "export FORCE_COLOR=1 TERM=xterm-256color; bench $SMALL"),
    Case("colours forbidden", "export NO_COLOR=1 TERM=dumb; bench $SMALL"),
    Case(
        "proxies that are dead",
        "export http_proxy=http://127.0.0.1:9 HTTP_PROXY=http://127.0.0.1:9 ALL_PROXY=socks5://127.0.0.1:9"
        " all_proxy=socks5://127.0.0.1:9; bench run -w http[httpx] -w http[aiohttp] -r asyncio -n 32 --blocks 1",
        ci="full",
    ),
    Case("a time zone that does not exist", "export TZ=Nowhere/Land; bench $SMALL"),
    Case("a time zone far away", "export TZ=XXX-14; bench $SMALL"),
    Case("as on GitHub", "export CI=true GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=/nowhere; bench $SMALL"),
    Case("no browser", "export BROWSER=false; bench $SMALL && bench report --open"),
    Case("a preload that is missing", "export LD_PRELOAD=/nowhere.so; bench $SMALL"),
    Case(
        "thread pools set", "export OMP_NUM_THREADS=1 MKL_NUM_THREADS=1; bench $SMALL", says="OMP_NUM_THREADS"
    ),
    Case("a server named and no use for it", "export BENCH_MONGO_URI=mongodb://127.0.0.1:9; bench $SMALL"),
    Case(
        "a server named that is dead",
        "export BENCH_MONGO_URI='mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=300'; bench run -w mongo --quick",
        (3,),
        "Nothing is left to measure",
    ),
    Case(
        "a server named that is dead, beside others",
        "export BENCH_MONGO_URI='mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=300';"
        " bench run -w null -w mongo[pymongo] -r threading --blocks 1",
        (3,),
    ),
    Case("a server named by nonsense", "export BENCH_MONGO_URI=nonsense; bench run -w mongo --quick", (3,)),
    Case(
        "a host that does not resolve",
        "bench run -w mongo[pymongo] --blocks 1 --mongo-uri mongodb://no.such.host.invalid/",
        (2,),
        "host of",
    ),
    Case(
        "a delay for a server of one's own",
        "bench run -w mongo[pymongo] --blocks 1 -p delay=0.01 --mongo-uri mongodb://127.0.0.1:9/",
        (2,),
        "delay",
    ),
    *(
        Case(
            f"a broken plug-in ({group})",
            (BROKEN % f"bench.{group}") + "bench $SMALL && bench list && bench claims reports/latest",
            says="broken",
            ci="full" if group == "claims" else "",
        )
        for group in GROUPS
    ),
    Case(
        "a broken plug-in, named",
        (BROKEN % "bench.runners") + "bench run -w null -r broken",
        (2,),
        "broken",
    ),
    Case("sitecustomize prints", SITE.replace("cat", "echo 'print(\"hello\")'") + "bench $SMALL", ci="full"),
    Case(
        "sitecustomize prints in colours and without end of line",
        SITE.replace("cat", """echo 'import sys; sys.stdout.write("3.11\\x1b[0m{"); sys.stderr.write("!")'""")
        + "bench $SMALL",
    ),
    Case(
        "sitecustomize fails", SITE.replace("cat", "echo '1/0'") + "bench $SMALL 2>said", (0, 2), keeps=False
    ),
)
