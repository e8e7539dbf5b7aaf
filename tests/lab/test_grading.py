"""The judge of the lab: what each notebook deserves, whatever it does, and what is written about it."""

import contextlib
import csv
import html.parser
import json
import pathlib
import re
import subprocess
import sys
import time

import pytest

from labcore import cli
from labcore.assignment import grade, of_student, preflight, sandbox

from .submissions import (
    BYTES,
    CHEATS,
    ENDLESS,
    FOREVER,
    FORKING,
    GREEDY,
    HONEST,
    KILLER,
    MISTAKES,
    OPTIONS,
    PLANTED,
    changed,
    with_mistake,
)

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "site"))
import build_lab_kit  # noqa: E402

POINTS = {"sigmoid": 5, "sigmoid_slope": 5, "forward": 10, "loss": 5, "loss_gradient": 5, "backward": 15, "update": 5,
          "momentum": 5, "train linear": 10, "train xor": 10}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="grading needs limits that Windows doesn't have")


@pytest.fixture(scope="session")
def solution():
    return json.loads(json.dumps(build_lab_kit.notebook(7, solved=True)))


@pytest.fixture(scope="session")
def lean(solution):
    """Return the solution without what takes a notebook's own time: figures, and what draws them."""
    notebook = changed(solution, "setup", "import numpy as np\nfrom labcore import assignment, checks\n"
                                          "from types import SimpleNamespace")
    return notebook | {"cells": [one for one in notebook["cells"] if one["id"] != "data-figure"]}


@pytest.fixture(scope="session")
def graded(solution, lean, tmp_path_factory):
    """Grade all notebooks side by side; return the folder of grades, and {student: {part: row}}."""
    folder = tmp_path_factory.mktemp("lab") / "submissions"
    folder.mkdir()
    handed_in = {"solution": solution} | {name: edit(lean) for name, edit in HONEST.items()}
    handed_in |= {name: with_mistake(lean, *edit) for name, edit in MISTAKES.items()}
    handed_in |= {name: changed(lean, where, source) for name, (where, source, _) in CHEATS.items()}
    untouched = json.loads(json.dumps(build_lab_kit.notebook(7, solved=False)))
    handed_in |= {"untouched": untouched, "stolen": changed(untouched, *CHEATS["stolen"][:2])}
    handed_in["options"] = changed(changed(lean, "sigmoid", OPTIONS), "forward", "+" + OPTIONAL_FORWARD)
    for name, notebook in handed_in.items():
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    for name, encode in BYTES.items():
        (folder / name).mkdir()
        (folder / name / "lab.ipynb").write_bytes(encode(json.dumps(lean)))
    (folder / "broken.ipynb").write_text('{"cells": [{"cell_type": "code", ')
    (folder / "empty").mkdir()
    (folder / "link.ipynb").symlink_to(folder / "solution.ipynb")
    to = grade(folder, to=folder.parent / "grades", jobs=2, variant=7, seed=17, say=lambda line: None)
    return to, read_table(to)


#: a forward pass that uses an option of the student's own sigmoid
OPTIONAL_FORWARD = """
def forward(x, params):
    trace = [x]
    for W, b in zip(params[::2], params[1::2]):
        trace.append(sigmoid(trace[-1] @ W + b, clip=500))
    return trace
"""


