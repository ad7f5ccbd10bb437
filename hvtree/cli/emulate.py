"""`hvtree emulate`: an emulated Hyper-V host behind a WinRM endpoint on loopback, until it is stopped.

Prints one line of JSON with endpoint, user and password as soon as it serves. With `--with-parent` it ends when its
standard input does, so that it never outlives the program that started it; each line `exchanges` on that input is
answered with a line of JSON: how many HTTP exchanges of each kind there were.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import sys
import threading
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from functools import partial
from queue import Empty, SimpleQueue

from hvtree.app.hidden_variables import EMULATOR_PASSWORD_VARIABLE
from hvtree.app.log_file import hide_in_log
from hvtree.cli.options import port
from hvtree.domain.errors import BadInput, HVTreeError
from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import RealClock
from hvtree.emulator.powershell.real_powershell import VARIABLE, RealPowerShell, found_powershell
from hvtree.emulator.problems import PROBLEMS, Problem, chosen
from hvtree.emulator.serve import endpoint_for
from hvtree.emulator.winrm.certificate import self_signed
from hvtree.emulator.winrm.connection_faults import ConnectionFaults
from hvtree.emulator.winrm.negotiate import Account
from hvtree.emulator.winrm.process import Program
from hvtree.emulator.winrm.wsman import Endpoint, EndpointConfig
from hvtree.emulator.worlds.values import WorldError
from hvtree.emulator.worlds.worlds import contents

_WAKE_S = 0.5


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the command to argparse."""
    parser.description = (
        "Run an emulated Hyper-V host behind a WinRM endpoint on 127.0.0.1, until it is stopped."
    )
    parser.add_argument(
        "--world", metavar="NAME|FILE", default="lab", help="what is on the host (default: lab)"
    )
    parser.add_argument(
        "--port", type=partial(port, least=0), default=0, help="TCP port (default: a free one)"
    )
    parser.add_argument("--user", default="demo", help="user that may log in (default: demo)")
    parser.add_argument("--tls", action="store_true", help="https with a certificate made for this run")
    parser.add_argument("--basic", action="store_true", help="offer Basic authentication besides Negotiate")
    parser.add_argument(
        "--speed", type=_speed, default=1.0, metavar="X", help="host time runs X times as fast"
    )
    parser.add_argument("--delay-ms", type=_delay, default=0.0, help="one-way delay of each HTTP message")
    parser.add_argument(
        "--powershell",
        metavar="PATH",
        nargs="?",
        const="",
        help=f"run scripts in this PowerShell, with a Hyper-V module that works on the host (default: ${VARIABLE}, pwsh)",
    )
    parser.add_argument(
        "--problem",
        "--trouble",
        dest="problem",
        metavar="NAME",
        action="append",
        default=[],
        choices=tuple(PROBLEMS),
        help=f"what is wrong with it, for trying out the connection doctor: {', '.join(PROBLEMS)}",
    )
    parser.add_argument("--with-parent", action="store_true", help="end when standard input ends")
    parser.epilog = f"The password is random unless {EMULATOR_PASSWORD_VARIABLE} is set."
    parser.set_defaults(run=run, log_level="warning")


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl+C, SIGTERM or the parent's end. Raise `BadInput` for a bad world, user or password."""
    ended = _ended_by_signal()
    problems = chosen(arguments.problem)
    clock = RealClock(arguments.speed, sum(problem.ahead_s for problem in problems))
    hyperv = _host(arguments.world, clock)
    config = _config(arguments, hyperv, problems)
    with ExitStack() as stack:
        powershell = _powershell(arguments.powershell, hyperv, stack)
        endpoint = stack.enter_context(_endpoint(arguments, hyperv, config, powershell))
        for problem in problems:
            problem.host(hyperv)
            problem.connection(endpoint.connection_faults)
        print(json.dumps(_announcement(arguments, endpoint, hyperv, config)), flush=True)
        if arguments.with_parent:
            threading.Thread(
                target=_listen_to_parent, args=(endpoint, ended), name="parent", daemon=True
            ).start()
        _wait(ended)
    clock.close()
    return 0


