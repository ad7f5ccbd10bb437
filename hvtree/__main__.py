"""Start the program as `python -m hvtree`."""

import sys

from hvtree.cli import run

if __name__ == "__main__":
    sys.exit(run())
