"""Show Log: the log of this run in the program that the user's system opens text with."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from hvtree.app.log_file import current_log_file, log_folder
from hvtree.domain.errors import HVTreeError
from hvtree.ui.dialogs.error import ErrorDialog
from hvtree.ui.intents.intent import Context, WindowIntent
from hvtree.ui.menu_names import Menu


def _show_log(context: Context) -> None:
    """Open the log of this run, or say why that cannot be."""
    file = current_log_file()
    if file is None:
        error = HVTreeError("This run keeps no log.", why=f"Nothing can be written to ‘{log_folder()}’.")
    elif QDesktopServices.openUrl(QUrl.fromLocalFile(str(file))):
        return
    else:
        error = HVTreeError("No program here opens text files.", now=f"The log is the file ‘{file}’.")
    ErrorDialog(error, context.window).open()


SHOW_LOG = WindowIntent(
    id="help.log",
    text="Show &Log",
    tip="Open the log of this run: what was asked of the hosts and what they answered.",
    menu=Menu.HELP,
    do=_show_log,
)
