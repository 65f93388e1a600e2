"""``python -m bench``."""

import sys

if __name__ == "__main__":
    try:
        from bench.cli.app import main

        main()
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        # CPython, started with -m, dies of SIGINT in the end if an interrupt ever came out of a string being
        # run, as dataclasses do, caught or not; running another makes it forget.
        exec("")
