"""Details as a page: every text is escaped, lines may break anywhere, links lead to the checkpoints of the path."""

from __future__ import annotations

from html import escape
from textwrap import shorten

from hvtree.domain.words import size_words
from hvtree.ui.format import as_html
from hvtree.ui.theme import Colours
from hvtree.ui.views.details_values import Belonging, Details, FileRow, Notice, Offer, PathItem, Table
from hvtree.ui.widgets.banner import tone_colours

COPY_LINK = "copy:powershell"
"""The address of the link that copies the PowerShell."""
FOLD_LINK = "fold:powershell"
"""The address of the link that shows the PowerShell, or hides it."""
INTENT_LINK = "intent:"
"""What the addresses of links to an intention begin with; its id follows."""
PATH_LINK = "path:"
"""What the addresses of links to a row of the path begin with; its number follows."""
GROUP_LINK = "group:"
"""What the addresses of links to a row among the groups begin with; the number of what is belonged to follows."""
_NOTES_AT_MOST = 2_000
_REASON_AT_MOST = 140


def page(details: Details, palette: Colours, *, shows_powershell: bool = False) -> str:
    """Return the page in the colours of a palette; its PowerShell is folded until somebody wants to see it."""
    parts = [f'<p style="font-size:large; margin-bottom:0"><b>{as_html(details.title)}</b></p>']
    if details.subtitle:
        parts.append(f'<p style="margin-top:0; color:{palette.muted}">{as_html(details.subtitle)}</p>')
    if details.notice is not None:
        parts.append(_notice(details.notice, palette))
    parts += [_facts(details, palette), _belonging(details.belonging, palette), _grid(details.table, palette)]
    parts += [_offers(details, palette)]
    parts += [_notes(details, palette), _path(details.path, palette)]
    parts += [
        _chains(details.chains, palette),
        _items(details, palette),
        _powershell(details.powershell, palette, is_open=shows_powershell),
    ]
    return "".join(part for part in parts if part)


def _section(heading: str, body: str, palette: Colours) -> str:
    """Return a part of the page under its heading; nothing if it is empty."""
    style = f"margin-top:14px; margin-bottom:3px; color:{palette.accent}"
    return f'<p style="{style}"><b>{as_html(heading)}</b></p>{body}' if body else ""


def _table(rows: str, more: str = "") -> str:
    return f'<table cellspacing="0" cellpadding="0" {more}>{rows}</table>' if rows else ""


def _paragraph(lines: str) -> str:
    return f"<p style='margin-top:0'>{lines}</p>" if lines else ""


def _notice(notice: Notice, palette: Colours) -> str:
    colour, ground = tone_colours(notice.tone, palette)
    more = f"<br>{as_html(notice.more)}" if notice.more else ""
    links = [
        f'<a href="{INTENT_LINK}{link.intent_id}" style="color:{palette.accent}">{as_html(link.text)}</a>'
        for link in notice.links
    ]
    if links:
        more += f"<br>{' &nbsp; '.join(links)}"
    return (
        f'<table width="100%" cellpadding="8" cellspacing="0" style="margin-top:8px; background-color:{ground}"><tr>'
        f'<td><span style="color:{colour}"><b>{as_html(notice.text)}</b></span>{more}</td></tr></table>'
    )


def _facts(details: Details, palette: Colours) -> str:
    rows = "".join(
        f'<tr><td style="color:{palette.muted}; white-space:nowrap; padding:1px 14px 3px 0">{as_html(label)}</td>'
        f'<td style="padding:1px 0 3px 0">{as_html(value)}</td></tr>'
        for label, value in details.facts
    )
    return _table(rows, 'style="margin-top:8px"')


def _belonging(items: tuple[Belonging, ...], palette: Colours) -> str:
    """Return what is belonged to, one below the other, each with links."""
    lines = []
    for number, each in enumerate(items):
        style = f'style="color:{palette.accent}"'
        show = f'<a href="{GROUP_LINK}{number}" {style}>Show group</a>'
        others = [
            f'<a href="{INTENT_LINK}{it.intent_id}" {style}>{as_html(it.text)}</a>' for it in each.links
        ]
        lines.append(f"{as_html(each.text)} &nbsp; {' &nbsp; '.join((*others, show))}")
    return _section("Belongs to", _paragraph("<br>".join(lines)), palette)


def _grid(table: Table | None, palette: Colours) -> str:
    """Return a table with its caption."""
    if table is None:
        return ""
    heads, *rows = table.rows
    lines = [_grid_row(heads, f"color:{palette.muted}"), *(_grid_row(row, "") for row in rows)]
    more = f'<p style="color:{palette.muted}">{as_html(table.more)}</p>' if table.more else ""
    return _section(table.caption, _table("".join(lines)) + more, palette)


