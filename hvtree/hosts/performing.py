"""Carrying out an edit on a host: one request, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from hvtree.domain.edits import Edit
from hvtree.domain.errors import BadHostData, ConnectionFailure, HVTreeError, OutcomeUnknown
from hvtree.domain.names import in_one_line
from hvtree.domain.receipt import Progress, Receipt
from hvtree.hosts.messages import Message, ProgressReport
from hvtree.hosts.rpc import Call, Rpc
from hvtree.hosts.wire_verbs import Question, question, receipt

NOTHING: Mapping[str, Any] = MappingProxyType({})


async def perform(
    rpc: Rpc, edit: Edit, report: Callable[[Progress], None], more: Mapping[str, Any] = NOTHING
) -> Receipt:
    """Ask the host for an edit, with `more` arguments, and return its answer; `Client.perform` says what is raised."""
    asked = question(edit)
    if not asked.ids:
        return Receipt(())
    with rpc.asking(asked.verb, {**asked.args, **more}, report=_reporter(report)) as call:
        try:
            answer = await _last_word(rpc, call)
            rpc.check(answer, asked.what)
            return receipt(asked, answer.ok)
        except (ConnectionFailure, BadHostData) as error:
            raise _unknown(rpc.name, asked, error) from error


async def _last_word(rpc: Rpc, call: Call) -> Message:
    try:
        return await asyncio.shield(call.answer)
    except asyncio.CancelledError:
        if rpc.gone is None:
            with rpc.asking("request.cancel", {"request": call.id}):
                await asyncio.wait((call.answer,))
        raise


def _unknown(name: str, asked: Question, error: HVTreeError) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"The host ‘{name}’ was asked to {asked.what}, and no answer came back that can be read.",
        why=error.what,
        now="It may or may not have been done: refresh the host to see how things stand.",
        details=error.details,
        code=error.code,
    )


def _reporter(report: Callable[[Progress], None]) -> Callable[[ProgressReport], None]:
    def on_progress(progress: ProgressReport) -> None:
        percent = None if progress.percent is None else min(100, max(0, progress.percent))
        report(Progress(progress.target.lower(), percent, in_one_line(progress.text)))

    return on_progress
