"""From a decrypted message to the answer: dispatch on the action, faults, and the tricks of `mischief`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from hvtree.emulator.winrm import soap
from hvtree.emulator.winrm.mischief import Mischief, Plan, Trick
from hvtree.emulator.winrm.shells import Answer, Shells
from hvtree.emulator.winrm.soap import SoapRequest, WsmanFault
from hvtree.emulator.winrm.wsman_faults import timed_out, too_many, unknown

RECEIVE = "Receive"
QUIET = "quiet"
"""Kind of a Receive for which there was nothing in time."""
_IDENTITY = (
    "<wsmid:IdentifyResponse><wsmid:ProtocolVersion>http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
    "</wsmid:ProtocolVersion><wsmid:ProductVendor>HVTree</wsmid:ProductVendor>"
    "<wsmid:ProductVersion>OS: {os} SP: 0.0 Stack: 3.0</wsmid:ProductVersion></wsmid:IdentifyResponse>"
)


@dataclass(frozen=True)
class Reply:
    """The answer to one message, or what happens instead of one."""

    status: HTTPStatus = HTTPStatus.OK
    xml: bytes = b""
    undo: Callable[[], None] | None = None
    """To be called if the answer cannot be delivered."""
    drops_connection: bool = False
    forgets_login: bool = False


class Operations:
    """Carries out messages on the shells of one endpoint. Safe between threads.

    `count` hears of the kind of each: of a Receive when it is over, of the others before they do anything, so that whoever
    sees what one has done finds it counted.
    """

    def __init__(
        self,
        shells: Shells,
        mischief: Mischief,
        machine: str,
        envelope_kb: int,
        count: Callable[[str], None],
    ) -> None:
        self._shells = shells
        self._count = count
        self._mischief = mischief
        self._machine = machine
        self._largest = envelope_kb * 1024
        self._actions: dict[str, Callable[[SoapRequest, str], Answer]] = {
            soap.TRANSFER + "Create": shells.create,
            soap.TRANSFER + "Delete": shells.delete,
            soap.TRANSFER + "Get": shells.get,
            soap.SHELL + "Command": shells.command,
            soap.SHELL + "Send": shells.send,
            soap.SHELL + "Receive": shells.receive,
            soap.SHELL + "Signal": shells.signal,
        }

    def perform(self, message: bytes, owner: str) -> Reply:
        """Carry out one message for a logged-in user, or for nobody (empty): then only Identify works."""
        try:
            request = soap.read_request(message)
        except WsmanFault as error:
            self._count("Unknown")
            return self._fault(SoapRequest("Unknown"), error)
        kind = request.kind
        if kind != RECEIVE:
            self._count(kind)
        try:
            if len(message) > self._largest:
                raise _too_large()
            reply = self._played(request, owner)
        except WsmanFault as error:
            reply = self._fault(request, error)
            kind = QUIET if error.code == timed_out().code else kind
        if request.kind == RECEIVE:
            self._count(kind)
        return reply

    def expire(self) -> None:
        """Close idle shells."""
        self._shells.expire()

    def _played(self, request: SoapRequest, owner: str) -> Reply:
        """Carry out a request with the trick that it is in for, if any."""
        plan = self._mischief.draw(request.kind)
        if plan is None:
            return self._done(request, owner)
        if plan.trick is Trick.FORGET_LOGIN:
            return Reply(forgets_login=True)
        if plan.trick in (Trick.DROP_AFTER, Trick.FAULT_AFTER):
            self._done(request, owner)
        if plan.trick in (Trick.DROP_BEFORE, Trick.DROP_AFTER):
            return Reply(drops_connection=True)
        raise _planned(plan)

    def _done(self, request: SoapRequest, owner: str) -> Reply:
        if request.kind == "Identify":
            body = _IDENTITY.format(os="10.0.20348" if owner else "0.0.0")
            return Reply(xml=soap.reply(request, body))
        action = self._actions.get(request.action)
        if action is None or not owner:
            raise _unknown_action(request.action)
        answer = action(request, owner)
        return Reply(xml=soap.reply(request, answer.body), undo=answer.undo)

    def _fault(self, request: SoapRequest, error: WsmanFault) -> Reply:
        xml = soap.fault(request.message_id, error, self._machine)
        return Reply(HTTPStatus.INTERNAL_SERVER_ERROR, xml)


def _planned(plan: Plan) -> WsmanFault:
    known = {
        2150858793: timed_out(),
        2150858843: unknown("The shell was not found on the server."),
        170: WsmanFault(170, "InternalError", "The requested resource is in use."),
        2150859174: too_many(),
        5: WsmanFault(5, "AccessDenied", "Access is denied.", sender=True),
    }
    return known.get(
        plan.code, WsmanFault(plan.code, "InternalError", f"Fault {plan.code}, made on purpose.")
    )


def _unknown_action(action: str) -> WsmanFault:
    reason = f"The action {action!r} is not supported by the service."
    return WsmanFault(2150858752, "ActionNotSupported", reason, sender=True)


def _too_large() -> WsmanFault:
    reason = "The size of the request exceeds the MaxEnvelopeSize of the service."
    return WsmanFault(2150859025, "EncodingLimit", reason, sender=True, detail="MaxEnvelopeSize")