def read_table(folder):
    found = {}
    with open(folder / "grades.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["student"], {})[row["part"]] = row
    return found


def points(graded, student):
    return {part: float(row["points"] or 0) for part, row in graded[1][student].items()}


def wrong(graded, student):
    """Return {part: mistake} of what a student didn't get all points for."""
    return {part: row["mistake"] or row["not graded"] for part, row in graded[1][student].items()
            if row["points"] != str(POINTS[part])}


@pytest.mark.parametrize("student", ["solution", *HONEST, *BYTES])
def test_an_honest_notebook_has_all_points(graded, student):
    assert wrong(graded, student) == {}


def test_an_untouched_notebook_has_none(graded):
    assert set(points(graded, "untouched").values()) == {0}
    assert wrong(graded, "untouched")["sigmoid"] == "unwritten"


@pytest.mark.parametrize("student", MISTAKES)
def test_a_mistake_costs_points_of_its_part_and_no_others_and_is_named(graded, student):
    *_, part, name = MISTAKES[student]
    lost = wrong(graded, student)
    assert set(lost) == {each for each in POINTS if each.partition(" ")[0] == part}
    assert set(lost.values()) <= ({name} if name else {"below", "constant", "sign", "no-training"})
    assert all(points(graded, student)[each] <= POINTS[each] / 2 for each in lost)


@pytest.mark.parametrize("student", CHEATS)
def test_no_attempt_gains_a_point(graded, student):
    lost = CHEATS[student][2]
    assert {part for part in lost if points(graded, student)[part] > POINTS[part] / 2} == set()
    others = {part: why for part, why in wrong(graded, student).items() if part not in lost}
    assert student == "deceiving" or others == {}, "and it costs no other part"


def test_right_functions_that_stand_in_take_the_options_of_a_student_s_helper(graded):
    assert wrong(graded, "options") == {"sigmoid": "sign"}


def test_behind_walls_a_notebook_leaves_nothing(graded):
    if "walls" not in (graded[0] / "summary.md").read_text(encoding="utf-8"):
        pytest.skip("this system has no bubblewrap, or no namespaces")
    places = [pathlib.Path(folder, PLANTED) for folder in ("/", "/tmp", "/usr/lib", *sys.path)]
    assert not [path for path in places if path.exists()]


@pytest.mark.parametrize("student, why", [("broken", "can't be read"), ("empty", "no notebook"), ("link", "link")])
def test_what_could_not_be_graded_is_told_apart_from_no_points(graded, student, why):
    assert {row["points"] for row in graded[1][student].values()} == {""}
    assert all(why in row["not graded"] for row in graded[1][student].values())
    assert f"| {student} | " in (graded[0] / "summary.md").read_text(encoding="utf-8").partition("## Not graded")[2]


def test_hostile_notebooks_stop_nobody(lean, tmp_path):
    folder = tmp_path / "submissions"
    folder.mkdir()
    for name, lines in {"a-forever": FOREVER, "b-greedy": GREEDY, "c-killer": KILLER, "d-solution": "\n",
                        "f-forking": FORKING}.items():
        (folder / f"{name}.ipynb").write_text(json.dumps(changed(lean, "data", "+" + lines)))
    (folder / "e-endless.ipynb").write_text(json.dumps(changed(lean, "update", "+" + ENDLESS)))
    to = grade(folder, jobs=2, seconds=20, say=lambda line: None)
    table = read_table(to)
    assert to.parent == tmp_path and to.name.startswith("grades-")
    assert {row["not graded"] for row in table["a-forever"].values()} == {"it took too long"}
    assert sum(float(row["points"]) for row in table["b-greedy"].values()) == 75, "its functions are right"
    assert all(row["points"] or "ended" in row["not graded"] for row in table["c-killer"].values())
    for name in ("d-solution", "f-forking"):
        assert sum(float(row["points"]) for row in table[name].values()) == 75
    assert sum(float(row["points"]) for row in table["e-endless"].values()) == 70
    assert table["e-endless"]["momentum"]["mistake"] == "endless"
    with pytest.raises(ValueError, match="never written over"):
        grade(folder, to=to)


@pytest.mark.parametrize("script", ["exit 3", "echo '{}'", "echo '[[]'", "yes | tr -d '\\n'", "cat /dev/zero",
                                    "sleep 99", "while printf 0; do sleep 0.01; done", "exec <&- >&-; sleep 99"])
def test_whatever_answers_in_place_of_a_worker_is_gone_in_time(script):
    with contextlib.closing(sandbox.Sandbox(["sh", "-c", script], seconds=1)) as other, pytest.raises(sandbox.Gone):
        other.ask("run", [[0, "x" * 10**6]])
    assert time.monotonic() < other.end + 1


def test_a_page_shows_what_was_written_and_nothing_that_acts(graded):
    page = (graded[0] / "students" / "pictures.html").read_text(encoding="utf-8")
    seen = []
    reader = html.parser.HTMLParser()
    reader.handle_starttag = lambda tag, attributes: seen.append((tag, dict(attributes)))
    reader.feed(page.partition("</style>")[2])
    assert not {tag for tag, _ in seen} & {"script", "iframe", "svg", "style", "object", "form", "link", "base", "meta"}
    assert {name for _, attributes in seen for name in attributes} <= {"alt", "src", "href", "title"}
    assert {attributes["src"][:21] for _, attributes in seen if "src" in attributes} == {"data:image/png;base64"}
    assert all(attributes["href"].startswith(("http", "#")) for _, attributes in seen if "href" in attributes)
    assert "default-src 'none'" in page
    assert r"$\eta &lt; \beta_1 * \beta_2 * 2$" in page and "<b>bold</b>" in page
    assert page.count('src="data:image/png;base64,iVBOR') == 2, "the attached picture and the figure"
    assert "epoch 500 loss : 0.2" in page


def test_what_cannot_be_shown_costs_no_page(graded):
    page = (graded[0] / "students" / "odd-outputs.html").read_text(encoding="utf-8")
    assert page.count("can't be shown (") == 6
    assert "<span>print</span>" in page and "&lt;span" not in page, "code in a student's text"


def test_what_is_written_for_instructors(graded):
    to, _ = graded
    summary = (to / "summary.md").read_text(encoding="utf-8")
    assert "seed" in summary and "| 1 | backward | bias-mean |" in summary
    assert "got" in (to / "students" / "bias-mean.md").read_text(encoding="utf-8"), "the smallest input that shows it"
    results = json.loads((to / "gradescope" / "bias-mean.json").read_text(encoding="utf-8"))
    assert {test["name"]: test["max_score"] for test in results["tests"]} == POINTS
    assert sum(test["score"] for test in results["tests"]) == 75 - 7.5
    table = (to / "grades.csv").read_text(encoding="utf-8").splitlines()
    assert table[0] == "student,part,points,of,mistake,not graded" and "bias-mean,backward,7.5,15,bias-mean," in table
    borrowed = (to / "students" / "borrowed.md").read_text(encoding="utf-8")
    assert "imports labcore" in borrowed and "It calls labcore" in borrowed


def test_the_points_are_those_of_the_assignment(graded):
    text = (ROOT / "book" / "lab" / "assignment.md").read_text(encoding="utf-8")
    rows = [line.split("|")[2] for line in text.splitlines() if re.match(r"\| [1-7]\. .*\| (by|≥) ", line)]
    numbers = [int(number) for row in rows for number in row.split("+")]
    assert numbers[:10] == list(POINTS.values()) and sum(numbers) == 100


@pytest.fixture
def small(lean):
    """Return a notebook of part 1 alone."""
    return lean | {"cells": [one for one in lean["cells"] if one["id"] in ("variant", "setup", "sigmoid")]}


def test_gradescope_s_script_leaves_its_results(small, tmp_path):
    for name in ("submission", "results"):
        (tmp_path / name).mkdir()
    (tmp_path / "submission" / "lab.ipynb").write_text(json.dumps(small))
    script = ROOT / "site" / "lab" / "grading" / "gradescope" / "run_autograder"
    given = {"PATH": "/usr/bin:/bin", "AUTOGRADER": str(tmp_path), "PYTHON": sys.executable, "PYTHONPATH": str(ROOT)}
    subprocess.run([script], check=True, env=given, capture_output=True)
    results = json.loads((tmp_path / "results" / "results.json").read_text())
    assert sum(test["score"] for test in results["tests"]) == 10


def test_a_container_runs_the_same_worker(small, tmp_path, monkeypatch):
    """A stand-in for Docker starts here what it was asked to, in the folder that was to be mounted, behind pipes."""
    docker = tmp_path / "docker"
    docker.write_text(f"""#!{sys.executable}
import os, sys
flags = [one for one in sys.argv if one.startswith("--")]
assert {{"--network=none", "--read-only", "--cap-drop=ALL", "--user=65534:65534"}} <= set(flags)
os.chdir(next(one for one in flags if "--volume" in one).removeprefix("--volume=").partition("/labcore:/world/")[0])
assert sys.argv[sys.argv.index("the-image") + 1] == "timeout"
os.execv("/bin/sh", ["sh", "-c", 'cat | "$0" "$@" | cat', {sys.executable!r}, *sys.argv[sys.argv.index("python") + 1:]])
""")
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "student-017.ipynb").write_text(json.dumps(small))
    to = grade(tmp_path / "class", image="the-image", say=lambda line: None)
    assert "with a container around each" in (to / "summary.md").read_text()
    assert sum(float(row["points"]) for row in read_table(to)["student-017"].values()) == 10


