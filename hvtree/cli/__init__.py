"""The command line: `hvtree` with a command works on the terminal, without one it opens the window.

Each command is a module here with two functions: `describe(parser)` describes it to argparse and sets `run`, and
`run(arguments)` carries it out and returns the exit code. Only the module of the command at hand is imported, so that
`hvtree --help` and `hvtree emulate` start at once, and nothing but the window loads Qt. What `plan` and `do` can do
is in `verbs`.
"""

from __future__ import annotations

from hvtree.cli.entry import main, run

__all__ = ["main", "run"]
