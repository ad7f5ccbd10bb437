"""The check box with which a user wishes that VMs are left as they are if the connection fails while they are stopped."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox

from hvtree.operations.base import Plan
from hvtree.operations.leases import stopped_on


class LeaveBox(QCheckBox):
    """Shown only for a plan that stops VMs; it holds for the one job."""

    def __init__(self, *, is_about_one: bool = False) -> None:
        those = "VM as it is" if is_about_one else "VMs as they are"
        super().__init__(f"&Leave the {those} if the connection fails")
        self.hide()

    def planned(self, plan: Plan) -> None:
        """Take note of the plan that is shown."""
        hosts = plan.before.hosts
        self.setVisible(any(stopped_on(host_id, plan.phases, state) for host_id, state in hosts.items()))
