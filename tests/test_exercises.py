"""Exercises and questions at the end of chapters: stubs fail their checks, solutions pass, numbers are computed."""

import ast
import pathlib
import re
from dataclasses import dataclass, field

import nbformat
import pytest
from exercise_answers import ANSWERS

from labcore import checks

BOOK = pathlib.Path(__file__).resolve().parent.parent / "book"
CHAPTERS = [path for path in sorted(BOOK.glob("[0-9]*.ipynb")) if int(path.stem[:2]) <= 13]
TITLE = re.compile(r"### Exercise ((?:\d+\.)?\d+): (.+)\n\n\S")
FOLDED = re.compile(r"<details>\n<summary>(Hint|Solution)</summary>\n\n.+\n\n</details>", re.DOTALL)
ANSWER = re.compile(r"\*\*(\d)\.\*\* .+?\n\n<details>\n<summary>Answer</summary>\n\n(.+?)\n\n</details>", re.DOTALL)


@dataclass
class Exercise:
    number: str
    imports: str
    cells: list = field(default_factory=list)  #: (tag of a code cell or what a text cell is, source), in order

    def of(self, tag):
        return [source for name, source in self.cells if name == tag]


def chapter(path):
    return nbformat.read(path, as_version=4).cells


def exercises(path):
    """Return the exercises of a chapter, each from its heading to the check of its solution."""
    cells, found = chapter(path), []
    imports = next(cell.source for cell in cells if cell.cell_type == "code")
    for cell in cells:
        if cell.cell_type == "code":
            name = next((tag for tag in cell.metadata.get("tags", ()) if tag in ("stub", "check", "solution")), "code")
        elif title := TITLE.match(cell.source):
            name = "title"
            found.append(Exercise(title[1], imports))
        else:
            folded = FOLDED.fullmatch(cell.source)
            name = folded[1].lower() + " text" if folded else "text"
        if cell.source.startswith("## ") and found:
            break
        if found:
            found[-1].cells.append((name, cell.source))
    return found


EXERCISES = [exercise for path in [*CHAPTERS, *sorted(BOOK.glob("optional-*.ipynb"))] for exercise in exercises(path)]
every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


@every_chapter
def test_a_chapter_has_two_exercises_or_more_in_order(path):
    numbers = [exercise.number for exercise in exercises(path)]
    assert numbers == [f"{int(path.stem[:2])}.{k}" for k in range(1, len(numbers) + 1)]
    assert len(numbers) >= 2


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.number)
def test_an_exercise_is_prompt_stub_check_hint_and_solution(exercise):
    # site/book_exercises.py makes the page's boxes of this order; in JupyterLab it is read as it stands
    names = [name for name, _ in exercise.cells]
    more = ["text"] * names.count("text")
    assert names == ["title", *more, "stub", "check", "hint text", "solution text", "solution", "check"]
    first, second = exercise.of("check")
    assert first == second


def verdict(source, names):
    """Run a check cell and return the value of its last line, which a notebook shows."""
    *lines, last = ast.parse(source).body
    exec(compile(ast.Module(lines, []), "check", "exec"), names)
    return eval(compile(ast.Expression(last.value), "check", "eval"), names)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.number)
def test_the_stub_fails_the_check_and_the_solution_passes(exercise):
    names = {"checks": checks}
    exec(exercise.imports, names)
    check = exercise.of("check")[0]
    for tag, right in (("stub", False), ("solution", True)):
        exec(exercise.of(tag)[0], names)
        answer = verdict(check, names)
        assert isinstance(answer, checks.Verdict) and bool(answer) is right, f"{tag}: {answer}"
        assert answer.mistake != "unreadable", answer


def answers(path):
    """Return {question number: text of the answer} of a chapter."""
    found = [match for cell in chapter(path) if cell.cell_type == "markdown" for match in ANSWER.finditer(cell.source)]
    return {int(match[1]): match[2] for match in found}


@every_chapter
def test_a_chapter_asks_three_questions_and_every_number_in_an_answer_is_computed(path):
    texts = answers(path)
    assert list(texts) == [1, 2, 3]
    numbers = {number: re.findall(r"\*\*(.+?)\*\*", text) for number, text in texts.items()}
    assert any(numbers.values()), "at least one answer is a number"
    for number, bold in numbers.items():
        computed = ANSWERS.get((path.stem[:2], number), list)()
        assert bold == computed, f"question {number}: the answer says {bold}, computed is {computed}"


def test_no_answer_is_computed_for_a_question_that_is_not_there():
    assert {chapter for chapter, _ in ANSWERS} <= {path.stem[:2] for path in CHAPTERS}
