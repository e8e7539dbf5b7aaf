"""What a page's download button gives: a notebook with pictures that runs where labcore is not installed."""

import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig

import nbformat
import pytest

from .conftest import HTML, REQUIRED

pytestmark = pytest.mark.skipif(not (HTML / "index.html").exists() and not REQUIRED, reason="no built site")
CHAPTER = "02-sigmoid"


def downloaded(name):
    return nbformat.read(HTML / f"_sources/book/{name}.ipynb", as_version=4)


def test_the_download_button_leads_to_the_notebook():
    assert f'href="../_sources/book/{CHAPTER}.ipynb"' in (HTML / f"book/{CHAPTER}.html").read_text(encoding="utf-8")


def test_downloads_have_pictures_captions_and_a_language():
    notebooks = {path.stem: downloaded(path.stem) for path in (HTML / "_sources/book").glob("*.ipynb")}
    assert len(notebooks) > 15
    for name, notebook in notebooks.items():
        nbformat.validate(notebook)
        assert notebook.metadata.language_info.file_extension == ".py", name
        assert "labcore" in notebook.cells[1].source and not notebook.cells[1].outputs
        for cell, below in zip(notebook.cells, notebook.cells[1:]):
            if caption := cell.metadata.get("mystnb", {}).get("figure", {}).get("caption"):
                assert any("image/png" in output.get("data", {}) for output in cell.outputs), f"{name}: {caption}"
                assert caption in below.source


def test_nbconvert_makes_a_python_file_of_a_download(tmp_path):
    subprocess.run([sys.executable, "-m", "nbconvert", "--to", "script", "--output-dir", tmp_path, "--log-level=ERROR",
                    HTML / f"_sources/book/{CHAPTER}.ipynb"], check=True)
    assert [path.name for path in tmp_path.iterdir()] == [f"{CHAPTER}.py"]


@pytest.fixture
def bare_environment(tmp_path):
    """A Python with Jupyter and NumPy, where labcore is missing and pip has no internet; its path and variables."""
    packages = tmp_path / "packages"
    packages.mkdir()
    for path in pathlib.Path(sysconfig.get_path("purelib")).iterdir():
        if not path.name.startswith(("labcore", "__editable__", "_virtualenv", "pip")) and path.suffix != ".pth":
            os.symlink(path, packages / path.name)
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "env"], check=True)
    python = tmp_path / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}
    return python, variables | {"PYTHONPATH": str(packages), "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull,
                                "JUPYTER_DATA_DIR": str(tmp_path / "jupyter"), "HOME": str(tmp_path)}


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need a privilege there")
def test_a_download_runs_in_a_bare_environment_by_its_own_first_cell(bare_environment, tmp_path):
    wheels = [*(HTML / "lite/pypi").glob("labcore-*.whl")]
    assert wheels or not REQUIRED
    if not wheels:
        pytest.skip("labcore's wheel comes with `make site`")
    python, variables = bare_environment
    missing = subprocess.run([python, "-c", "import numpy, labcore"], env=variables, cwd=tmp_path, capture_output=True,
                             text=True)
    assert "No module named 'labcore'" in missing.stderr
    for path in (f"_sources/book/{CHAPTER}.ipynb", f"lite/pypi/{wheels[0].name}"):  # the site, unpacked elsewhere
        (tmp_path / "site" / path).parent.mkdir(parents=True)
        shutil.copy2(HTML / path, tmp_path / "site" / path)
    place = tmp_path / "site/_sources/book"
    run = subprocess.run([python, "-m", "nbconvert", "--to", "notebook", "--execute", "--output", "run.ipynb",
                          "--ExecutePreprocessor.kernel_name=python3", f"{CHAPTER}.ipynb"], cwd=place, env=variables,
                         capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]
    here, there = nbformat.read(place / "run.ipynb", as_version=4), downloaded(CHAPTER)
    assert ["".join(output.get("text", "") for output in cell.get("outputs", ())) for cell in here.cells[2:]] == [
        "".join(output.get("text", "") for output in cell.get("outputs", ())) for cell in there.cells[2:]]
