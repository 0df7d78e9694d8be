"""Files are whole or as they were, whatever lies at their path."""

import errno
import gzip
import os
import stat
import sys

import pytest

from lg_notebook.exceptions import ReadOnlyFileError
from lg_notebook.storage import whole_file
from lg_notebook.storage.whole_file import NewFile

OLD, NEW = b"old\n", b"one\ntwo\n"


@pytest.fixture(params=["x.jsonl", "x.jsonl.gz"])
def path(request, tmp_path):
    return tmp_path / request.param


def test_what_is_written_is_read(path):
    whole_file.write(path, [b"one\n", b"two\n"])

    assert list(whole_file.lines(path)) == [b"one\n", b"two\n"]
    assert (gzip.decompress(path.read_bytes()) == NEW) if path.suffix == ".gz" else True


def test_a_line_can_be_appended(path):
    whole_file.write(path, [b"one\n"])
    whole_file.append(path, b"two\n")

    assert whole_file.read(path) == NEW


def test_how_a_file_is_appended_to_depends_on_what_is_in_it(tmp_path):
    plain = tmp_path / "plain.gz"
    plain.write_bytes(OLD)
    whole_file.append(plain, b"new\n")

    assert plain.read_bytes() == OLD + b"new\n"


def test_the_same_content_is_the_same_file(path):
    whole_file.write(path, [NEW])
    before = path.read_bytes()
    whole_file.write(path, [NEW])

    assert path.read_bytes() == before


def test_what_fails_leaves_the_old_file_and_nothing_else(path):
    def failing():
        yield NEW
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    whole_file.write(path, [OLD])
    with pytest.raises(OSError, match="No space"):
        whole_file.write(path, failing())

    assert whole_file.read(path) == OLD
    assert list(path.parent.iterdir()) == [path]


def test_what_cannot_be_appended_leaves_the_file_as_it_was(path, monkeypatch):
    resource = pytest.importorskip("resource")
    signal = pytest.importorskip("signal")
    whole_file.write(path, [OLD])
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, hard))
    try:
        with pytest.raises(OSError, match="large"):
            whole_file.append(path, os.urandom(1000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)

    assert path.read_bytes() == before


def test_a_cut_compressed_file_has_its_whole_lines(tmp_path):
    path = tmp_path / "x.gz"
    whole_file.write(path, [b"one\n"])
    first = path.stat().st_size
    whole_file.append(path, b"two\n")
    data = path.read_bytes()
    for end in range(first + 2, len(data)):
        path.write_bytes(data[:end])
        found = list(whole_file.lines(path))
        assert found[0] == b"one\n"
        assert found[-1] == b""


def test_a_broken_compressed_file_says_so(tmp_path):
    path = tmp_path / "x.gz"
    path.write_bytes(b"\x1f\x8b" + b"nonsense" * 9)

    with pytest.raises(ValueError, match=r"x\.gz is broken"):
        whole_file.read(path)


@pytest.mark.skipif(sys.platform == "win32", reason="rights are different there")
def test_a_private_file_stays_private(path):
    path.touch()
    path.chmod(0o600)
    whole_file.write(path, [NEW])

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_read_only_is_refused(path, monkeypatch):
    path.write_bytes(OLD)
    monkeypatch.setattr("os.access", lambda *_: False)  # whose tests run as root, may write any

    with pytest.raises(ReadOnlyFileError, match="is read-only"):
        whole_file.write(path, [NEW])
    assert path.read_bytes() == OLD


def test_a_link_to_a_file_that_is_not_there_makes_it(tmp_path):
    link, target = tmp_path / "link", tmp_path / "target"
    link.symlink_to(target)
    whole_file.write(link, [NEW])

    assert link.is_symlink()
    assert target.read_bytes() == NEW


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(IsADirectoryError, match="give a file"):
        whole_file.write(tmp_path, [NEW])


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"There is no folder .*nowhere"):
        whole_file.write(tmp_path / "nowhere" / "x", [NEW])


def test_a_long_name_is_no_obstacle(tmp_path):
    path = tmp_path / ("é" * 120)
    whole_file.write(path, [NEW])

    assert path.read_bytes() == NEW


def test_a_file_that_is_not_kept_leaves_nothing(tmp_path):
    file = NewFile(tmp_path / "x")
    file.raw.write(NEW)
    file.close()

    assert list(tmp_path.iterdir()) == []


def test_a_user_who_is_not_there_is_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    whole_file.write("~nobody-of-this-name.txt", [NEW])

    assert (tmp_path / "~nobody-of-this-name.txt").read_bytes() == NEW