def _grid_row(cells: tuple[str, ...], style: str) -> str:
    return (
        "<tr>"
        + "".join(f'<td style="padding:1px 10px 3px 0; {style}">{as_html(cell)}</td>' for cell in cells)
        + "</tr>"
    )


def _offers(details: Details, palette: Colours) -> str:
    """Return links to what can be done, and below them what cannot, by its reason."""
    offers: tuple[Offer, ...] = details.offers
    links = [
        f'<a href="{INTENT_LINK}{each.intent_id}" style="color:{palette.accent}">{as_html(each.text)}</a>'
        for each in offers
        if not each.refusal
    ]
    refused: dict[str, list[str]] = {}
    for each in offers:
        if each.refusal:
            refused.setdefault(each.refusal, []).append(each.text)
    reasons = [
        f'<p style="margin:4px 0 0 0">{as_html(", ".join(texts))}<br>'
        f'<span style="color:{palette.muted}">{as_html(_shortened(reason))}</span></p>'
        for reason, texts in refused.items()
    ]
    body = [_paragraph(" &nbsp; ".join(links)), *reasons]
    if refused:
        body.insert(1, f'<p style="margin:8px 0 0 0; color:{palette.accent}">Not now:</p>')
    return _section(details.offers_caption, "".join(body), palette)


def _shortened(reason: str) -> str:
    """Return the beginning of a reason; the menus tell all of it."""
    return shorten(reason, _REASON_AT_MOST, placeholder=" …")


def _notes(details: Details, palette: Colours) -> str:
    notes = details.notes if details.notes.strip() else ""
    text = notes if len(notes) <= _NOTES_AT_MOST else notes[:_NOTES_AT_MOST] + "…"
    return _section("Notes", _paragraph(as_html(text)), palette)


def _path(items: tuple[PathItem, ...], palette: Colours) -> str:
    rows = "".join(_path_row(number, item, palette) for number, item in enumerate(items))
    return _section("Path from the root", _table(rows), palette)


def _path_row(number: int, item: PathItem, palette: Colours) -> str:
    name = as_html(item.name)
    if item.checkpoint is not None and not item.is_here:
        name = f'<a href="{PATH_LINK}{number}" style="color:{palette.text}">{name}</a>'
    elif item.is_now:
        name = f'<span style="color:{palette.good}"><b>{name}</b></span>'
    elif item.is_here:
        name = f"<b>{name}</b>"
    colour = palette.good if item.is_now else palette.muted
    mark = "➤" if item.is_now else ("●" if item.is_here else "○")
    mark = mark if item.checkpoint is not None or item.is_now else "⋮"
    return f'<tr><td style="color:{colour}; padding-right:8px">{mark}</td><td>{name}</td></tr>'


def _chains(chains: tuple[tuple[FileRow, ...], ...], palette: Colours) -> str:
    rows = '<tr><td colspan="3" style="padding-top:6px"></td></tr>'.join(
        "".join(_file_row(row, palette) for row in chain) for chain in chains
    )
    return _section("Disk files", _table(rows, 'width="100%"'), palette)


def _file_row(row: FileRow, palette: Colours) -> str:
    """Return a file below the one that it is based on; its name has a line of its own, since it is long."""
    colour = palette.good if row.is_read_write else palette.muted
    name = as_html(row.name)
    if row.path:
        name = f'<span title="{escape(row.tip)}">{name}</span>'
    if row.is_read_write:
        name = f"<b>{name}</b>"
    mark = "●" if row.is_read_write else "○"
    size = as_html(size_words(row.size_bytes))
    return (
        f'<tr><td width="20" style="color:{colour}">{mark}</td><td colspan="2">{name}</td></tr>'
        f'<tr><td></td><td style="color:{colour}; padding-bottom:3px">{as_html(row.use)}</td>'
        f'<td align="right" style="white-space:nowrap; padding-left:8px">{size}</td></tr>'
    )


def _items(details: Details, palette: Colours) -> str:
    lines = "<br>".join(as_html(item) for item in details.items)
    return _section(details.list_caption, _paragraph(lines), palette)


def _powershell(script: str, palette: Colours, *, is_open: bool) -> str:
    code = as_html(script).replace("  ", "&nbsp; ")
    shown = f'<p style="margin-top:0; margin-bottom:4px; font-family:monospace">{code}</p>' if is_open else ""
    links = " &nbsp; ".join(
        f'<a href="{address}" style="color:{palette.accent}">{words}</a>'
        for address, words in ((FOLD_LINK, "Hide" if is_open else "Show"), (COPY_LINK, "Copy"))
    )
    return _section("PowerShell", shown + _paragraph(links) if code else "", palette)
