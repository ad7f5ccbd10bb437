"""From a decrypted message to the answer: dispatch on the action, faults, and injected interruptions."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from msgspec import Struct

from hvtree.emulator.winrm import soap
from hvtree.emulator.winrm.connection_faults import ConnectionFaults, Interruption, PlannedFault
from hvtree.emulator.winrm.shells import Answer, Shells
from hvtree.emulator.winrm.soap import SoapRequest, WsmanFault
from hvtree.emulator.winrm.wsman_faults import access_denied, no_shells, timed_out, too_many, unknown

RECEIVE = "Receive"
QUIET = "quiet"
"""Kind of a Receive without output in time."""
_IDENTITY = (
    "<wsmid:IdentifyResponse><wsmid:ProtocolVersion>http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
    "</wsmid:ProtocolVersion><wsmid:ProductVendor>HVTree</wsmid:ProductVendor>"
    "<wsmid:ProductVersion>OS: {os} SP: 0.0 Stack: 3.0</wsmid:ProductVersion></wsmid:IdentifyResponse>"
)


class HttpReply(Struct, frozen=True):
    """The answer to one message, or what happens instead of one."""

    status: HTTPStatus = HTTPStatus.OK
    xml: bytes = b""
    undo: Callable[[], None] | None = None
    """To be called if the answer cannot be delivered."""
    drops_connection: bool = False
    forgets_login: bool = False


class Operations:
    """Carries out messages on the shells of one endpoint. Thread-safe.

    `count` is called with the kind of each: of a Receive when it is over, of the others before they do anything, so that
    whoever sees the effect of one finds it counted.
    """

    def __init__(
        self,
        shells: Shells,
        connection_faults: ConnectionFaults,
        machine: str,
        envelope_kb: int,
        count: Callable[[str], None],
    ) -> None:
        self._shells = shells
        self._count = count
        self._connection_faults = connection_faults
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

    def perform(self, message: bytes, owner: str) -> HttpReply:
        """Carry out one message for a user; without one (empty) only Identify works."""
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

    def _played(self, request: SoapRequest, owner: str) -> HttpReply:
        """Carry out a request with the interruption that is planned for it, if any."""
        plan = self._connection_faults.draw(request.kind)
        if plan is None:
            return self._done(request, owner)
        if plan.interruption is Interruption.FORGET_LOGIN:
            return HttpReply(forgets_login=True)
        if plan.interruption in (Interruption.DROP_AFTER, Interruption.FAULT_AFTER):
            self._done(request, owner)
        if plan.interruption in (Interruption.DROP_BEFORE, Interruption.DROP_AFTER):
            return HttpReply(drops_connection=True)
        raise _planned(plan)

    def _done(self, request: SoapRequest, owner: str) -> HttpReply:
        if request.kind == "Identify":
            body = _IDENTITY.format(os="10.0.20348" if owner else "0.0.0")
            return HttpReply(xml=soap.reply(request, body))
        action = self._actions.get(request.action)
        if action is None or not owner:
            raise _unknown_action(request.action)
        answer = action(request, owner)
        return HttpReply(xml=soap.reply(request, answer.body), undo=answer.undo)

    def _fault(self, request: SoapRequest, error: WsmanFault) -> HttpReply:
        xml = soap.fault(request.message_id, error, self._machine)
        return HttpReply(HTTPStatus.INTERNAL_SERVER_ERROR, xml)


def _planned(plan: PlannedFault) -> WsmanFault:
    known = {
        2150858793: timed_out(),
        2150858843: unknown("The shell was not found on the server."),
        170: WsmanFault(170, "InternalError", "The requested resource is in use."),
        2150859174: too_many(),
        5: access_denied(),
        2150859180: no_shells(),
    }
    return known.get(
        plan.code, WsmanFault(plan.code, "InternalError", f"Fault {plan.code}, made on purpose.")
    )


def _unknown_action(action: str) -> WsmanFault:
    """Return the fault for an action that the service doesn't have; its subcode is one of WS-Addressing (fact 229)."""
    reason = f"The WS-Management service does not support the action {action!r} of the request."
    return WsmanFault(2150858771, "a:ActionNotSupported", reason, sender=True)


def _too_large() -> WsmanFault:
    reason = "The size of the request exceeds the MaxEnvelopeSize of the service."
    return WsmanFault(2150859025, "EncodingLimit", reason, sender=True, detail="MaxEnvelopeSize")
