"""What takes long to import, loaded on a thread when it is first needed: by then the window is on the screen, and lives on.

These are the connections (pywinrm, requests, spnego, cryptography) and the graphs of networkx, which a host's first reading needs:
together they take as long as everything else. Where they are used they are imported in functions, behind a call of this.
"""

from __future__ import annotations

import importlib

from hvtree.domain.errors import HVTreeError
from hvtree.hosts.worker_threads import off_loop

CONNECTIONS = ("hvtree.app.connections", "networkx")
"""What reaching a host takes, and reading it."""


async def load_connections() -> None:
    """Import what a connection needs; raise `HVTreeError` if it cannot be loaded. The second time it takes no time."""
    await off_loop(_import_all)


def _import_all() -> None:
    for name in CONNECTIONS:
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise HVTreeError(
                f"HVTree cannot reach hosts: ‘{error.name or name}’ cannot be loaded.",
                why=f"{error}.",
                now="Install HVTree again.",
                details=repr(error),
            ) from error
