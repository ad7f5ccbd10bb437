"""`hvtree` without a command: the window."""

from __future__ import annotations

import argparse
import os

from hvtree.cli.completing import completed_by, completed_by_files


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


def run(arguments: argparse.Namespace) -> int:
    """Open the window and return its exit code; raise `HVTreeError` if there is nothing here to draw it on."""
    # Imported here, as below, so that commands on the terminal never load Qt and the help loads nothing at all.
    from hvtree.ui.display import import_problem, window_problem  # noqa: PLC0415

    problem = window_problem(os.environ)
    if problem is not None:
        raise problem
    try:
        from hvtree.ui.run import run as run_window  # noqa: PLC0415
    except ImportError as error:
        if (error.name or "").partition(".")[0] == "hvtree":
            raise
        raise import_problem(error) from error

    return int(run_window(arguments))
