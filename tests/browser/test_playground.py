"""The playground, driven in the page of the book, from disk, and in JupyterLab as a reader would drive it."""

import ast
import json
import re
import subprocess
import sys
import urllib.request

import jupyter_client
import nbformat
import pytest

from .conftest import AXE, HTML, ROOT, jupyterlab, open_page, run_all
from .test_live import drawn, needs_pyodide, until_python_waits
from .test_pages import AXE_RUN

PAGE = "book/14-playground.html"
IN_VIEW = "() => document.querySelector('.playground').playground.visible"
COLOURS = "canvas => canvas.toDataURL()"


def open_playground(chromium, address):
    page = open_page(chromium, address)
    page.locator(".playground").scroll_into_view_if_needed()
    page.wait_for_function(IN_VIEW)
    return page


@pytest.fixture
def page(chromium):
    """Yield the chapter's page from disk, with the playground in sight; nothing may be wrong on its console."""
    page = open_playground(chromium, (HTML / PAGE).as_uri())
    yield page
    assert page.messages == []
    assert {url.split(":")[0] for url in page.requests} <= {"file", "data", "blob"}
    page.context.close()


def press(page, name):
    page.locator(".playground").get_by_role("button", name=name, exact=True).click()


def field(page, name):
    return page.locator(f".playground [name={name}]")


def fill(page, name, text):
    field(page, name).fill(text)
    field(page, name).press("Enter")


def standing(page):
    """Return the epoch and the loss that the playground shows."""
    text = page.locator(".playground .pg-status").inner_text().replace("\u2009", "")
    epoch, loss = re.search(r"epoch\s+(\d+)\s+loss\s+([\d.e+-]+|NaN|Infinity)", text).groups()
    return int(epoch), float(loss)


def until(page, done):
    for _ in range(200):
        if done():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it didn't happen within 10 s")


def alert(page):
    return page.locator(".playground [role=alert]").inner_text()


def drive(page):
    """Train, pause, make a step and begin again."""
    surface, start = page.locator("[data-pg=surface]"), standing(page)
    before = surface.evaluate(COLOURS)
    press(page, "▶ Train")
    until(page, lambda: standing(page)[0] > 50)
    press(page, "⏸ Pause")
    paused = standing(page)
    assert surface.evaluate(COLOURS) != before
    page.wait_for_timeout(300)
    assert standing(page) == paused
    press(page, "Step")
    assert standing(page)[0] == paused[0] + 1
    press(page, "Reset")
    assert standing(page) == start and start[0] == 0 and surface.evaluate(COLOURS) == before


def test_it_trains_pauses_and_begins_again(page):
    drive(page)


def test_a_link_opens_it_at_its_setting_and_the_script_ends_at_the_loss_shown(page):
    """The chapter's own example: the notebook prints the loss that the page shows."""
    page.get_by_role("link", name="circles with batches of 20").click()
    until(page, lambda: field(page, "lr").input_value() == "0.3")
    page.wait_for_function(IN_VIEW)
    page.evaluate("document.querySelector('.playground').playground.advance(150, 1e9)")
    press(page, "Show code")
    script = page.locator(".playground pre").inner_text()
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    epoch, loss = re.match(r"epoch (\d+), loss ([\d.e+-]+)", printed).groups()
    page.get_by_label("One step is").select_option("an example, forward and back")
    press(page, "Step")
    assert (int(epoch), round(float(loss), 5)) == standing(page) and "Example 1 of 200" in page.locator(
        ".pg-inspector").inner_text()
    stored = json.loads((ROOT / "book/14-playground.ipynb").read_text(encoding="utf-8"))
    assert f"epoch 150, loss {float(loss):.5f}" in json.dumps(stored)
    page.get_by_label("xor", exact=True).check()
    assert standing(page)[0] == 0 and "problem" not in page.url and "batch_size=20" in page.url


def test_settings_that_cannot_be_are_refused_and_the_run_stays(page):
    press(page, "Step")
    stands = standing(page)
    fill(page, "lr", "-1")
    assert alert(page) == "lr must lie in (0, inf); got -1; for example 0.1. The run stays as it was."
    field(page, "loss").select_option("sigmoid_cross_entropy")
    assert "has its own sigmoid" in alert(page) and standing(page) == stands
    fill(page, "lr", "0.5")
    assert alert(page) == "" and standing(page)[0] == 0


def test_divergence_is_told(page):
    for name, value in (("activation", "Identity"), ("output", "Identity")):
        field(page, name).select_option(value)
    fill(page, "lr", "1000000")
    press(page, "▶ Train")
    until(page, lambda: "diverged at epoch" in alert(page))
    assert page.get_by_role("button", name="▶ Train").is_visible()


