"""Users, their rights, and namespaces."""

from tests.places.case import Case

OTHER = "as_other"
UNKNOWN = "as_user 54321"
SETPRIV = ("root", "unshare", "setpriv")
UNSHARE = ("root", "unshare")

CASES = (
    Case(
        "a user without an entry", f"unset HOME; {UNKNOWN} $PYTHON -m bench $SMALL", needs=SETPRIV, ci="full"
    ),
    Case(
        "a user without an entry, other commands",
        f"unset HOME USER LOGNAME; {UNKNOWN} $PYTHON -m bench $SMALL;"
        f" for c in list doctor report; do {UNKNOWN} $PYTHON -m bench $c || exit 9; done;"
        f" {UNKNOWN} $PYTHON -m bench run --python 3.99",
        (2,),
        "not found",
        needs=SETPRIV,
    ),
    Case(
        "folders of PATH that cannot be read, as after su",
        f"mkdir -p shut/bin; chmod 700 shut; export PATH=$PWD/shut:$PWD/shut/bin:$PATH; {OTHER} $PYTHON -m bench run --python 3.99",
        (2,),
        "not found",
        needs=SETPRIV,
        ci="full",
    ),
    Case(
        "a PYENV_ROOT that cannot be read",
        f"mkdir -p shut/versions/3.12.0; chmod 700 shut; export PYENV_ROOT=$PWD/shut; {OTHER} $PYTHON -m bench run --python 3.99",
        (2,),
        "not found",
        needs=SETPRIV,
    ),
    Case(
        "a HOME that cannot be read",
        f"mkdir -m 700 home; export HOME=$PWD/home; {OTHER} $PYTHON -m bench $SMALL && {OTHER} $PYTHON -m bench doctor",
        needs=SETPRIV,
    ),
    Case(
        "a run of another user's, read",
        f"bench $SMALL; chmod -R go-w reports; {OTHER} $PYTHON -m bench claims reports/latest && {OTHER} $PYTHON -m bench report",
        (2,),
        "--out",
        needs=SETPRIV,
    ),
    Case(
        "a run that may not be read",
        f"bench $SMALL; chmod 700 reports; {OTHER} $PYTHON -m bench report",
        (2,),
        "ermission",
        needs=SETPRIV,
    ),
    Case("umask 077", "umask 077; bench $SMALL"),
    Case(
        "umask 777",
        f"umask 777; chmod 777 .; {OTHER} $PYTHON -m bench $SMALL",
        (0, 2),
        needs=SETPRIV,
        keeps=True,
    ),
    Case(
        "no capabilities",
        "setpriv --bounding-set=-all --inh-caps=-all $PYTHON -m bench $SMALL",
        needs=SETPRIV,
    ),
    Case("no new privileges", "setpriv --no-new-privs $PYTHON -m bench $SMALL", needs=SETPRIV),
    Case("a user namespace", "unshare -Ur $PYTHON -m bench $SMALL", needs=("unshare",)),
    Case("a user namespace that maps nobody", "unshare -U $PYTHON -m bench $SMALL", needs=("unshare",)),
    Case("processes of its own", "unshare -pf --mount-proc $PYTHON -m bench $SMALL", needs=UNSHARE),
    Case(
        "processes of its own and a foreign /proc",
        "unshare -pf $PYTHON -m bench $SMALL",
        (0, 2, 3),
        needs=UNSHARE,
    ),
    Case(
        "a network without loopback",
        "unshare -n $PYTHON -m bench run -w http[httpx] -w null -r threading --blocks 1",
        (3,),
        needs=UNSHARE,
    ),
    Case(
        "a network of loopback alone",
        'unshare -n bash -c "ip link set lo up; $PYTHON -m bench $SERVED"',
        needs=(*UNSHARE, "ip"),
    ),
    Case("no IPC with others", "unshare -i $PYTHON -m bench $SMALL", needs=UNSHARE),
    Case(
        "a host without a name",
        "unshare -u sh -c \"printf '\\\\0' > /proc/sys/kernel/hostname; $PYTHON -m bench $SMALL\"",
        needs=UNSHARE,
    ),
    Case(
        "a host of odd name",
        "unshare -u sh -c \"echo 'a/b c..$(printf %040d)' > /proc/sys/kernel/hostname; $PYTHON -m bench $SMALL\"",
        needs=UNSHARE,
    ),
)
