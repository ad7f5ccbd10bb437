"""The log file of a run: what gets into it, how it rotates, and that it never stops the program."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hvtree.app import log_file
from hvtree.app.credentials import Secret
from hvtree.app.log_file import current_log_file, log_folder, log_kept, remove_old

WRITER = """
import logging, sys
from pathlib import Path
from hvtree.app.log_file import log_kept
with log_kept("info", Path(sys.argv[1])):
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(300):
        logging.getLogger("hvtree.test").info("line %d of %s %s", number, sys.argv[2], "x" * 200)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "new" / "logs"


@pytest.fixture
def kept(folder: Path) -> Iterator[None]:
    with log_kept("debug", folder) as problem:
        assert problem == ""
        yield


def lines(folder: Path) -> list[str]:
    """Return the lines of all files in a folder."""
    return [line for path in sorted(folder.iterdir()) for line in path.read_text("utf-8").splitlines()]


def test_a_record_is_a_line_in_the_file_of_this_process(folder: Path, kept: None) -> None:
    logging.getLogger("hvtree.jobs").info("job %d ended", 7)
    current = current_log_file()
    assert current is not None
    assert current.parent == folder
    assert current.read_text("utf-8").endswith("hvtree.jobs: job 7 ended\n")


def test_without_a_log_there_is_no_current_file() -> None:
    assert current_log_file() is None


def test_the_folder_is_where_the_platform_keeps_logs() -> None:
    assert "HVTree" in log_folder().parts


def test_only_the_user_may_read_the_file(folder: Path, kept: None) -> None:
    logging.getLogger("hvtree").info("x")
    current = current_log_file()
    assert current is not None
    assert sys.platform == "win32" or current.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("level", "kept"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_the_level_decides_what_is_kept(folder: Path, level: str, kept: int) -> None:
    with log_kept(level, folder):
        log = logging.getLogger("hvtree.test")
        for say in (log.debug, log.info, log.warning, log.error):
            say("x")
    assert len(lines(folder)) == kept


def test_other_libraries_are_heard_from_warning_on_and_hidden_the_same_way(
    folder: Path, kept: None, capsys: pytest.CaptureFixture[str]
) -> None:
    urllib3 = logging.getLogger("urllib3.connectionpool")
    urllib3.setLevel(logging.DEBUG)
    urllib3.debug("quiet")
    urllib3.warning("failed with %s", {"Authorization": "Basic ZGVtbzpob3JzZQ=="})
    urllib3.setLevel(logging.NOTSET)
    assert [line.partition(": ")[2] for line in lines(folder)] == [
        "failed with {'Authorization': '[hidden]'}"
    ]


def test_a_warning_of_another_library_still_shows_on_standard_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with log_kept("info", folder):
        logging.getLogger("asyncio").error("a task was never awaited")
        logging.getLogger("hvtree").error("our own")
    said = capsys.readouterr().err
    assert "a task was never awaited" in said
    assert "our own" not in said


def test_every_password_that_the_program_takes_in_is_hidden(folder: Path, kept: None) -> None:
    secret = Secret("correct horse")
    logging.getLogger("hvtree").info("sent %s", secret.reveal())
    assert "horse" not in "".join(lines(folder))


def test_a_password_in_the_environment_is_hidden(folder: Path) -> None:
    with log_kept("info", folder, {"HVTREE_EMULATOR_PASSWORD": "correct horse"}):
        logging.getLogger("hvtree").info("started with correct horse")
    assert "horse" not in "".join(lines(folder))


def test_a_full_file_is_put_aside_and_only_one_such_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_file, "FILE_BYTES", 2_000)
    with log_kept("info", folder):
        for number in range(200):
            logging.getLogger("hvtree").info("line %d", number)
    assert len(list(folder.iterdir())) == 2
    assert all(path.stat().st_size <= 2_000 for path in folder.iterdir())
    assert any(line.endswith("line 199") for line in lines(folder))


def test_two_processes_log_at_once_and_neither_loses_or_mixes_a_line(folder: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.communicate("go\n")
    said = [line.partition(": ")[2] for line in lines(folder)]
    tail = " " + "x" * 200
    assert sorted(said) == sorted(f"line {n} of {name}{tail}" for n in range(300) for name in ("one", "two"))


def test_a_run_that_logs_nothing_leaves_no_file(folder: Path) -> None:
    with log_kept("info", folder):
        pass
    assert list(folder.iterdir()) == []


def test_the_oldest_files_of_ended_processes_are_removed(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for number in range(6):
        path = tmp_path / f"hvtree-2026010{number}T000000Z-{ended.pid}.log"
        path.write_bytes(b"x" * 100)
        os.utime(path, (number, number))
    remove_old(tmp_path, most_files=4, most_bytes=350)
    assert sorted(path.name[13:15] for path in tmp_path.iterdir()) == ["03", "04", "05"]


def test_the_file_of_a_process_that_runs_stays_however_old(tmp_path: Path) -> None:
    path = tmp_path / f"hvtree-20260101T000000Z-{os.getpid()}.log"
    with path.open("w"):  # which Windows itself protects
        remove_old(tmp_path, most_files=0)
    assert path.exists()


def test_other_files_in_the_folder_are_let_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    remove_old(tmp_path, most_files=0)
    assert (tmp_path / "notes.txt").exists()


def test_a_folder_that_cannot_be_made_is_one_sentence_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with log_kept("info", tmp_path / "file" / "logs") as problem:
        logging.getLogger("hvtree").info("goes nowhere")
    assert problem.startswith("No log is kept in ")
    assert problem.count("\n") == 0
    assert problem.endswith(".")


def test_a_log_that_cannot_be_written_any_more_stops_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with log_kept("info", folder):
        handler = logging.getLogger().handlers[-1]
        handler.stream.close()  # type: ignore[attr-defined]
        logging.getLogger("hvtree").info("goes nowhere")
    assert capsys.readouterr().err == ""


def test_afterwards_logging_is_as_before(folder: Path) -> None:
    before = (logging.getLogger("hvtree").level, list(logging.getLogger().handlers))
    with log_kept("debug", folder):
        pass
    assert (logging.getLogger("hvtree").level, list(logging.getLogger().handlers)) == before
