"""Files that travel with the program: where they are, in a checkout and in an installed wheel."""

from pathlib import Path, PurePosixPath

_PACKAGE = Path(__file__).resolve().parent
_ROOTS = (_PACKAGE / "_resources", _PACKAGE.parent / "resources")


class AssetNotFoundError(FileNotFoundError):
    """A file that belongs to the program is missing: a broken installation, not the user's mistake."""


def resource(name: str, *, roots: tuple[Path, ...] = _ROOTS) -> Path:
    """Path of the file or folder `name` (with `/` between folders, for example `icons/host.svg`).

    Raises AssetNotFoundError if it is in neither place, ValueError if `name` points outside the resources.
    """
    relative = PurePosixPath(name)
    if not name or relative.is_absolute() or ".." in relative.parts or "\\" in name:
        raise ValueError(f"Not the name of a resource: {name!r}")
    for root in roots:
        path = root.joinpath(*relative.parts)
        if path.exists():
            return path
    places = " and ".join(str(root) for root in roots)
    raise AssetNotFoundError(
        f"The file “{name}”, which belongs to HVTree, is missing (looked in {places}). "
        "Install HVTree again, or start it from a complete checkout."
    )
