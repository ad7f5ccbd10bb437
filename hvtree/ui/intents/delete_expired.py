"""Delete Expired Safety Checkpoints…: all of them on the hosts that are connected, in one plan."""

from __future__ import annotations

from functools import partial

from hvtree.operations.delete_expired import DeleteExpired, all_expired_safety
from hvtree.ui.intents.delete import listed_form
from hvtree.ui.intents.intent import Context, WindowIntent
from hvtree.ui.intents.operation_intent import OperationIntent, decide
from hvtree.ui.menu_names import Menu
from hvtree.ui.selection import Selection

_CAPTION = "Delete Expired Safety Checkpoints"


def _deletion(selection: Selection) -> DeleteExpired:
    return DeleteExpired(selection.checkpoints)


def _offer(context: Context) -> None:
    found = all_expired_safety(context.workspace.fresh_fleet, context.clock())
    if found:
        _DELETION.run_on(context, Selection(checkpoints=found))
    else:
        decide(context, DeleteExpired(()), caption=_CAPTION)


DELETE_EXPIRED = WindowIntent(
    id="checkpoint.delete_expired",
    text="Delete E&xpired Safety Checkpoints…",
    tip="Delete the safety checkpoints that nobody wants any more, on all hosts that are connected.",
    icon="delete",
    menu=Menu.CHECKPOINT,
    section=1,
    do=_offer,
)

_DELETION = OperationIntent(
    id=DELETE_EXPIRED.id,
    text=DELETE_EXPIRED.text,
    tip=DELETE_EXPIRED.tip,
    menu=DELETE_EXPIRED.menu,
    operation=_deletion,
    form=partial(listed_form, _CAPTION),
)
