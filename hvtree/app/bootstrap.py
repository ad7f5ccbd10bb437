"""The composition root: puts the parts of the running program together."""

from __future__ import annotations

from functools import partial

from hvtree.app.connection_cache import ConnectionCache
from hvtree.app.connections import connection
from hvtree.app.settings_file import Store, default_path
from hvtree.app.workspace import Workspace


def make_workspace(store: Store | None = None) -> Workspace:
    """Return a workspace that reaches its hosts as their profiles say. It is used on one asyncio loop and closed there.

    Which hosts need a slower mode is kept in `store`: the user's settings unless told otherwise.
    """
    memory = ConnectionCache(store or Store(default_path()))
    return Workspace(partial(connection, memory=memory))
