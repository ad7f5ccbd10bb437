"""All intentions, in the order in which menus show them. A new one is its own file, and a line here."""

from __future__ import annotations

from hvtree.ui.intents.about import ABOUT
from hvtree.ui.intents.apply import APPLY
from hvtree.ui.intents.create import CREATE, CREATE_AT_ONCE
from hvtree.ui.intents.delete import DELETE
from hvtree.ui.intents.delete_subtree import DELETE_SUBTREE
from hvtree.ui.intents.doctor import DOCTOR
from hvtree.ui.intents.export import EXPORT
from hvtree.ui.intents.group import GROUP
from hvtree.ui.intents.hosts import (
    CONNECT,
    EDIT_HOST,
    OPEN_DEMO,
    RECONNECT,
    REFRESH,
    REMOVE_HOST,
)
from hvtree.ui.intents.intent import Intent
from hvtree.ui.intents.keyboard import KEYBOARD
from hvtree.ui.intents.rename import RENAME
from hvtree.ui.intents.revert import REVERT
from hvtree.ui.intents.show_log import SHOW_LOG
from hvtree.ui.intents.view import (
    COLLAPSE_ALL,
    EXPAND_ALL,
    FIND,
    GO_TO_NOW,
    QUIT,
    SHOW_DETAILS,
    TOGGLE_ACTIVITY,
)

INTENTS: tuple[Intent, ...] = (
    CONNECT,
    OPEN_DEMO,
    REFRESH,
    RECONNECT,
    EDIT_HOST,
    REMOVE_HOST,
    QUIT,
    CREATE,
    CREATE_AT_ONCE,
    GROUP,
    REVERT,
    APPLY,
    EXPORT,
    RENAME,
    DELETE,
    DELETE_SUBTREE,
    KEYBOARD,
    DOCTOR,
    SHOW_LOG,
    FIND,
    GO_TO_NOW,
    EXPAND_ALL,
    COLLAPSE_ALL,
    SHOW_DETAILS,
    TOGGLE_ACTIVITY,
    ABOUT,
)


def intent(intent_id: str) -> Intent:
    """Return the intention of an id, as a link in a text names it; raise `KeyError` if there is none."""
    return {each.id: each for each in INTENTS}[intent_id]
