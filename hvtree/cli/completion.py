"""`hvtree completion SHELL`: prints the script that lets a shell complete the words of `hvtree`."""

from __future__ import annotations

import argparse

from argcomplete.shell_integration import shellcode

from hvtree.cli.exits import Exit
from hvtree.cli.output import print_result

_USE = {
    "bash": 'eval "$(hvtree completion bash)"                                in ~/.bashrc',
    "zsh": 'eval "$(hvtree completion zsh)"                                 in ~/.zshrc, after compinit',
    "fish": "hvtree completion fish | source                                 in ~/.config/fish/config.fish",
    "powershell": "hvtree completion powershell | Out-String | Invoke-Expression   in $PROFILE",
}

_WHERE_A_WORD_BEGINS = (
    (
        "$env:COMP_LINE = $wordToComplete",
        """$env:COMP_LINE = "$wordToComplete" + $(if ($commandName) { '' } else { ' ' })""",
    ),
    ("$env:COMP_POINT = $cursorPosition", "$env:COMP_POINT = $env:COMP_LINE.Length"),
)
"""PowerShell hands over the command without the blank behind it [measured: 7.6.9], and the place in the whole line."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the command to argparse."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = (
        "Print the script that lets a shell complete commands, options and the names of saved hosts.\n"
        "Completing reads the settings file and reaches for no host."
    )
    lines = "\n".join(f"  {line}" for line in _USE.values())
    parser.epilog = f"the line for each shell, and where it goes:\n{lines}"
    parser.add_argument("shell", metavar="SHELL", choices=tuple(_USE), help=", ".join(_USE))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the script. Where nothing fits, bash offers no files instead: a word that is asked for is seldom one."""
    script = shellcode(["hvtree"], use_defaults=False, shell=arguments.shell).strip()
    if arguments.shell == "powershell":
        for theirs, ours in _WHERE_A_WORD_BEGINS:
            script = script.replace(theirs, ours)
    print_result(script)
    return Exit.AS_PLANNED
