"""The two commands: `run` and `test`."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from devtools import checks, display, environment, interruptions, qt_libraries, system
from devtools.environment import Checkout
from devtools.qt_libraries import Need

_USAGE = """\
python3 packaging/dev.py run [ARGUMENTS]    open the window on the demo lab, or start hvtree with ARGUMENTS
python3 packaging/dev.py test               run every check: ruff, mypy, import contracts, tests with coverage
python3 packaging/dev.py test --fast        run ruff and the tests without processes and connections of domain,
                                            operations, jobs, app and ui/models: under a minute
python3 packaging/dev.py test ARGUMENTS     run only pytest, with ARGUMENTS"""
_INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Carry out one command; return the exit code: 0 done, 1 failed, 2 not understood, 130 interrupted."""
    commands = {"run": run, "test": test}
    if not arguments or arguments[0] not in commands:
        print(_USAGE, file=sys.stdout if "--help" in arguments else sys.stderr)
        return 0 if "--help" in arguments else 2
    interruptions.hear()
    checkout = Checkout(Path(__file__).resolve().parents[2])
    try:
        return commands[arguments[0]](checkout, arguments[1:])
    except system.SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return _INTERRUPTED


def run(checkout: Checkout, arguments: Sequence[str]) -> int:
    """Set up what the program needs and start it; return its exit code."""
    apt = qt_libraries.this_machines_apt()
    can_install = apt is not None and apt.is_root
    launch = display.plan(arguments, os.environ, sys.platform, checkout.picture, can_install=can_install)
    _set_up(checkout, apt, launch.needs, extras=())
    if launch.notice:
        system.say(launch.notice)
    if launch.picture:
        launch.picture.parent.mkdir(exist_ok=True)
        launch.picture.unlink(missing_ok=True)
    with ExitStack() as stack:
        env = dict(launch.env)
        if launch.screen is display.Screen.XVFB:
            env |= _virtual_display(stack)
        return start([str(checkout.python()), "-m", "hvtree", *launch.arguments], env)


def test(checkout: Checkout, arguments: Sequence[str]) -> int:
    """Set up what the checks need and run them; return 0 if all passed."""
    apt = qt_libraries.this_machines_apt()
    useful = qt_libraries.X11 + qt_libraries.WAYLAND + qt_libraries.XVFB
    _set_up(checkout, apt, qt_libraries.ALWAYS, extras=("dev",), useful=useful)
    workers = checks.worker_count()
    if checks.FAST in arguments:
        others = [each for each in arguments if each != checks.FAST]
        chosen = checks.fast_checks(checkout, workers, others)
    elif arguments:
        chosen = checks.only_tests(checkout, arguments)
    else:
        chosen = checks.all_checks(checkout, workers)
    env = {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    return checks.run_all(chosen, run=partial(system.run, env=env, cwd=checkout.root))


def _set_up(
    checkout: Checkout,
    apt: qt_libraries.Apt | None,
    needs: tuple[Need, ...],
    *,
    extras: tuple[str, ...],
    useful: tuple[Need, ...] = (),
) -> None:
    if sys.platform == "linux":
        qt_libraries.check_glibc()
        making = () if checkout.venv.exists() else qt_libraries.VENV
        qt_libraries.ensure(making + needs, apt, useful=useful)
    environment.prepare(checkout, extras)


def _virtual_display(stack: ExitStack) -> dict[str, str]:
    try:
        return stack.enter_context(display.virtual_display())
    except system.SetupError as error:
        system.say(f"{error} The window is drawn off screen instead.")
        return display.OFF_SCREEN


def start(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Run the program; when interrupted, give it time to close its connections. Return its exit code."""
    with (
        interruptions.passed_on() as passing,
        subprocess.Popen(list(command), env={**os.environ, **env}) as program,
    ):
        passing.to(program)
        code = program.wait()
    return code if code >= 0 else 128 - code
