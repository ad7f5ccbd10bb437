"""All intentions, in the order in which menus show them. A new one is its own file, and a line here."""

from __future__ import annotations

from hvtree.app.host_view import HostView
from hvtree.ui.intents import hosts, view
from hvtree.ui.intents.about import ABOUT
from hvtree.ui.intents.apply import APPLY, REVERT
from hvtree.ui.intents.apply_group import APPLY_GROUP
from hvtree.ui.intents.create import CREATE, CREATE_NAMED
from hvtree.ui.intents.delete import DELETE, DELETE_SUBTREE
from hvtree.ui.intents.delete_all import DELETE_ALL
from hvtree.ui.intents.delete_expired import DELETE_EXPIRED
from hvtree.ui.intents.doctor import DOCTOR
from hvtree.ui.intents.edit_group import DELETE_GROUP, EDIT_GROUP, NEW_GROUP
from hvtree.ui.intents.export import EXPORT
from hvtree.ui.intents.group import GROUP
from hvtree.ui.intents.group_checkpoint import DELETE_GROUP_CHECKPOINT, EXPORT_GROUP, RENAME_GROUP
from hvtree.ui.intents.group_files import EXPORT_GROUPS, IMPORT_GROUPS
from hvtree.ui.intents.group_notes import EDIT_GROUP_NOTES
from hvtree.ui.intents.group_power import SAVE_GROUP, SHUT_DOWN_GROUP, START_GROUP
from hvtree.ui.intents.history import HISTORY, HISTORY_OF_VM, UNDO
from hvtree.ui.intents.intent import Intent
from hvtree.ui.intents.keyboard import KEYBOARD
from hvtree.ui.intents.lock import LOCK, UNLOCK
from hvtree.ui.intents.notes import EDIT_NOTES, EDIT_VM_NOTES
from hvtree.ui.intents.rename import RENAME
from hvtree.ui.intents.show_group import SELECT_SIBLINGS, SHOW_CHECKPOINTS, SHOW_GROUP, SHOW_GROUPS
from hvtree.ui.intents.show_log import SHOW_LOG
from hvtree.ui.views.details_values import Link

INTENTS: tuple[Intent, ...] = (
    hosts.CONNECT,
    hosts.OPEN_DEMO,
    hosts.REFRESH,
    hosts.RECONNECT,
    hosts.EDIT_HOST,
    hosts.REMOVE_HOST,
    view.QUIT,
    CREATE,
    CREATE_NAMED,
    GROUP,
    REVERT,
    APPLY,
    EXPORT,
    RENAME,
    DELETE,
    DELETE_SUBTREE,
    DELETE_EXPIRED,
    APPLY_GROUP,
    RENAME_GROUP,
    EDIT_GROUP_NOTES,
    EXPORT_GROUP,
    DELETE_GROUP_CHECKPOINT,
    START_GROUP,
    SAVE_GROUP,
    SHUT_DOWN_GROUP,
    NEW_GROUP,
    EDIT_GROUP,
    DELETE_GROUP,
    SHOW_GROUP,
    SELECT_SIBLINGS,
    IMPORT_GROUPS,
    EXPORT_GROUPS,
    EDIT_NOTES,
    LOCK,
    UNLOCK,
    EDIT_VM_NOTES,
    DELETE_ALL,
    UNDO,
    HISTORY_OF_VM,
    KEYBOARD,
    DOCTOR,
    SHOW_LOG,
    SHOW_CHECKPOINTS,
    SHOW_GROUPS,
    view.FIND,
    view.GO_TO_NOW,
    view.EXPAND_ALL,
    view.COLLAPSE_ALL,
    view.SHOW_DETAILS,
    view.TOGGLE_ACTIVITY,
    HISTORY,
    ABOUT,
)


def intent(intent_id: str) -> Intent:
    """Return the intention of an id, as a link in a text names it; raise `KeyError` if there is none."""
    return {each.id: each for each in INTENTS}[intent_id]


def help_for(host: HostView) -> tuple[Link, ...]:
    """Return links to the intentions that may help a host in trouble."""
    found = ((each.id, each.help_link(host)) for each in INTENTS if each.help_link is not None)
    return tuple(Link(intent_id, words) for intent_id, words in found if words)
