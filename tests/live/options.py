"""The options of the live tests. Without `--host` they are deselected, and the header of the run says so.

Loaded by every run of pytest, so it imports nothing of HVTree.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import pytest

MARKER = "live"
_TEXTS = {
    "--user": "user to log in as; the password comes from HVTREE_PASSWORD or a prompt, never from here",
    "--transport": "ntlm (default), kerberos, credssp, certificate, basic",
    "--ca-file": "PEM file with the certificates to trust, for https",
    "--fingerprint": "SHA-256 of the one certificate to trust, for https",
    "--certificate-file": "your own certificate, for --transport certificate",
    "--key-file": "its key",
}


def add_options(parser: pytest.Parser) -> None:
    """Describe the options of the live tests."""
    group = parser.getgroup("live", "live tests: a real Hyper-V host (tests/live/README.md)")
    group.addoption("--host", metavar="HOST", help="URL of a WinRM endpoint, a saved host, or `local`")
    for option, text in _TEXTS.items():
        group.addoption(option, default=None, help=text)
    group.addoption(
        "--scratch", metavar="FOLDER", help="folder on the host for scratch VMs (default: where it makes VMs)"
    )
    group.addoption(
        "--result",
        metavar="FILE",
        default="hvtree-live.json",
        help="where to write what was found (default: %(default)s)",
    )
    group.addoption("--sweep", action="store_true", help="only show and remove what earlier runs left behind")
    group.addoption("--yes", action="store_true", help="with --sweep: remove without asking")


def header(config: pytest.Config) -> list[str]:
    """Return the line that says what becomes of the live tests."""
    host = config.getoption("--host")
    if not host:
        return ["live tests: deselected, for no --host is given (tests/live/README.md)"]
    return [f"live tests: on {host}; only VMs whose names begin with hvtree-live- are changed"]


def deselect(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out what is not to run: without a host all live tests; with --sweep all but the sweep, else that."""
    wants_live, wants_sweep = bool(config.getoption("--host")), bool(config.getoption("--sweep"))

    def is_wanted(item: pytest.Item) -> bool:
        if item.get_closest_marker(MARKER) is None:
            return not (wants_live and wants_sweep)
        return wants_live and (item.path.name == "test_sweep.py") is wants_sweep

    unwanted = [item for item in items if not is_wanted(item)]
    if unwanted:
        items[:] = [item for item in items if is_wanted(item)]
        config.hook.pytest_deselected(items=unwanted)


def unhidden(config: pytest.Config) -> AbstractContextManager[None]:
    """Let what is printed be seen, and what is typed be read, meanwhile."""
    manager = config.pluginmanager.getplugin("capturemanager")
    return nullcontext() if manager is None else manager.global_and_fixture_disabled()
