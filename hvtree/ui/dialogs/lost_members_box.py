"""Whether a plan for a group goes on without the members that cannot be found; shown only if there are some."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox

from hvtree.domain.words import count_words


class LostMembersBox(QCheckBox):
    """Ticked, the plan is made without them; else it is refused, naming them."""

    def __init__(self, lost: int) -> None:
        super().__init__(f"&Without {count_words(lost, 'member')} that cannot be found")
        self.setVisible(lost > 0)
