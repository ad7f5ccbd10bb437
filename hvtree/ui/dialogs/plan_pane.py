"""A plan to read: its risk, its consequences, its steps, the tree before and after, and its PowerShell."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from hvtree.domain.errors import HVTreeError
from hvtree.operations.base import Plan, Risk
from hvtree.ui.dialogs.plan_lines import PlanLines, consequence_lines, step_lines
from hvtree.ui.dialogs.tree_preview import TreePreview
from hvtree.ui.widgets.banner import Banner, Tone
from hvtree.ui.widgets.code_box import powershell_box
from hvtree.ui.widgets.layouts import in_column
from hvtree.ui.widgets.wrap_label import WrapLabel

_MOST = 100
"""The picture's share of the room that is left over, against 1 for a gap at the end."""
_TONES = {
    Risk.NONE: Tone.CALM,
    Risk.INTERRUPTS: Tone.INFO,
    Risk.FORGETS: Tone.WARNING,
    Risk.LOSES: Tone.DANGER,
}
"""How each risk looks, above everything else in a plan."""


class PlanPane(QWidget):
    """Shows one plan, or the reason why there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._plan: Plan | None = None
        self._banner = Banner()
        self._consequences = PlanLines("What will happen")
        self._steps = PlanLines("Steps")
        self._preview = TreePreview()
        self.powershell_fold, self._code = powershell_box()
        self._consequences_heading = WrapLabel("What will happen", is_bold=True)
        self._steps_heading = WrapLabel("Steps", is_bold=True)
        parts = (
            self._banner,
            self._consequences_heading,
            self._consequences,
            self._preview,
            self._steps_heading,
            self._steps,
            self.powershell_fold,
        )
        column = in_column(self, *parts, None, margins=(0, 0, 4, 0), spacing=8)
        column.setStretchFactor(self._preview, _MOST)

    def show_plan(self, plan: Plan, button: str = "", *, is_turned_to: bool = False) -> None:
        """Show a plan; each part changes only if it has something else to show.

        `button` names the one that starts it, where there are several; `is_turned_to` if the user has just gone to it.
        """
        self._consequences_heading.setText(f"What ‘{button}’ does" if button else "What will happen")
        self._plan = plan
        more = f"This is what ‘{button}’ does. Press it now to start." if is_turned_to else ""
        self._banner.show_text(_TONES[plan.risk], plan.risk.words, more)
        self._consequences.show_lines(consequence_lines(plan))
        self._steps.show_lines(tuple(step_lines(plan)))
        self._preview.show_plan(plan)
        self._code.show_code(plan.powershell)
        self._show_parts(bool(plan.consequences), has_plan=True)

    def show_refusal(self, error: HVTreeError, *, is_new: bool = False) -> None:
        """Show why there is no plan; calmly if the dialog `is_new`, since the user has done nothing wrong."""
        self._plan = None
        more = " ".join(part for part in (error.why, error.now) if part)
        self._banner.show_text(Tone.INFO if is_new else Tone.WARNING, error.what, more)
        self._show_parts(has_consequences=False, has_plan=False)

    def text(self) -> str:
        """Return everything the plan says, line by line."""
        lines = (*self._consequences.lines, *self._steps.lines) if self._plan is not None else ()
        return "\n".join((self._banner.text(), *(line.text for line in lines)))

    def spoken(self) -> str:
        """Return what a screen reader is told of it at once, line by line."""
        lines = (*self._consequences.spoken(), *self._steps.spoken()) if self._plan is not None else ()
        return "\n".join((self._banner.text(), *lines))

    def powershell(self) -> str:
        """Return the PowerShell that is offered."""
        return self._code.code()

    def _show_parts(self, has_consequences: bool, has_plan: bool) -> None:
        self._consequences_heading.setVisible(has_consequences)
        self._consequences.setVisible(has_consequences)
        self._preview.setVisible(has_plan and self._preview.has_content)
        self._steps_heading.setVisible(has_plan)
        self._steps.setVisible(has_plan)
        self.powershell_fold.setVisible(has_plan and bool(self._code.code()))