def test_each_student_has_a_variant_that_the_judge_knows(small, tmp_path):
    for student, variant in {"student-017": of_student("student-017", b"one"), "student-018": 5}.items():
        (tmp_path / "class" / student).mkdir(parents=True)
        notebook = changed(small, "variant", f"VARIANT = {variant}")
        (tmp_path / "class" / student / "lab.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "secret").write_bytes(b"one\n")
    assert cli.main(["grade", str(tmp_path / "class"), "--to", str(tmp_path / "out"), "--secret-file",
                     str(tmp_path / "secret")]) == 0
    said = [(tmp_path / "out" / "students" / f"student-0{n}.md").read_text() for n in (17, 18)]
    assert "VARIANT" not in said[0] and "The notebook's VARIANT is 5; this student's is" in said[1]


@pytest.mark.parametrize("change, said", [
    (lambda nb: nb, "No output is stored"),
    (lambda nb: with_mistake(nb, "loss", "return 2 * (y_hat - y) / y_hat.size", "raise NotImplementedError"),
     "loss_gradient isn't written"),
    (lambda nb: changed(nb, "update", "def update(params, grads, lr):\n    return 1"), "no function momentum"),
    (lambda nb: changed(nb, "loss", "def loss(y_hat, y:"), "is no Python"),
    (lambda nb: changed(nb, "setup", "+import pandas as pd\nfrom labcore import mlp"), "imports pandas"),
    (lambda nb: changed(nb, "setup", "+from labcore import mlp"), "imports labcore.mlp"),
    (lambda nb: changed(nb, "setup", "+held = np.loadtxt('my data.csv')"), "reads 'my data.csv'"),
    (lambda nb: {"cells": 5}, "can't be read"),
])
def test_preflight_says_what_would_not_be_graded(solution, tmp_path, capsys, change, said):
    path = tmp_path / "lab.ipynb"
    path.write_text(json.dumps(change(solution)))
    assert cli.main(["preflight", str(path)]) == 1
    assert said in capsys.readouterr().out


def test_preflight_finds_nothing_in_a_whole_notebook(solution, tmp_path):
    whole = changed(solution, "setup", "+")
    whole["cells"][1]["outputs"] = [{"output_type": "stream", "text": "done"}]
    (tmp_path / "lab.ipynb").write_text(json.dumps(whole))
    assert preflight(tmp_path / "lab.ipynb") == []
