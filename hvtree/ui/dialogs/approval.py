"""Who is asked when hosts have changed so much since a plan was approved that it is another plan by now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QWidget

from hvtree.operations.base import Plan
from hvtree.ui.bridge import ask
from hvtree.ui.dialogs.form import Choice, Form, Planner


class Always:
    """An approver for what needs no question: a rename in place."""

    async def approve(self, plan: Plan) -> bool:
        """Say yes."""
        return bool(plan.steps)


class AskIfNeeded:
    """An approver for what is done without a question: it says yes unless there is something to decide by now."""

    def __init__(self, to_decide: Callable[[Plan], Sequence[str]], asking: AskAgain) -> None:
        """`to_decide` returns what, and `asking` asks then."""
        self._to_decide = to_decide
        self._asking = asking

    async def approve(self, plan: Plan) -> bool:
        """Say yes, or ask and return the answer."""
        return await (self._asking if self._to_decide(plan) else Always()).approve(plan)


class AskAgain:
    """An approver that shows the plan as it is now, with a note that something has changed."""

    def __init__(self, hosts: Mapping[str, str], parent: QWidget) -> None:
        """`hosts` is what they are called, by their ids."""
        self._hosts = hosts
        self._parent = parent

    async def approve(self, plan: Plan) -> bool:
        """Ask, and return the answer."""
        from hvtree.ui.dialogs.operation_dialog import OperationDialog  # noqa: PLC0415  (see `start.DIALOGS`)

        planner = Planner(
            tuple(self._hosts.get(host_id, host_id) for host_id in plan.host_ids), lambda _operation: plan
        )
        dialog = OperationDialog(planner, Form("Plan", "Continue", Choice(plan.operation)), self._parent)
        has = "The host has" if len(plan.host_ids) == 1 else "The hosts have"
        dialog.show_note(
            f"{has} changed since you looked.", "This is the plan as it is now. Nothing has been touched yet."
        )
        return bool(await ask(dialog))
