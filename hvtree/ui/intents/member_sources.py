"""Finds what a new group can be made of: asks the hosts for their VM groups, and looks for what a filter means."""

from __future__ import annotations

import asyncio
from datetime import datetime

from hvtree.app.finding import find_vms
from hvtree.app.workspace import Workspace
from hvtree.domain.errors import HVTreeError
from hvtree.domain.fleet import Fleet
from hvtree.domain.vm_group import VmGroup
from hvtree.ui.dialogs.member_source import MemberSource
from hvtree.ui.filtering import host_names
from hvtree.ui.intents.intent import Context


class Finder:
    """Finds what one `MemberSource` wants, as often as it wants it."""

    def __init__(self, source: MemberSource, context: Context, fleet: Fleet) -> None:
        self._source = source
        self._workspace: Workspace = context.workspace
        self._fleet = fleet
        self._now_utc: datetime = context.clock()
        self._is_searching = False
        self._names = {view.id: "\n".join(host_names(view)) for view in context.workspace.hosts}
        source.vm_groups_wanted.connect(lambda: context.tasks.start(self._ask_hosts()))
        source.search_wanted.connect(lambda: context.tasks.start(self._search()))

    async def _ask_hosts(self) -> None:
        hosts = [view.id for view in self._workspace.hosts if view.id in self._fleet.hosts]
        answers = await asyncio.gather(*map(self._workspace.vm_groups, hosts), return_exceptions=True)
        known: dict[str, tuple[VmGroup, ...]] = {}
        problems: list[str] = []
        for host_id, answer in zip(hosts, answers, strict=True):
            if not isinstance(answer, BaseException):
                known[host_id] = answer
            elif isinstance(answer, HVTreeError):
                problems.append(" ".join(filter(None, (answer.what, answer.why))))
            else:
                raise answer
        self._source.show_vm_groups(known, problems)

    async def _search(self) -> None:
        """Look for what is wanted, and again if that is something else by then; one search at a time."""
        if self._is_searching:
            return
        self._is_searching = True
        try:
            while (wanted := self._source.wanted) is not None:
                text, query = wanted
                found = await find_vms(query, self._fleet, self._now_utc, self._around)
                self._source.show_found(text, found)
        finally:
            self._is_searching = False

    def _around(self, host_id: str) -> str:
        return self._names.get(host_id, "")
