"""The composition root: puts the parts of the running program together."""

from __future__ import annotations

from hvtree.app.demo import Demo, start_demo
from hvtree.app.roads import connection
from hvtree.app.workspace import Workspace

__all__ = ["Demo", "make_workspace", "start_demo"]


def make_workspace() -> Workspace:
    """Give a workspace that reaches its hosts as their profiles say. It is used on one asyncio loop and closed there."""
    return Workspace(connection)
