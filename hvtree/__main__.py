"""Start the program as `python -m hvtree`."""

import sys

from hvtree.cli import main

if __name__ == "__main__":
    sys.exit(main())
