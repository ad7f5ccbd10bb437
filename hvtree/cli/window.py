"""`hvtree` without a command: the window."""

from __future__ import annotations

import argparse
import os

from hvtree.cli.completing import completed_by, completed_by_files

WITH_THE_WINDOW = ("hvtree.cli.carrying_out",)
"""What is loaded here after the first paint: the log, and what turns errors into sentences."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the window's options to argparse; they stand before any command."""
    parser.add_argument("--demo", action="store_true", help="open the window on an emulated lab of VMs")
    worlds = "with --demo: which world to emulate (default: lab)"
    completed_by(parser.add_argument("--world", default="lab", help=worlds), "world")
    hosts = "open the window on a saved host, `local`, or the host at a WinRM endpoint"
    completed_by(parser.add_argument("--host", metavar="HOST", help=hosts), "host")
    parser.add_argument("--user", help="user to log in as; the password is asked for, never given here")
    transports = "how to log in: ntlm (default), kerberos, credssp, …"
    completed_by(parser.add_argument("--transport", help=transports), "login")
    certificates = "certificates to trust for https"
    completed_by_files(parser.add_argument("--ca-file", metavar="PEM", help=certificates))
    picture = "save a picture of the window as soon as there is something to see"
    completed_by_files(parser.add_argument("--picture", metavar="FILE", help=picture))
    parser.set_defaults(run=run)


def begin(arguments: argparse.Namespace) -> None:
    """Open the window and load the rest of the program, the log with it. What goes wrong is left for `run` to raise."""
    # Imported here, as below, so that commands on the terminal never load Qt and the help loads nothing at all.
    from hvtree.ui.display import import_problem, window_problem  # noqa: PLC0415

    arguments.first = None
    arguments.problem = window_problem(os.environ)
    if arguments.problem is not None:
        return
    try:
        arguments.first = _first_window(arguments)
    except ImportError as error:
        arguments.problem = error if (error.name or "").startswith("hvtree") else import_problem(error)
    except Exception as error:  # noqa: BLE001  (it is raised by `run`, which has a log)
        arguments.problem = error


def _first_window(arguments: argparse.Namespace) -> object:
    demo = None
    if arguments.demo:  # it starts while Qt is loaded
        from hvtree.app.demo_process import DemoProcess  # noqa: PLC0415

        demo = DemoProcess(arguments.world)
    from hvtree.ui.qt_loading import load_qt  # noqa: PLC0415

    load_qt()
    from hvtree.ui.start import first_window  # noqa: PLC0415

    return first_window(arguments, demo, also=WITH_THE_WINDOW)


def run(arguments: argparse.Namespace) -> int:
    """Fill the window that `begin` has opened, and return its exit code; raise `HVTreeError` if it could not be opened."""
    if arguments.problem is not None:
        raise arguments.problem
    from hvtree.ui.run import run as run_window  # noqa: PLC0415

    return int(run_window(arguments.first, arguments))