def _account(arguments: argparse.Namespace) -> Account:
    password = os.environ.get(EMULATOR_PASSWORD_VARIABLE) or secrets.token_urlsafe(18)
    hide_in_log(password)
    try:
        return Account(arguments.user, password)
    except ValueError as error:
        raise BadInput(str(error)) from error


def _host(world: str, clock: RealClock) -> HyperV:
    try:
        return HyperV(contents(world, clock.now()), clock)
    except WorldError as error:
        raise BadInput(str(error)) from error


def _powershell(wanted: str | None, hyperv: HyperV, stack: ExitStack) -> Program | None:
    """Return the PowerShell that is asked for, until the stack ends; None if none is."""
    if wanted is None:
        return None
    path = found_powershell(wanted)
    if path is None:
        raise BadInput(
            f"There is no PowerShell at ‘{wanted}’."
            if wanted
            else "There is no PowerShell on this computer.",
            now=f"Name one: --powershell PATH, or {VARIABLE}=PATH in the environment, or put pwsh on the PATH.",
        )
    return stack.enter_context(RealPowerShell(hyperv, path))


def _config(arguments: argparse.Namespace, hyperv: HyperV, problems: Iterable[Problem]) -> EndpointConfig:
    config = EndpointConfig(
        _account(arguments),
        machine=hyperv.facts.name,
        port=arguments.port,
        allow_basic=arguments.basic,
        certificate=self_signed() if arguments.tls else None,
    )
    for problem in problems:
        config = problem.applied_to(config)
    return config


def _endpoint(
    arguments: argparse.Namespace, hyperv: HyperV, config: EndpointConfig, powershell: Program | None
) -> Endpoint:
    try:
        return endpoint_for(hyperv, config, ConnectionFaults(delay_s=arguments.delay_ms / 1000), powershell)
    except OSError as error:
        raise HVTreeError(
            f"The emulated host cannot listen on port {arguments.port} of 127.0.0.1.",
            why=f"{(error.strerror or str(error)).rstrip('.')}.",
            now="Choose another port, or leave --port out to take a free one.",
        ) from error


def _announcement(
    arguments: argparse.Namespace, endpoint: Endpoint, hyperv: HyperV, config: EndpointConfig
) -> dict[str, str]:
    certificate = config.certificate
    line = {
        "endpoint": endpoint.url,
        "user": config.account.user,
        "password": config.account.password,
        "transport": "ntlm",
        "world": arguments.world,
        "host": hyperv.facts.name,
    }
    if certificate is not None:
        line |= {
            "fingerprint": certificate.fingerprint,
            "certificate": certificate.certificate.decode("ascii"),
        }
    return line


def _ended_by_signal() -> SimpleQueue[None]:
    """Return a queue that hears of Ctrl+C, SIGTERM and Ctrl+Break; they count from now on, before we are announced.

    A queue of this kind is safe in a signal handler; an `Event` would block if the signal came while it is locked.
    """
    ended: SimpleQueue[None] = SimpleQueue()
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):  # the last one is Windows' Ctrl+Break
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: ended.put(None))
    return ended


def _wait(ended: SimpleQueue[None]) -> None:
    while True:
        with suppress(Empty):
            ended.get(timeout=_WAKE_S)  # on Windows a wait without a limit would not hear Ctrl+C
            return


def _listen_to_parent(endpoint: Endpoint, ended: SimpleQueue[None]) -> None:
    """Answer the parent's questions, until its end closes our input."""
    # os.read holds no lock of Python's, so that this thread can be left behind at the end of the process.
    rest = b""
    try:
        while data := os.read(sys.stdin.fileno(), 4096):
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                if line.strip() == b"exchanges":
                    print(json.dumps(endpoint.exchanges.counts()), flush=True)
    finally:  # also when there is no input at all, or nobody reads our answers any more
        ended.put(None)


def _speed(text: str) -> float:
    return _number(text, 0.001, 100_000.0)


def _delay(text: str) -> float:
    return _number(text, 0.0, 10_000.0)


def _number(text: str, least: float, most: float) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least:g} to {most:g}")
    return number
