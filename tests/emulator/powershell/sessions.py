"""Sessions of pywinrm with a host that has a real PowerShell, for tests that look at the bytes of its streams."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from winrm import Session

from hvtree.emulator.worlds.schema import HostSpec
from tests.support.backends import endpoint_on, hosting
from tests.support.encoded import encoded
from tests.support.virtual_host import vm_spec, world_of
from tests.support.wsman_clients import ACCOUNT

QUIET = "$ProgressPreference = 'SilentlyContinue'; "
VMS = (vm_spec("db", "base(p1*)", state="Running"), vm_spec("web", "base*"), vm_spec("web2"))


@contextmanager
def session_with(host: HostSpec) -> Iterator[Session]:
    """Return a session with a host of three VMs, one of them running."""
    login = (ACCOUNT.user, ACCOUNT.password)
    with hosting(world_of(*VMS, host=host)) as hyperv, endpoint_on(hyperv, is_real=True) as endpoint:
        session = Session(endpoint.url, auth=login, transport="ntlm", proxy=None, ca_trust_path=None)
        yield session
        session.protocol.transport.close_session()


def answered(session: Session, script: str) -> str:
    """Run a script that must write nothing to standard error; return its output."""
    done = session.run_ps(QUIET + script)
    assert done.std_err == b""
    return str(done.std_out.decode().strip())


def raw(session: Session, script: str) -> tuple[bytes, bytes]:
    """Run an encoded script; return both streams as bytes: `run_ps` makes text of the second."""
    protocol = session.protocol
    shell = protocol.open_shell(codepage=65001)
    command = protocol.run_command(shell, f"powershell -EncodedCommand {encoded(script)}")
    out, err, _ = protocol.get_command_output(shell, command)
    protocol.close_shell(shell)
    return out, err
