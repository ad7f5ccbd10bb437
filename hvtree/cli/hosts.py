"""`hvtree hosts`: the saved hosts: list them, add one, forget one."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import Any

import msgspec

from hvtree.app.credentials import find_password, from_environment
from hvtree.app.host_book import HostBook
from hvtree.cli.colour import colour_wish, paint_for
from hvtree.cli.completing import completed_by, completed_by_files
from hvtree.cli.connection import prompt
from hvtree.cli.exits import Exit
from hvtree.cli.options import add_json, port, wants_json
from hvtree.cli.output import Console, print_result
from hvtree.cli.table import columns
from hvtree.cli.text import shown
from hvtree.cli.trust import trusted
from hvtree.domain.certificate import CertificateFailure
from hvtree.domain.errors import BadInput, ConnectionFailure
from hvtree.domain.host_profile import LOCAL, TRANSPORTS, HostProfile, checked_profile, endpoint_for

_HEADINGS = ("NAME", "ADDRESS", "USER", "LOGIN", "TRUST", "PASSWORD")


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the command to argparse."""
    add_json(parser)
    parser.set_defaults(run=run_list)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    listing = actions.add_parser("list", help="list the saved hosts (the default)")
    add_json(listing)
    listing.set_defaults(run=run_list)
    adding = actions.add_parser("add", help="save a host under a name")
    _describe_host(adding)
    adding.set_defaults(run=run_add)
    forgetting = actions.add_parser("remove", help="forget a host and the password that is kept for it")
    completed_by(forgetting.add_argument("name", metavar="NAME"), "saved host")
    forgetting.set_defaults(run=run_remove)


def run_list(arguments: argparse.Namespace) -> int:
    """Print the saved hosts."""
    profiles = HostBook().profiles()
    if wants_json(arguments):
        print_result(json.dumps([_record(profile) for profile in profiles]))
    elif profiles:
        headings, *lines = columns([_HEADINGS, *map(_cells, profiles)])
        print_result("\n".join((paint_for(sys.stdout, colour_wish(arguments)).strong(headings), *lines)))
    else:
        print_result("No host is saved. Add one with: hvtree hosts add NAME ADDRESS --user USER")
    return Exit.AS_PLANNED


def run_add(arguments: argparse.Namespace) -> int:
    """Save a host; over TLS its certificate is looked at first."""
    book, screen = HostBook(), Console(sys.stderr)
    profile = checked_profile(_profile(arguments))
    if not arguments.replace and any(_is_called(each, profile.name) for each in book.profiles()):
        raise BadInput(
            f"There is a saved host ‘{shown(profile.name)}’ already.",
            now="Take another name, or give --replace.",
        )
    if profile.in_keyring and book.keyring_problem:
        raise BadInput(
            "The password cannot be kept.", why=book.keyring_problem, now="Leave --keep-password out."
        )
    try:
        profile = trusted(profile)
    except CertificateFailure:
        raise
    except ConnectionFailure as error:
        screen.say(f"Its certificate could not be looked at: {error.sentence}")
    secret = find_password(profile, (from_environment(), prompt)) if profile.in_keyring else None
    asyncio.run(book.save(profile, secret))
    print_result(f"Saved. Try it: hvtree show {shown(profile.name)}")
    return Exit.AS_PLANNED


def run_remove(arguments: argparse.Namespace) -> int:
    """Forget a host."""
    asyncio.run(HostBook().forget(arguments.name))
    print_result("Forgotten.")
    return Exit.AS_PLANNED


def _describe_host(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="what to call it")
    parser.add_argument(
        "address", metavar="ADDRESS", nargs="?", help="name, IP address or URL of the host (default: NAME)"
    )
    parser.add_argument("--local", action="store_true", help="this computer, without WinRM")
    parser.add_argument("--user", default="", help="user to log in as")
    parser.add_argument(
        "--transport",
        choices=[each for each in TRANSPORTS if each != LOCAL],
        default="ntlm",
        help="how to log in",
    )
    parser.add_argument("--tls", action="store_true", help="https instead of http")
    parser.add_argument("--port", type=port, help="TCP port (default: 5985, with TLS 5986)")
    completed_by_files(
        parser.add_argument("--ca-file", metavar="PEM", help="certificates to trust instead of the system's")
    )
    parser.add_argument("--fingerprint", metavar="SHA256", help="the one certificate to trust")
    parser.add_argument(
        "--certificate-file", metavar="PEM", help="your certificate, for --transport certificate"
    )
    parser.add_argument("--key-file", metavar="PEM", help="its key")
    parser.add_argument("--keep-password", action="store_true", help="keep the password in the keyring")
    parser.add_argument("--replace", action="store_true", help="take the place of a saved host of that name")


def _profile(arguments: argparse.Namespace) -> HostProfile:
    name = arguments.name.strip()
    if not name or not name.isprintable():
        raise BadInput("A saved host needs a name that can be printed.")
    if arguments.local:
        return HostProfile(name, "", "", LOCAL)
    return HostProfile(
        name=name,
        endpoint=endpoint_for(arguments.address or name, is_tls=arguments.tls, port=arguments.port),
        user=arguments.user,
        transport=arguments.transport,
        ca_file=arguments.ca_file,
        certificate_file=arguments.certificate_file,
        key_file=arguments.key_file,
        fingerprint=arguments.fingerprint,
        in_keyring=arguments.keep_password,
    )


def _is_called(profile: HostProfile, name: str) -> bool:
    return profile.name.casefold() == name.casefold()


def _cells(profile: HostProfile) -> tuple[str, ...]:
    trust = "pinned" if profile.fingerprint else profile.ca_file or ""
    return (
        shown(profile.name),
        "this computer" if profile.is_local else shown(profile.endpoint),
        shown(profile.user),
        profile.transport,
        shown(trust),
        "in the keyring" if profile.in_keyring else "",
    )


def _record(profile: HostProfile) -> dict[str, Any]:
    record = msgspec.to_builtins(profile, enc_hook=dict)
    del record["extra"]
    return dict(record)
