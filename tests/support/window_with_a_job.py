"""The window in a process of its own, on a host on which it begins a job by itself: `python -m … WORDS` as for HVTree.

It says so on standard error when the VMs are being checkpointed.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from PySide6.QtWidgets import QApplication

from hvtree.app.bootstrap import make_workspace
from hvtree.app.workspace import Workspace
from hvtree.cli import window as window_options
from hvtree.domain.address import VmAddress
from hvtree.jobs.job import StepPhase
from hvtree.operations.group import CheckpointGroup
from hvtree.ui.loop import Loop
from hvtree.ui.main_window import MainWindow
from hvtree.ui.run import Program
from hvtree.ui.start import make_application
from tests.support.harness import Yes
from tests.support.running_time import tolerant_process


async def with_a_job(program: Program, workspace: Workspace) -> int:
    running = asyncio.ensure_future(program.main())
    await asyncio.sleep(0)
    (window,) = (each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))

    def begin() -> None:
        window.filled.disconnect(begin)
        (host,) = workspace.hosts
        assert host.state is not None
        vms = tuple(VmAddress(host.id, vm_id) for vm_id in host.state.vms)
        workspace.submit(workspace.plan(CheckpointGroup(vms)), Yes())

    def tell(job_id: int) -> None:
        steps = workspace.job(job_id).steps
        if any(step.phase is StepPhase.RUNNING and "heckpoint" in step.title for step in steps):
            print("checkpointing", file=sys.stderr, flush=True)

    window.filled.connect(begin)
    window.bridge.job_changed.connect(tell)
    return await running


def main() -> int:
    parser = argparse.ArgumentParser()
    window_options.describe(parser)
    program_options = parser.parse_args()
    application = make_application(sys.argv[:1])
    with tolerant_process(), asyncio.Runner(loop_factory=lambda: Loop(application)) as runner:
        workspace = make_workspace()
        return runner.run(with_a_job(Program(application, program_options, workspace), workspace))


if __name__ == "__main__":
    sys.exit(main())