def test_layers_units_inputs_points_and_weights_are_changed_by_hand(page):
    press(page, "One hidden layer more")
    press(page, "One unit less in layer 3")
    page.get_by_role("button", name="Input x₁x₂").click()
    settings = page.evaluate("document.querySelector('.playground').playground.run.settings")
    assert settings["hidden"] == [10, 10, 9] and settings["features"] == ["x1", "x2", "x1x2"]
    page.get_by_role("button", name="Unit 2 of layer 1").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator(".pg-inspector").inner_text().startswith("Unit 3 of layer 1: bias 0, gradient")
    assert page.locator("[data-pg=title]").inner_text() == "Unit 3 of layer 1"
    page.get_by_label("own points").check()
    page.locator("[data-pg=surface]").click(position={"x": 20, "y": 20})
    assert len(page.evaluate("document.querySelector('.playground').playground.run.points")) == 8
    press(page, "Clear")
    assert "two classes need a point each" in alert(page)


def in_view(page, code):
    return page.evaluate(f"document.querySelector('.playground').playground.{code}")


def test_a_weight_set_while_it_trains_is_kept_by_the_link_and_by_the_script(page):
    """By keyboard, after 40 epochs: the run goes on from there, and comes again from its link and its script."""
    in_view(page, "advance(40, 1e9)")
    page.get_by_role("button", name="Unit 3 of layer 1").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("0.5")
    page.keyboard.press("Enter")
    assert page.locator(".pg-inspector").inner_text().startswith("Unit 3 of layer 1: bias 0.5, gradient")
    changed = standing(page)
    page.get_by_label("Which weight").select_option("weight from x₂")
    fill(page, "weight", "one")
    assert "must lie in (-inf, inf)" in alert(page) and standing(page) == changed
    fill(page, "weight", "-2")
    assert changed[0] == standing(page)[0] == 40 and changed[1] != standing(page)[1]
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Unit 3 of layer 1"
    in_view(page, "advance(60, 1e9)")
    press(page, "Show code")
    printed = subprocess.run([sys.executable, "-c", page.locator(".playground pre").inner_text()],
                             capture_output=True, text=True, check=True).stdout
    loss = float(re.match(r"epoch 100, loss ([\d.e+-]+)", printed)[1])
    assert in_view(page, "run.training.loss") == pytest.approx(loss, rel=1e-9)
    assert page.url.endswith("#weights=22:0.5:40,12:-2:40")
    assert "2 weights set by hand" in page.locator(".pg-net").inner_text()
    press(page, "Reset")
    in_view(page, "advance(100, 1e9)")
    assert in_view(page, "run.training.loss") == pytest.approx(loss, rel=1e-9)
    press(page, "Begin without")
    assert "weights" not in page.url and standing(page)[0] == 0


def test_a_finger_chooses_an_edge_which_stays_chosen(chromium):
    context = chromium.new_context(viewport={"width": 360, "height": 780}, has_touch=True)
    page = context.new_page()
    page.goto((HTML / PAGE).as_uri() + "#hidden=2")
    page.wait_for_function(IN_VIEW)
    page.locator("[data-pg=map]").scroll_into_view_if_needed()
    box, (x0, y0, x1, y1) = page.locator("[data-pg=map]").bounding_box(), in_view(page, "ends(1, 0, 0)")
    page.touchscreen.tap(box["x"] + (x0 + x1) / 2, box["y"] + (y0 + y1) / 2)
    assert page.locator(".pg-inspector").inner_text().startswith("Weight from unit 1 of layer 1 to output unit: ")
    assert field(page, "weight").is_visible()
    context.close()


def test_a_link_hides_what_it_names(page):
    page.evaluate("location.hash = 'hide=settings,hidden,features,test,curve&test=0.3'")
    until(page, lambda: field(page, "lr").is_hidden())
    for name in ("One hidden layer more", "One unit less in layer 1", "Input x₁x₂"):
        assert page.get_by_role("button", name=name).count() == 0
    assert page.get_by_role("button", name="Input x₁", exact=True).is_disabled()
    assert field(page, "test").is_hidden() and field(page, "noise").is_visible()
    page.evaluate("location.hash = 'hide=clouds'")
    until(page, lambda: "there is nothing to hide called clouds" in alert(page))
    page.evaluate("location.hash = 'test=0.3'")
    until(page, lambda: field(page, "lr").is_visible())
    surface = page.locator("[data-pg=surface]")
    before = surface.evaluate(COLOURS)
    page.get_by_label("test points").uncheck()
    assert surface.evaluate(COLOURS) != before


def test_sixteen_seeds_are_trained_and_one_is_taken(page):
    press(page, "Sixteen seeds")
    page.locator(".pg-panel [role=status]", has_text="16 had all points right").wait_for()
    page.locator(".pg-seeds button").nth(3).click()
    assert field(page, "seed").input_value() == "3"


