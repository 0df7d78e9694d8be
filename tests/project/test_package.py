"""The package as users get it: what is in the wheel, and that building it needs pip alone."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.packaging, pytest.mark.timeout(600)]

ROOT = Path(__file__).parent.parent.parent
RENDERER = "share/jupyter/labextensions/lg-notebook"


def run(*command, cwd, **variables):
    environment = {**os.environ, **variables}
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def checkout(folder):
    """The project's files as a clone has them: nothing that is built."""
    listing = run("git", "ls-files", "-co", "--exclude-standard", "-z", cwd=ROOT)
    if listing.returncode != 0:
        pytest.skip("not a git checkout")
    for name in filter(None, listing.stdout.split("\0")):
        source, target = ROOT / name, folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A wheel built by pip alone from a clean checkout, and an sdist of the same."""
    clone = checkout(tmp_path_factory.mktemp("clone"))
    wheels = tmp_path_factory.mktemp("wheels")
    done = run(sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", str(wheels), ".", cwd=clone)
    assert done.returncode == 0, done.stdout + done.stderr
    done = run(sys.executable, "-m", "build", "--sdist", "-o", str(wheels), cwd=clone)
    assert done.returncode == 0, done.stdout + done.stderr
    return wheels


def test_the_wheel_carries_both_front_ends(built):
    (wheel,) = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    data = f"lg_notebook-{importlib.metadata.version('lg-notebook')}.data/data/{RENDERER}"

    assert {
        "lg_notebook/static/loader.js",
        "lg_notebook/static/widget.js",
        "lg_notebook/static/highlighter.js",
        "lg_notebook/static/deno.js",
        "lg_notebook/static/page.js",
    } <= set(names)
    assert "lg_notebook/static/third-party-licenses.txt" in names
    assert "lg_notebook/py.typed" in names
    assert f"{data}/package.json" in names
    assert f"{data}/install.json" in names
    for file in ("renderer", "highlighter"):
        assert len([name for name in names if name.startswith(f"{data}/static/{file}.")]) == 1
    # One copy of the renderer, and nothing of the workshop.
    assert not [name for name in names if name.startswith("lg_notebook/static/labextension")]
    assert {name.split("/")[0].split("-")[0] for name in names} == {"lg_notebook"}


def test_the_sdist_installs_without_node(built, tmp_path):
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = archive.getnames()
    assert not [name for name in names if "node_modules" in name]
    assert [name for name in names if name.endswith("/lg_notebook/static/widget.js")]

    # A PATH with nothing on it: no Node, no npm.
    target = tmp_path / "target"
    done = run(
        *(sys.executable, "-m", "pip", "install", "--no-deps", "--target", str(target)),
        str(sdist),
        cwd=tmp_path,
        PATH=str(tmp_path),
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert (target / "lg_notebook" / "static" / "widget.js").is_file()
    assert (target / RENDERER / "package.json").is_file()


def test_a_build_without_node_says_what_to_do(tmp_path):
    clone = checkout(tmp_path / "clone")
    done = run(
        *(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "."),
        cwd=clone,
        PATH=str(tmp_path),
    )

    assert done.returncode != 0
    assert "needs Node 20 or newer with npm: install Node, or" in done.stdout + done.stderr


def test_jupyter_finds_the_renderer():
    done = run(sys.executable, "-m", "jupyter", "labextension", "list", cwd=ROOT)

    line = next(each for each in done.stderr.splitlines() if "lg-notebook v" in each)
    assert "enabled" in line
    assert "OK" in line
