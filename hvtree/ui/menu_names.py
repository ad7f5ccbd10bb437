"""The menus of the menu bar."""

from __future__ import annotations

from enum import Enum


class Menu(Enum):
    """The menus of the menu bar, in their order."""

    HOST = "&Host"
    VM = "&VM"
    CHECKPOINT = "&Checkpoint"
    GROUP = "&Group"
    VIEW = "Vie&w"
    HELP = "H&elp"
