"""Short names of files: the meaning and the extension stay, and no two files look alike."""

from __future__ import annotations

import pytest

from hvtree.domain.paths import path_key, short_file_names

FOLDER = "D:\\Virtual Hard Disks\\"
GUID = "CAE53CCD-D2BE-51B4-9FC2-630F79F41ABA"
TWIN = "CAE50000-0000-0000-0000-000000001aba"


def names(*files: str) -> list[str]:
    """Return what files in one folder are called."""
    paths = [FOLDER + file for file in files]
    short = short_file_names(paths)
    return [short[path_key(path)] for path in paths]


@pytest.mark.parametrize(
    ("file", "short"),
    [
        ("web.vhdx", "web.vhdx"),
        (f"acceptance-17_{GUID}.avhdx", "acceptance-17_CAE5…1ABA.avhdx"),
        (f"acceptance-17_{GUID.lower()}.AVHDX", "acceptance-17_cae5…1aba.AVHDX"),
        (f"web_{GUID}-AutoRecovery.avhdx", "web_CAE5…1ABA-AutoRecovery.avhdx"),
        (f"{GUID}.vhdx", "CAE5…1ABA.vhdx"),
        ("a-name-made-by-a-script-for-acceptance.vhdx", "a-name-made-…-acceptance.vhdx"),
        (
            f"a-name-made-by-a-script-for-acceptance_{GUID}.avhdx",
            "a-name-made-…acceptance_CAE5…1ABA.avhdx",
        ),
        ("no extension", "no extension"),
        (".vhdx", ".vhdx"),
    ],
)
def test_a_name_loses_its_middle_and_keeps_its_meaning(file: str, short: str) -> None:
    assert names(file) == [short]


def test_files_whose_guids_end_alike_keep_them() -> None:
    files = (f"web_{GUID}.avhdx", f"web_{TWIN}.avhdx")
    assert names(*files) == list(files)


def test_files_whose_stems_end_alike_keep_them() -> None:
    one, two = (f"a-long-name-{n}-of-a-machine-of-us_{GUID}.avhdx" for n in (1, 2))
    assert names(one, two) == [each.replace(GUID, "CAE5…1ABA") for each in (one, two)]


def test_files_of_one_name_in_two_folders_are_told_by_their_paths() -> None:
    paths = ["C:\\web\\disk.vhdx", "D:\\web\\DISK.vhdx"]
    assert list(short_file_names(paths).values()) == paths


def test_one_file_that_is_written_in_two_ways_has_one_short_name() -> None:
    paths = ["C:\\web\\disk.vhdx", "c:/WEB/disk.vhdx"]
    assert list(short_file_names(paths).values()) == ["disk.vhdx"]
