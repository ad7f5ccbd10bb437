"""What takes long to import, and when it is loaded: on threads, after the window is on the screen, which lives on meanwhile.

Where these modules are used they are imported in functions, behind what is here. The window's own parts, which come right after
the first paint, are named in `ui.start`.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable

from hvtree.domain.errors import HVTreeError

CONNECTIONS = ("hvtree.app.connections",)
"""What reaching a host takes, pywinrm and all below it: before the first connection."""
GRAPHS = ("networkx",)
"""What asking for the graph of a tree takes (`domain.tree`): when somebody looks at a tree already."""
JOBS = ("hvtree.jobs.runner", "hvtree.hosts.performing")
"""What a job takes that a reading does without: likewise, or with the first one."""
DOCTOR = ("hvtree.app.doctor.examination",)
"""What examining one takes: when the doctor is asked."""


def load(names: Iterable[str], without: str) -> None:
    """Import modules; raise `HVTreeError` if one cannot be loaded. It says what does not go `without` them."""
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise HVTreeError(
                f"{without}: ‘{error.name or name}’ cannot be loaded.",
                why=f"{error}.",
                now="Install HVTree again.",
                details=repr(error),
            ) from error


async def load_doctor() -> None:
    """Load what the doctor needs, beside the loop."""
    await load_off_loop(DOCTOR, "HVTree cannot examine hosts")


async def load_off_loop(names: Iterable[str], without: str) -> None:
    """Load modules as `load` does, beside the loop."""
    from hvtree.hosts.worker_threads import off_loop  # noqa: PLC0415  (asyncio itself comes after the first paint)

    await off_loop(lambda: load(names, without))
