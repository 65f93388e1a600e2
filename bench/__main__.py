"""``python -m bench``."""

import sys

if __name__ == "__main__":
    try:
        from bench.cli.app import main

        main()
    except KeyboardInterrupt:
        sys.exit(130)
