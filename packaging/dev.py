"""Work with a checkout of HVTree: `run` opens the program, `test` runs every check.

    python3 packaging/dev.py run                open the window on the demo lab
    python3 packaging/dev.py run ARGUMENTS      start the program with arguments of its own
    python3 packaging/dev.py test               ruff, mypy, import contracts, tests with coverage
    python3 packaging/dev.py test --fast        ruff and the quick tests, in under a minute
    python3 packaging/dev.py test ARGUMENTS     only pytest, with these arguments

Needs nothing but Python 3.11 or newer: it makes `.venv` in the checkout and installs there what is missing.
This file keeps to syntax that Python 3.6 can read, so that it can say what is wrong.
"""

import sys

OLDEST = (3, 11)


def complaint_about_python(version: "tuple[int, int]") -> "str | None":  # quoted: 3.8 must get past this line
    """Return the sentence for somebody whose Python, (major, minor), is too old; None if it will do."""
    if version >= OLDEST:
        return None
    return (
        f"HVTree needs Python {OLDEST[0]}.{OLDEST[1]} or newer, and this is Python {version[0]}.{version[1]}"
        f" ({sys.executable}).\nStart it with a newer one, for example: python3.12 packaging/dev.py run"
    )


if __name__ == "__main__":
    complaint = complaint_about_python(sys.version_info[:2])
    if complaint:
        sys.exit(complaint)
    from devtools.commands import main

    sys.exit(main(sys.argv[1:]))