def test_off_screen_it_waits_and_for_those_who_want_it_it_moves_little(page):
    press(page, "▶ Train")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_function("() => !document.querySelector('.playground').playground.visible")
    stands = page.evaluate("document.querySelector('.playground').playground.run.training.epoch")
    page.wait_for_timeout(300)
    assert page.evaluate("document.querySelector('.playground').playground.run.training.epoch") == stands
    page.emulate_media(reduced_motion="reduce")
    page.locator(".playground").scroll_into_view_if_needed()
    before = page.evaluate("document.querySelector('.playground').playground.pictures")
    page.wait_for_timeout(1000)
    assert page.evaluate("document.querySelector('.playground').playground.pictures") - before <= 6
    assert page.evaluate("document.querySelector('.playground').playground.run.training.epoch") > stands


def test_its_numbers_are_a_table_too_and_axe_finds_nothing_where_all_is_open(chromium, site):
    page = open_playground(chromium, f"{site}/{PAGE}")  # axe reads style sheets, which it may not from disk
    press(page, "Step")
    for name in ("Show code", "Sixteen seeds"):
        press(page, name)
    page.get_by_text("The numbers as a table").click()
    assert page.locator(".pg-table tr").count() == 2 + 3 + 21
    page.get_by_label("own points").check()
    page.get_by_role("button", name="Unit 2 of layer 1").click()
    assert field(page, "weight").is_visible()
    page.add_script_tag(path=AXE)
    for mode in ("light", "dark"):
        page.emulate_media(color_scheme=mode)
        page.wait_for_function(f"() => document.querySelector('.playground').playground.dark === ('{mode}' === 'dark')")
        assert page.evaluate(AXE_RUN, [".playground", None]) == []
        page.set_viewport_size({"width": 360, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") == 0
    page.context.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Start JupyterLab on the chapter's playground cell, which stands alone in its notebook; yield its address."""
    folder = tmp_path_factory.mktemp("book")
    chapter = nbformat.read(ROOT / "book/14-playground.ipynb", as_version=4)
    cells = [cell for cell in chapter.cells if cell.cell_type == "code" and "playground()" in cell.source]
    chapter.cells = [nbformat.v4.new_code_cell("import labcore as lab"), *cells]
    assert len(cells) == 1  # JupyterLab draws only the cells that are in sight
    nbformat.write(chapter, folder / "14-playground.ipynb")
    with jupyterlab(folder) as address:
        yield address


def in_kernel(address, expression):
    """Evaluate an expression in the kernel that runs there."""
    with urllib.request.urlopen(f"{address}/api/kernels") as answer:
        name = json.load(answer)[0]["id"]
    client = jupyter_client.BlockingKernelClient()
    client.load_connection_file(jupyter_client.find_connection_file(f"kernel-{name}.json"))
    client.start_channels()
    try:
        reply = client.execute("", user_expressions={"found": expression}, reply=True, timeout=60)
        return ast.literal_eval(reply["content"]["user_expressions"]["found"]["data"]["text/plain"])
    finally:
        client.stop_channels()


def test_in_jupyterlab_it_is_the_same(chromium, lab):
    page = open_page(chromium, f"{lab}/lab/tree/14-playground.ipynb")
    page.get_by_text("| Idle").wait_for(timeout=60_000)  # before its kernel has started, a notebook asks which to take
    run_all(page)
    page.locator(".playground").wait_for(timeout=60_000)
    page.wait_for_function(IN_VIEW)
    drive(page)
    fill(page, "lr", "-1")
    assert "lr must lie in (0, inf)" in alert(page)
    fill(page, "lr", "0.5")
    press(page, "Step")
    told = {}
    state = "dict(epoch=play.epoch, settings=play.settings)"
    until(page, lambda: told.update(in_kernel(lab, state)) or told["epoch"])
    assert told == {"epoch": 1, "settings": {"lr": 0.5}}
    assert in_kernel(lab, "round(play.loss, 5)") == standing(page)[1]
    in_kernel(lab, "setattr(play, 'settings', {'hidden': [3]})")
    until(page, lambda: page.get_by_role("button", name="Unit 4 of layer 1").count() == 0)
    page.context.close()


@needs_pyodide
def test_in_jupyterlite_it_is_the_same(chromium, site):
    page = open_page(chromium, f"{site}/lite/notebooks/index.html?path=14-playground.ipynb")
    drawn(page)
    until_python_waits(page)
    run_all(page)
    page.wait_for_function("""() => {
        const {content} = jupyterapp.shell.currentWidget, {cells} = content.model.toJSON();
        const at = cells.findIndex(cell => cell.source.includes("lab.playground()"));
        if (cells[at].execution_count) content.scrollToItem(at);  // out of sight it isn't drawn
        return document.querySelector(".playground"); }""", polling=500, timeout=180_000)
    page.wait_for_function(IN_VIEW)
    drive(page)
    page.context.close()
