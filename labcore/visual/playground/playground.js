// The playground: settings, buttons, and pictures of a run that trains while you look. A front end for anywidget in
// notebooks; in the built page the same module gets a small stand-in for the model.
import { ACTIVATIONS, LOSSES, OPTIMIZERS } from "./engine.js";
import { DEFAULTS, FEATURES, INITIALIZERS, MOST_LAYERS, MOST_UNITS, PENALTIES, PROBLEMS, Run, check, fromLink, hyperOf, toLink,
  toScript } from "./settings.js";

const SIDE = 44, TILE = 22; // numbers a side of the surface, and of a unit's own map
const MOST_EPOCHS = 1e6, SEEDS = 16;
const OWN_POINTS = [[0.2, 0.3, 0], [0.3, 0.7, 0], [0.7, 0.2, 0], [0.8, 0.7, 0], [0.5, 0.5, 1], [0.45, 0.6, 1], [0.6, 0.5, 1]];
/** How many epochs before the next picture, where training stands at an epoch. */
const SPEEDS = { "even along the curve": (epoch) => 1 + Math.floor(epoch / 100), "1 epoch a picture": () => 1,
  "10 epochs a picture": () => 10, "as fast as it goes": () => Infinity };
const STEPS = { "an epoch": "epoch", "a batch": "batch", "an example, forward and back": "example" };
const words = (name) => name.replaceAll("_", " ");
const short = (value) => (Number.isFinite(value) ? (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)
  ? value.toExponential(1) : String(Number(value.toPrecision(3)))).replace("-", "−") : String(value));

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(properties)) if (name.includes("-")) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Write a text where it differs from what stands there: a page that stays the same needs no new layout. */
function setText(part, text) {
  if (part.textContent !== text) part.textContent = text;
}

/** Give a canvas its size in the page and the screen's resolution; return its context, cleared. */
function prepare(canvas, width, height) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2), [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    Object.assign(canvas, { width: w, height: h });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** Return 256 colours from one over a middle to another, as the 32-bit numbers of an ImageData. */
function shades(from, middle, to, strength) {
  const colours = new Uint32Array(257);
  for (let k = 0; k < 256; k++) {
    const [end, part] = k < 128 ? [from, (127.5 - k) / 127.5] : [to, (k - 127.5) / 127.5];
    const [r, g, b] = middle.map((value, i) => Math.round(value + (end[i] - value) * part * strength));
    colours[k] = (255 << 24) | (b << 16) | (g << 8) | r;
  }
  colours[256] = 0xff888888; // no number
  return colours;
}

const RED = [204, 51, 17], BLUE = [0, 119, 187], ORANGE = [238, 119, 51], PURPLE = [170, 51, 119];
const shadeOf = (value) => (value <= 0 ? 0 : value >= 1 ? 255 : value > 0 ? Math.floor(value * 255.99) : 256);
/** Return what brings a map's values to 0 to 1, its 0 to the middle: a sigmoid's are so already. */
function scaleOf(value, activation) {
  if (activation === "Sigmoid") return (v) => v;
  let reach = activation === "Tanh" ? 1 : 1e-9;
  if (activation !== "Tanh") for (let at = 0; at < SIDE * SIDE; at += 7) reach = Math.max(reach, Math.abs(value(at)) || 0);
  return (v) => v / (2 * reach) + 0.5;
}
const css = ([r, g, b]) => `rgb(${r} ${g} ${b})`;

function theme(dark) {
  const middle = dark ? [30, 34, 40] : [255, 255, 255];
  return { ink: dark ? "#e6e9ed" : "#14181e", faint: dark ? "#5b6470" : "#c4c8cd", back: css(middle), edge: dark ? "#14181e" : "#fff",
    negative: css(ORANGE), positive: dark ? "rgb(222 110 176)" : css(PURPLE), loss: dark ? "#4fb0e8" : css(BLUE), test: css(ORANGE),
    classes: [dark ? "#ff6a4d" : css(RED), dark ? "#4fb0e8" : css(BLUE)],
    answers: shades(RED, middle, BLUE, 0.62), sides: shades([224, 90, 20], middle, [130, 40, 110], 0.95) };
}

const HTML = `
<div class="pg-bar">
  <span class="pg-buttons"><button data-pg="train" class="pg-primary" type="button">▶ Train</button>
  <button data-pg="step" data-part="step" type="button">Step</button><select data-pg="unit" data-part="step" aria-label="One step is"></select>
  <button data-pg="reset" data-part="reset" type="button">Reset</button></span>
  <div class="pg-status" role="status" aria-live="polite" data-pg="status"></div>
</div>
<div role="alert" class="pg-alert" data-pg="alert"></div>
<div class="pg-stage">
  <fieldset class="pg-problem-set" data-part="problem"><legend>Problem</legend><div class="pg-problems" data-pg="problems"></div></fieldset>
  <fieldset class="pg-data"><legend>Points</legend><div class="pg-fields" data-pg="data"></div></fieldset>
  <section class="pg-net" aria-label="Network"><div class="pg-head"><span><b data-pg="layers"></b></span>
    <span data-part="hidden"><button data-pg="fewer" type="button" aria-label="One hidden layer less">−</button><button data-pg="more" type="button" aria-label="One hidden layer more">+</button></span></div>
    <div class="pg-map" data-pg="map"><canvas data-pg="edges" aria-hidden="true"></canvas><canvas data-pg="net" aria-hidden="true"></canvas></div>
    <div class="pg-inspector" data-pg="inspector"></div><div data-pg="hand" data-part="weights"></div></section>
  <section class="pg-out" aria-label="Output"><div data-pg="place"><div class="pg-head"><b data-pg="title">Output</b></div>
    <canvas data-pg="surface" role="img"></canvas><div class="pg-own" data-pg="own" data-part="points"></div>
    <div class="pg-key"><span class="pg-zero">● 0</span><span class="pg-one">■ 1</span><span>◯ wrong</span><label><input type="checkbox" data-pg="discrete"> two colours</label>
      <label data-part="test"><input type="checkbox" data-pg="tests" checked> test points</label></div></div>
    <div data-part="curve"><div class="pg-head"><b>Loss</b> <small data-pg="curves"></small></div><canvas data-pg="loss" role="img"></canvas></div></section>
  <fieldset class="pg-settings" data-part="settings"><legend>Settings</legend><div class="pg-fields" data-pg="fields"></div></fieldset>
</div>
<div class="pg-bar pg-more"><label data-part="speed">Speed <select data-pg="speed"></select></label>
  <button data-pg="seeds" data-part="seeds" type="button">Sixteen seeds</button><button data-pg="code" data-part="code" type="button">Show code</button>
  <button data-pg="link" data-part="link" type="button">Copy link</button><button data-pg="full" type="button">Full screen</button></div>
<div class="pg-panel" data-pg="panel"></div>
<div class="pg-panel" data-pg="script"></div>
<details class="pg-table" data-pg="details" data-part="table"><summary>The numbers as a table</summary><div data-pg="table"></div></details>`;

/** Settings that say what θ's places are: where they change, nothing stays set by hand. */
const SHAPE = ["features", "hidden", "bias", "loss"];
/** Settings in the order of the page: name, what it is called, and what kind of field it is. */
const FIELDS = {
  data: [["noise", "Noise"], ["test", "Kept for a test"], ["data_seed", "Points’ seed"]],
  fields: [["activation", "Activation", ACTIVATIONS], ["output", "Output", ACTIVATIONS], ["loss", "Loss", LOSSES],
    ["optimizer", "Optimizer", OPTIMIZERS], ["lr", "Rate (lr)"], ["hyper"], ["batch_size", "Batch size"],
    ["init", "Initial weights", INITIALIZERS], ["init_scale", "Weights times"], ["bias", "Biases"], ["seed", "Seed"],
    ["penalty", "Penalty", PENALTIES], ["penalty_rate", "Penalty’s rate"]],
};

class Playground {
  constructor(model, el) {
    this.model = model;
    this.pictures = 0;
    this.training = this.visible = this.discrete = this.pinned = false;
    this.turn = 0;
    this.pointed = this.example = null;
    this.root = element("div", { className: "playground", innerHTML: HTML });
    this.root.playground = this;
    this.root.dataset.lmSuppressShortcuts = "true"; // keys pressed here are no shortcuts of JupyterLab
    el.append(this.root);
    this.parts = Object.fromEntries([...this.root.querySelectorAll("[data-pg]")].map((part) => [part.dataset.pg, part]));
    this.atlas = document.createElement("canvas");
    [this.plane, this.opposite, this.unitPlane] = [0, 1, 2].map(() => element("canvas", { width: SIDE, height: SIDE }));
    this.listen();
    this.dress();
    const given = (model.get("linked") && fromLink(location.hash)) || model.get("settings") || {};
    this.begin(check({}));
    this.change(given);
  }

  listen() {
    const { parts, root } = this, on = (name, event, action) => parts[name].addEventListener(event, action.bind(this));
    for (const [name, action] of Object.entries({ train: this.toggle, step: this.step, seeds: this.showSeeds, code: this.showCode,
      link: this.copyLink, reset: () => this.begin(this.run.settings),
      more: () => this.resize((hidden) => [...hidden, hidden[hidden.length - 1] ?? 4]), fewer: () => this.resize((hidden) => hidden.slice(0, -1)),
      full: () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.()) })) on(name, "click", action);
    parts.link.hidden = !this.model.get("linked");
    parts.full.hidden = !document.fullscreenEnabled;
    parts.unit.append(...Object.keys(STEPS).map((text) => element("option", { textContent: text })));
    parts.speed.append(...Object.keys(SPEEDS).map((text) => element("option", { textContent: text })));
    on("discrete", "change", () => { this.discrete = parts.discrete.checked; this.draw(); });
    on("tests", "change", () => this.draw());
    on("details", "toggle", this.tabulate);
    on("surface", "click", this.place);
    on("map", "pointermove", (event) => !this.pinned && this.point(this.edgeAt(event)));
    on("map", "pointerleave", () => !this.pinned && this.point(null));
    on("map", "click", this.pin);
    on("map", "focusin", (event) => event.target.place && this.point(event.target.place));
    on("map", "keydown", this.walk);
    root.addEventListener("keydown", ({ key, target }) => {
      if (key === "Escape") this.leave();
      if (key === "Enter" && target.matches("input:not([type])")) { // JupyterLab keeps the key's own effect away
        target.blur();
        root.querySelector(`[name="${target.name}"]`)?.focus({ preventScroll: true });
      }
    });
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.watchers = [new ResizeObserver(() => this.lay()), new MutationObserver(() => this.dress()),
      new IntersectionObserver((entries) => this.seen(entries[entries.length - 1].isIntersecting))];
    this.watchers[0].observe(root);
    for (const place of [document.documentElement, document.body]) this.watchers[1].observe(place, { attributes: true });
    this.watchers[2].observe(root);
    this.onHidden = () => this.seen(this.visible);
    document.addEventListener("visibilitychange", this.onHidden);
    this.onHash = () => this.model.get("linked") && fromLink(location.hash) && this.change(fromLink(location.hash), DEFAULTS);
    addEventListener("hashchange", this.onHash);
    this.model.on?.("change:settings", () => {
      if (JSON.stringify(this.model.get("settings")) !== this.told) this.change(this.model.get("settings"), DEFAULTS);
    });
  }

  destroy() {
    this.pause();
    cancelAnimationFrame(this.seedFrame);
    this.watchers.forEach((watcher) => watcher.disconnect());
    document.removeEventListener("visibilitychange", this.onHidden);
    removeEventListener("hashchange", this.onHash);
  }

  /** Take the colours of the page around. */
  dress() {
    const near = this.root.isConnected ? this.root.parentElement : document.body; // in JupyterLab it is put into the page later
    const [r, g, b] = getComputedStyle(near).color.match(/[\d.]+/g).map(Number), dark = r + g + b > 382;
    if (this.colours && dark === this.dark) return;
    this.dark = dark;
    this.colours = theme(dark);
    this.root.classList.toggle("pg-dark", dark);
    if (this.run) this.refresh();
  }

  // --- a run ---

  /** Begin again with other settings; what can't be is said, and the run stays. */
  change(patch, base = this.run.settings) {
    if (!patch) return;
    try {
      const settings = check({ ...base, ...("optimizer" in patch && !("lr" in patch) && { lr: undefined, hyper: {} }),
        ...(SHAPE.some((name) => name in patch) && { weights: [] }), ...patch });
      this.say("");
      this.begin(settings);
    } catch (error) {
      this.say(`${error.message}. The run stays as it was.`);
    }
  }

  resize(how) {
    this.change({ hidden: how(this.run.settings.hidden) });
  }

  begin(settings) {
    this.run = new Run(settings);
    this.own = settings.problem === "own" ? settings.points : null;
    this.curve = [];
    this.example = this.pointed = null;
    this.pinned = false;
    this.say("");
    this.parts.script.replaceChildren();
    this.stopSeeds();
    const all = [...this.run.points, ...this.run.testPoints], range = (k) => {
      const values = all.map((point) => point[k]);
      return this.own ? [0, 1] : [Math.min(...values), Math.max(...values)];
    }, [[left, right], [bottom, top]] = [range(0), range(1)], half = Math.max(right - left, top - bottom) / 2 + 0.1;
    this.window = { left: (left + right) / 2 - half, bottom: (bottom + top) / 2 - half, size: 2 * half };
    const places = Array.from({ length: SIDE }, (_, i) => ((i + 0.5) / SIDE) * 2 * half);
    this.grid = places.flatMap((y) => places.map((x) => [this.window.left + x, this.window.bottom + y, 0]));
    this.gridInputs = this.run.inputs(this.grid);
    this.gridRoom = this.run.net.room(SIDE * SIDE);
    this.field = new Float64Array(SIDE * SIDE);
    this.record();
    this.build();
    this.tell();
    this.publish();
    if (this.run.training.diverged) this.end();
  }

  record() {
    const { epoch, loss } = this.run.training, last = this.curve[this.curve.length - 1];
    if (last && epoch < Math.max(1.01 * last[0], last[0] + 1)) return;
    this.curve.push([epoch, loss, this.run.testPoints.length ? this.run.measureTest().loss : NaN]);
  }

  /** Train for so many epochs or until the time is up. */
  advance(epochs, milliseconds) {
    const end = performance.now() + milliseconds, { training } = this.run;
    for (let done = 0; done < epochs && !training.diverged && training.epoch < MOST_EPOCHS; done++) {
      training.advance();
      this.record();
      if (performance.now() > end) break;
    }
    if (training.diverged || training.epoch >= MOST_EPOCHS) this.end();
  }

  end() {
    const { training } = this.run;
    this.pause();
    this.say(training.diverged
      ? `Training diverged at epoch ${training.epoch}: the loss is no longer finite; a smaller lr usually helps.`
      : `Training ended after ${training.epoch} epochs, as far as this run goes.`);
  }

  toggle() {
    if (this.training) this.pause();
    else if (!this.run.training.diverged) {
      this.training = true;
      this.example = null;
      this.last = 0;
      this.parts.train.textContent = "⏸ Pause";
      this.parts.status.setAttribute("aria-live", "off"); // a screen reader hears where training stands when it pauses
      this.frame = requestAnimationFrame((now) => this.tick(now));
    }
  }

  pause() {
    if (!this.training) return;
    this.training = false;
    cancelAnimationFrame(this.frame);
    this.parts.train.textContent = "▶ Train";
    this.parts.status.setAttribute("aria-live", "polite");
    this.refresh();
    this.publish();
  }

  /** Train for a while and show a picture, once for each of the screen's. */
  tick(now) {
    if (!this.training || !this.visible || document.hidden) return;
    this.frame = requestAnimationFrame((next) => this.tick(next));
    if (this.still.matches && now - this.last < 500) return; // few pictures for those who asked for little motion
    this.last = now;
    this.advance(SPEEDS[this.parts.speed.value](this.run.training.epoch) * (this.still.matches ? 30 : 1), 7);
    this.turn = (this.turn + 1) % 3;
    if (this.training) this.refresh(this.still.matches ? null : this.turn);
  }

  /** Off screen nothing trains; back on it, training goes on. */
  seen(visible) {
    this.visible = visible;
    cancelAnimationFrame(this.frame);
    if (visible && this.training) this.frame = requestAnimationFrame((now) => this.tick(now));
    if (!visible) return;
    this.dress();
    this.refresh();
  }

  step() {
    this.pause();
    const { training, points } = this.run, unit = STEPS[this.parts.unit.value];
    if (unit === "example") {
      this.example = { row: this.example ? (this.example.row + 1) % points.length : 0 };
    } else if (!training.diverged) {
      this.example = null;
      if (unit === "epoch") training.advance();
      else training.step();
      training.measure();
      this.record();
      if (training.diverged) this.end();
    }
    this.refresh();
    this.publish();
  }

  /** Tell the kernel, or the page's address, what is chosen and where training stands. */
  publish() {
    const { settings, training } = this.run, changed = Object.entries(settings).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(DEFAULTS[name]));
    const told = Object.fromEntries(changed);
    this.told = JSON.stringify(told);
    this.model.set("settings", told);
    this.model.set("epoch", training.epoch);
    this.model.set("loss", Number.isFinite(training.loss) ? training.loss : null);
    this.model.set("script", toScript(settings, training.epoch));
    this.model.save_changes();
    const link = toLink(settings);
    if (this.model.get("linked") && this.started && (link || fromLink(location.hash))) history.replaceState(history.state, "", `#${link}`);
    this.started = true;
  }

  say(sentence) {
    this.parts.alert.textContent = sentence;
  }

  /** Show where the run stands. While it trains, the output and the units move each time; edges, loss and numbers take turns. */
  refresh(turn = null) {
    this.draw(turn);
    if (turn === null || turn === 2) this.tell();
    if (this.parts.details.open && (!this.training || performance.now() - (this.tabulated || 0) > 1000)) this.tabulate();
  }

  tell() {
    this.tellByHand();
    const { training, points, testPoints } = this.run, wrong = this.run.wrong().filter(Boolean).length;
    const cells = [["epoch", training.epoch.toLocaleString("en").replaceAll(",", "\u2009")], ["loss", short5(training.loss)],
      [`right of ${points.length}`, points.length - wrong]];
    if (testPoints.length) {
      const test = this.run.measureTest();
      cells.push(["test loss", short5(test.loss)], [`right of ${testPoints.length} (test)`, test.wrong.filter((one) => !one).length]);
    }
    const { status } = this.parts;
    if (status.childElementCount !== cells.length) status.replaceChildren(...cells.map(() => element("div", { innerHTML: "<small></small> <span></span>" })));
    cells.forEach(([name, value], k) => {
      const [label, number] = status.children[k].children;
      setText(label, name);
      setText(number, String(value));
    });
  }

  // --- what is chosen ---

  /** Make the fields, the layers' buttons and the units' places for the present settings. */
  build() {
    const { settings } = this.run, { parts } = this;
    const focused = this.root.contains(document.activeElement) ? document.activeElement.name : null;
    for (const [where, fields] of Object.entries(FIELDS)) {
      parts[where].replaceChildren(...fields.flatMap(([name, label, known]) => {
        if (name === "hyper") return Object.entries(hyperOf(settings.optimizer)).filter(([key]) => key !== "maximize").map(([key, usual]) =>
          this.fieldOf(key, words(key), settings.hyper[key] ?? usual, null, (value) => this.change({ hyper: { ...this.run.settings.hyper, [key]: value } })));
        if ((name === "penalty_rate" && settings.penalty === "none") || (settings.problem === "own" && (name === "noise" || name === "data_seed"))) return [];
        return [this.fieldOf(name, label, settings[name], known, (value) => this.change({ [name]: value,
          ...(name === "optimizer" && { lr: value === "SGD" ? 1 : undefined, hyper: {} }) }))];
      }));
    }
    const chosen = settings.problem;
    parts.problems.replaceChildren(...[...Object.keys(PROBLEMS), "own"].map((name) => this.thumbnail(name, name === chosen)));
    parts.layers.textContent = `${settings.hidden.length || "no"} hidden layer${settings.hidden.length === 1 ? "" : "s"}`;
    parts.more.disabled = settings.hidden.length >= MOST_LAYERS;
    parts.fewer.disabled = !settings.hidden.length;
    this.buildOwn();
    this.places();
    parts.tests.parentElement.hidden = !this.run.testPoints.length;
    for (const part of this.root.querySelectorAll("[data-part]")) part.classList.toggle("pg-hidden", settings.hide.includes(part.dataset.part));
    if (focused) this.root.querySelector(`[name="${focused}"]`)?.focus({ preventScroll: true });
  }

  fieldOf(name, label, value, known, action) {
    let field;
    if (known) {
      field = element("select", { name }, ...Object.keys(known).map((text) => element("option", { value: text, textContent: words(text), selected: text === value })));
      field.addEventListener("change", () => action(field.value));
    } else if (typeof value === "boolean") {
      field = element("input", { type: "checkbox", name, checked: value });
      field.addEventListener("change", () => action(field.checked));
    } else {
      field = element("input", { name, value: value === null ? "all" : value, inputMode: "decimal", autocomplete: "off" });
      field.addEventListener("change", () => {
        const text = field.value.trim().replace(",", ".");
        action(name === "batch_size" && text === "all" ? null : text === "" ? NaN : Number(text));
      });
    }
    return element("label", { "data-part": name in DEFAULTS ? name : "hyper", className: typeof value === "boolean" ? "pg-check" : "" }, element("span", { textContent: label }), field);
  }

  thumbnail(name, chosen) {
    const canvas = element("canvas", { "aria-hidden": "true" }), context = prepare(canvas, 44, 44);
    const points = name === "own" ? this.own || OWN_POINTS : new Run({ ...DEFAULTS, problem: name, hidden: [], batch_size: null }).points;
    const xs = points.flatMap(([x1, x2]) => [x1, x2]), low = Math.min(...xs), high = Math.max(...xs);
    for (const [x1, x2, y] of points) {
      const at = (value) => 4 + 36 * (value - low) / (high - low || 1);
      context.fillStyle = this.colours.classes[y];
      context.fillRect(at(x1) - 1.5, 44 - at(x2) - 1.5, 3, 3);
    }
    const radio = element("input", { type: "radio", name: "problem", value: name, checked: chosen });
    radio.addEventListener("change", () => this.change({ problem: name, ...(name === "own" && !this.run.settings.points.length && { points: OWN_POINTS }),
      ...(name === "own" && { noise: 0 }) }));
    return element("label", { className: "pg-problem" }, radio, canvas, element("span", { textContent: name === "own" ? "own points" : name }));
  }

  /** Points of one's own: a click places or takes away one, and so do numbers. */
  buildOwn() {
    const { own } = this.parts;
    if (!this.own) {
      own.replaceChildren();
    } else if (!own.childElementCount) {
      own.innerHTML = `<p>Press in the square to place a point, or on a point to take it away.</p>
        <label>class <select name="class"><option value="0">● 0</option><option value="1">■ 1</option></select></label>
        <label>x₁ <input name="x1" inputmode="decimal" value="0.5"></label> <label>x₂ <input name="x2" inputmode="decimal" value="0.5"></label>
        <button type="button">Place</button> <button type="button">Clear</button>`;
      const [place, clear] = own.querySelectorAll("button"), value = (name) => Number(own.querySelector(`[name=${name}]`).value);
      place.addEventListener("click", () => this.placeAt(value("x1"), value("x2")));
      clear.addEventListener("click", () => this.setOwn([]));
    }
  }

  setOwn(points) {
    this.own = points;
    this.change({ points });
    this.own = points;
    this.draw();
  }

  place(event) {
    const { left, bottom, size } = this.window, { width } = this.parts.surface.getBoundingClientRect();
    if (this.own) this.placeAt(left + size * event.offsetX / width, bottom + size * (1 - event.offsetY / width));
  }

  placeAt(x1, x2) {
    const finger = 12 * this.window.size / this.side, near = this.own.find(([a, b]) => Math.hypot(a - x1, b - x2) < finger), round = (value) => Math.round(value * 1000) / 1000;
    const label = Number(this.parts.own.querySelector("[name=class]").value);
    this.setOwn(near ? this.own.filter((point) => point !== near) : [...this.own, [round(x1), round(x2), label]]);
  }

  // --- the network's picture ---

  /** Return the columns of the picture: the inputs, the hidden layers, the outputs. */
  columns() {
    const { settings, outputs } = this.run;
    return [Object.keys(FEATURES).length, ...settings.hidden, outputs];
  }

  /** Make a button for each input and each unit: they can be pointed at, focused and pressed. */
  places() {
    const { map, edges, net } = this.parts, { settings } = this.run, columns = this.columns();
    map.replaceChildren(edges, net);
    this.nodes = columns.map((count, column) => Array.from({ length: count }, (_, j) => {
      const input = column === 0, name = Object.keys(FEATURES)[j], given = input && settings.features.includes(name);
      const label = input ? `Input ${FEATURES[name].label}` : this.nameOf(column, j);
      const node = element("button", { type: "button", className: `pg-unit${input ? " pg-input" : ""}`, tabIndex: j ? -1 : 0, "aria-label": label, title: label });
      if (input) {
        if (given) node.disabled = settings.hide.includes("features");
        else node.dataset.part = "features";
        node.setAttribute("aria-pressed", String(given));
        node.append(element("span", { textContent: FEATURES[name].label }));
        node.addEventListener("click", () => this.change({ features: Object.keys(FEATURES).filter((one) => (one === name) !== settings.features.includes(one)) }));
      }
      node.place = input ? { input: settings.features.indexOf(name) } : { column, unit: j };
      map.append(node);
      return node;
    }));
    this.heads = settings.hidden.map((width, k) => {
      const head = element("div", { className: "pg-widths", "data-part": "hidden" }), change = (by) => this.resize((hidden) => hidden.map((old, i) => old + by * (i === k)));
      const minus = element("button", { type: "button", textContent: "−", disabled: width <= 1, name: `fewer-${k}`, "aria-label": `One unit less in layer ${k + 1}` });
      const plus = element("button", { type: "button", textContent: "+", disabled: width >= MOST_UNITS, name: `more-${k}`, "aria-label": `One unit more in layer ${k + 1}` });
      minus.addEventListener("click", () => change(-1));
      plus.addEventListener("click", () => change(1));
      head.append(minus, element("span", { textContent: width }), plus);
      map.append(head);
      return head;
    });
    this.lay();
  }

  nameOf(column, unit) {
    return column === this.columns().length - 1 ? "Output unit" + (this.run.outputs > 1 ? ` ${unit}` : "") : `Unit ${unit + 1} of layer ${column}`;
  }

  /** Lay everything out for the present width. */
  lay() {
    if (!this.nodes || !this.parts.map.clientWidth) return;
    const { map } = this.parts, columns = this.columns(), width = map.clientWidth, most = Math.max(...columns);
    const tight = width / columns.length < 78, top = tight ? 84 : 34, size = Math.max(18, Math.min(36, 420 / most - 5, width / columns.length - 14)), edge = 14, gap = size + (most > 12 ? 4 : 6);
    const height = top + most * gap + 18, stepX = (width - size - edge - 2) / (columns.length - 1);
    this.layout = { width, height, size, x: [], y: [] };
    columns.forEach((count, column) => {
      const x = edge + column * stepX, first = top + ((most - count) * gap) / 2;
      this.layout.x.push(x);
      this.layout.y.push(Array.from({ length: count }, (_, j) => first + j * gap));
      this.nodes[column].forEach((node, j) => Object.assign(node.style, { left: `${x}px`, top: `${first + j * gap}px`, width: `${size}px`, height: `${size}px` }));
    });
    map.classList.toggle("pg-tight", tight);
    this.heads.forEach((head, k) => Object.assign(head.style, { left: `${this.layout.x[k + 1] + size / 2}px`, top: "2px" }));
    map.style.height = `${height}px`;
    this.side = Math.floor(Math.min(this.parts.place.clientWidth, 340));
    this.draw();
  }

  /** Return the node of the picture that holds the network's unit `i` of what comes before a layer. */
  before(layer, i) {
    if (layer) return [layer, i];
    return [0, Object.keys(FEATURES).indexOf(this.run.settings.features[i])];
  }

  ends(layer, i, j) {
    const [column, unit] = this.before(layer, i), { x, y, size } = this.layout;
    return [x[column] + size, y[column][unit] + size / 2, x[layer + 1], y[layer + 1][j] + size / 2];
  }

  draw(turn = null) {
    if (!this.layout || (!this.visible && this.pictures)) return; // off screen the first picture is enough
    this.pictures += 1;
    this.ready ??= performance.now();
    const { net } = this.run;
    net.forward(this.gridInputs, this.gridRoom);
    if (turn !== 1) this.gradient = this.example ? this.lookAtExample() : this.run.training.gradient();
    this.fillAtlas();
    this.paintAnswers();
    if (turn === null || turn === 0) this.drawEdges();
    this.drawUnits();
    this.drawSurface();
    if (turn === null || turn === 1) this.drawLoss();
    if (turn === null || turn === 2) this.inspect();
  }

  /** Send the chosen example forward and back, without a step; return its gradient. */
  lookAtExample() {
    const trace = this.run.training.look([this.example.row]);
    this.example.trace = trace;
    this.example.value = trace.value;
    const gradient = this.run.net.backward(trace).slice();
    return gradient;
  }

  /** Colour the map of each input and of each unit, small, beside each other; inputs look the same until the plane changes. */
  fillAtlas() {
    const { net, settings } = this.run, columns = this.columns().slice(0, -1), wide = Math.max(...columns) * TILE, high = columns.length * TILE;
    const kept = this.image?.width === wide && this.image.height === high, image = this.image = kept ? this.image : new ImageData(wide, high);
    const pixels = new Uint32Array(image.data.buffer), { sides } = this.colours, fill = (column, j, value, scale) => {
      for (let row = 0; row < TILE; row++) {
        const start = (column * TILE + TILE - 1 - row) * wide + j * TILE;
        for (let k = 0; k < TILE; k++) pixels[start + k] = sides[shadeOf(scale(value(2 * row * SIDE + 2 * k)))];
      }
    }, inputs = `${settings.problem}${this.window.size}${this.dark}`;
    if (!kept || this.atlasOf !== inputs) {
      Object.values(FEATURES).forEach(({ of }, j) => {
        const value = (at) => of(...this.grid[at]);
        fill(0, j, value, scaleOf(value));
      });
      this.atlasOf = inputs;
    }
    net.layers.slice(0, -1).forEach(({ nOut }, k) => {
      const a = this.gridRoom.a[k];
      for (let j = 0; j < nOut; j++) {
        const value = (at) => a[at * nOut + j];
        fill(k + 1, j, value, scaleOf(value, settings.activation));
      }
    });
    if (this.atlas.width !== wide || this.atlas.height !== high) Object.assign(this.atlas, { width: wide, height: high });
    this.atlas.getContext("2d").putImageData(image, 0, 0);
  }

  drawUnits() {
    const context = prepare(this.parts.net, this.layout.width, this.layout.height);
    this.columns().forEach((count, column) => {
      for (let j = 0; j < count; j++) this.drawUnit(context, column, j);
    });
  }

  drawEdges() {
    const { layout, colours, pointed } = this, { net } = this.run, context = prepare(this.parts.edges, layout.width, layout.height);
    let largest = 1;
    for (const weight of net.theta) if (Math.abs(weight) > largest) largest = Math.abs(weight);
    // Edges by sign and thickness, so that a few strokes draw them all.
    const strokes = new Map(), numbers = [];
    net.layers.forEach(({ nIn, nOut, W }, layer) => {
      for (let i = 0; i < nIn; i++) {
        for (let j = 0; j < nOut; j++) {
          const weight = net.theta[W + i * nOut + j], width = Math.max(1, Math.min(6, Math.round(6 * Math.abs(weight) / largest)));
          const on = pointed && (pointed.layer === layer ? pointed.i === i && pointed.j === j
            : (pointed.column === layer + 1 && pointed.unit === j) || (pointed.column === layer && layer > 0 && pointed.unit === i)
              || (pointed.input === i && layer === 0));
          const key = (weight < 0 ? -width : width) + (on ? 100 : 0);
          if (!strokes.has(key)) strokes.set(key, { path: new Path2D(), width, negative: weight < 0, on });
          const [x0, y0, x1, y1] = this.ends(layer, i, j), middle = (x0 + x1) / 2;
          strokes.get(key).path.moveTo(x0, y0);
          strokes.get(key).path.bezierCurveTo(middle, y0, middle, y1, x1, y1);
          if (this.example && (on || nIn * nOut <= 12)) {
            numbers.push({ at: (part) => [x0 + (x1 - x0) * part, y0 + (y1 - y0) * part * part * (3 - 2 * part)],
              weight: short(weight), slope: short(this.gradient[W + i * nOut + j]) });
          }
        }
      }
    });
    for (const { path, width, negative, on } of [...strokes.values()].sort((a, b) => Boolean(a.on) - Boolean(b.on))) {
      context.lineWidth = on ? width + 1 : width * 0.8;
      context.globalAlpha = on ? 1 : pointed ? 0.2 : 0.25 + 0.1 * width;
      context.strokeStyle = negative ? colours.negative : colours.positive;
      context.setLineDash(negative ? [5, 4] : []);
      context.stroke(path);
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
    this.drawGradients(context);
    this.drawNumbers(context, numbers);
  }

  /** Write weights and gradients on their edges, each where it covers no other's if there is such a place. */
  drawNumbers(context, numbers) {
    const placed = [];
    context.font = "11px sans-serif";
    context.textAlign = "center";
    for (const { at, weight, slope } of numbers) {
      const wide = Math.max(context.measureText(weight).width, context.measureText(slope).width) + 4;
      const places = Array.from({ length: 15 }, (_, k) => at(0.5 + (k % 2 ? 0.05 : -0.05) * Math.ceil(k / 2)));
      const [x, y] = places.find((one) => placed.every((other) => Math.abs(one[0] - other[0]) > (wide + other[2]) / 2
        || Math.abs(one[1] - other[1]) > 26)) ?? places[0];
      placed.push([x, y, wide]);
      context.fillStyle = this.colours.back;
      context.fillRect(x - wide / 2, y - 13, wide, 27);
      context.fillStyle = this.colours.ink;
      context.fillText(weight, x, y - 2);
      context.fillStyle = this.colours.loss;
      context.fillText(slope, x, y + 11);
    }
  }

  drawUnit(context, column, j) {
    const { layout: { x, y, size }, colours } = this, { settings, outputs } = this.run, last = this.columns().length - 1;
    const [left, top] = [x[column], y[column][j]], off = column === 0 && !settings.features.includes(Object.keys(FEATURES)[j]);
    if (off && settings.hide.includes("features")) return;
    context.globalAlpha = off ? 0.3 : 1;
    if (column === last) {
      context.drawImage(outputs === 2 && j === 0 ? this.opposite : this.plane, left, top, size, size);
    } else {
      context.drawImage(this.atlas, j * TILE, column * TILE, TILE, TILE, left, top, size, size);
    }
    const state = column && column < last ? this.stateOf(column, j) : null;
    context.lineWidth = state?.word ? 2 : 1;
    context.strokeStyle = state?.word ? colours.ink : off ? colours.faint : colours.ink;
    context.setLineDash(state?.word === "dead" ? [3, 2] : []);
    context.strokeRect(left + 0.5, top + 0.5, size - 1, size - 1);
    context.setLineDash([]);
    if (state?.word) {
      context.beginPath();
      if (state.word === "dead") {
        context.moveTo(left, top); context.lineTo(left + size, top + size);
        context.moveTo(left + size, top); context.lineTo(left, top + size);
      } else {
        context.rect(left + 3, top + 3, size - 6, size - 6);
      }
      context.stroke();
    }
    context.globalAlpha = 1;
    const pointed = this.pointed;
    if (pointed && ((pointed.column === column && pointed.unit === j))) {
      context.lineWidth = 3;
      context.strokeRect(left - 1.5, top - 1.5, size + 3, size + 3);
    }
    if (this.example && !off) {
      const { trace } = this.example, value = column ? trace.a[column - 1][j] : trace.x[settings.features.indexOf(Object.keys(FEATURES)[j])];
      context.font = "bold 11px sans-serif";
      context.textAlign = "center";
      const text = short(value), wide = context.measureText(text).width + 4;
      context.fillStyle = colours.back;
      context.fillRect(left + size / 2 - wide / 2, top + size / 2 - 7, wide, 14);
      context.fillStyle = colours.ink;
      context.fillText(text, left + size / 2, top + size / 2 + 4);
    }
  }

  /** Return at how many points a unit is flat, and what it is called if that is nearly everywhere. */
  stateOf(column, j) {
    const { activation } = this.run.settings, { whole, n } = this.run.training, { nOut } = this.run.net.layers[column - 1];
    const a = whole.a[column - 1], bend = { Sigmoid: (v) => v * (1 - v) < 0.01, Tanh: (v) => 1 - v * v < 0.04, ReLU: (v) => v === 0 }[activation];
    let flat = 0;
    for (let row = 0; bend && row < n; row++) flat += bend(a[row * nOut + j]);
    const word = activation === "ReLU" ? (flat === n && "dead") : (bend && flat >= 0.9 * n && "saturated");
    return { flat, word: word || "" };
  }

  /** Below each layer, a bar that says how large its gradient is, on a logarithmic scale from 1e-6 to 1. */
  drawGradients(context) {
    const { layout: { x, size, height }, colours } = this;
    context.font = "10px sans-serif";
    context.textAlign = "center";
    this.sizes = this.run.net.layers.map(({ W, nIn, nOut }, layer) => {
      let sum = 0;
      for (let i = W; i < W + nIn * nOut; i++) sum += this.gradient[i] ** 2;
      const value = Math.sqrt(sum / (nIn * nOut)), from = x[layer] + size + 4, room = x[layer + 1] - from - 4;
      const part = Math.max(0, Math.min(1, (Math.log10(value) + 6) / 6)) || 0;
      context.fillStyle = colours.faint;
      context.fillRect(from, height - 5, room, 3);
      context.fillStyle = colours.loss;
      context.fillRect(from, height - 5, room * part, 3);
      context.fillStyle = colours.ink;
      const text = `${layer || room < 80 ? "" : "gradient "}${short(Number(value.toPrecision(1)))}`;
      if (context.measureText(text).width < room + 20) context.fillText(text, from + room / 2, height - 8);
      return value;
    });
  }

  // --- output and loss ---

  /** Colour a canvas over the plane by what a value from 0 to 1 says at each of its places. */
  paint(canvas, shade, value) {
    const image = this.planeImage ||= new ImageData(SIDE, SIDE), pixels = new Uint32Array(image.data.buffer);
    for (let row = 0; row < SIDE; row++) {
      for (let k = 0; k < SIDE; k++) pixels[(SIDE - 1 - row) * SIDE + k] = shade[shadeOf(value(row * SIDE + k))];
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
    return canvas;
  }

  /** Colour what the network answers. */
  paintAnswers() {
    const { run, colours, field, discrete } = this;
    run.probabilities(this.gridRoom.a[run.net.layers.length - 1], field);
    const shown = discrete ? (v) => Number(v >= 0.5) : (v) => v;
    this.paint(this.plane, colours.answers, (at) => shown(field[at]));
    if (run.outputs === 2) this.paint(this.opposite, colours.answers, (at) => shown(1 - field[at]));
  }

  /** Colour a unit's own map as large as the answers. */
  paintUnit({ column, unit }) {
    const { nOut } = this.run.net.layers[column - 1], a = this.gridRoom.a[column - 1];
    const value = (at) => a[at * nOut + unit], scale = scaleOf(value, this.run.settings.activation);
    return this.paint(this.unitPlane, this.colours.sides, (at) => scale(value(at)));
  }

  drawSurface() {
    const { side, colours, parts, run } = this, context = prepare(parts.surface, side, side);
    const hidden = this.pointed?.column && this.pointed.column < this.columns().length - 1 ? this.pointed : null;
    const { left, bottom, size } = this.window, at = (x1, x2) => [((x1 - left) / size) * side, (1 - (x2 - bottom) / size) * side];
    context.imageSmoothingEnabled = !this.discrete || Boolean(hidden);
    context.drawImage(hidden ? this.paintUnit(hidden) : this.plane, 0, 0, side, side);
    context.strokeStyle = colours.ink;
    if (!hidden) this.drawBorder(context, side);
    const pending = this.own && this.own !== run.settings.points ? this.own : null;
    const testPoints = parts.tests.checked ? run.testPoints : [], test = testPoints.length ? run.measureTest().wrong : [];
    for (const [points, wrong, reach] of [[pending || run.points, pending ? [] : run.wrong(), 4.5], [testPoints, test, 3]]) {
      for (const label of [0, 1]) {
        context.beginPath();
        for (const [x1, x2, y] of points) {
          const [px, py] = at(x1, x2);
          if (y !== label) continue;
          if (label) context.rect(px - reach * 0.9, py - reach * 0.9, 1.8 * reach, 1.8 * reach);
          else { context.moveTo(px + reach, py); context.arc(px, py, reach, 0, 7); }
        }
        context.fillStyle = reach > 4 ? colours.classes[label] : colours.back;
        context.strokeStyle = reach > 4 ? colours.edge : colours.classes[label];
        context.lineWidth = reach > 4 ? 1 : 1.5;
        context.fill();
        context.stroke();
      }
      context.beginPath();
      points.forEach(([x1, x2], row) => {
        const [px, py] = at(x1, x2);
        if (wrong[row]) { context.moveTo(px + reach + 3.5, py); context.arc(px, py, reach + 3.5, 0, 7); }
      });
      context.strokeStyle = colours.ink;
      context.lineWidth = 1.5;
      context.stroke();
    }
    if (this.example) {
      const [px, py] = at(...run.points[this.example.row]);
      context.lineWidth = 3;
      context.strokeRect(px - 11, py - 11, 22, 22);
    }
    setText(parts.title, hidden ? this.nameOf(hidden.column, hidden.unit) : "Output");
    if (!this.training) {
      const wrong = run.wrong().filter(Boolean).length;
      parts.surface.setAttribute("aria-label", `What the network answers over the plane, with ${run.points.length} points, ${wrong} of them wrong`);
      parts.loss.setAttribute("aria-label", `The loss by epoch: ${short(run.training.loss)} at epoch ${run.training.epoch}, ${short(this.curve[0][1])} at the start`);
    }
  }

  /** Draw the line on which the output is one half, square by square. */
  drawBorder(context, side) {
    const { field } = this, step = side / SIDE, cut = (a, b) => (0.5 - a) / (b - a);
    context.beginPath();
    for (let row = 0; row < SIDE - 1; row++) {
      for (let k = 0; k < SIDE - 1; k++) {
        const at = row * SIDE + k, [a, b, c, d] = [field[at], field[at + 1], field[at + SIDE], field[at + SIDE + 1]];
        const kind = (a >= 0.5) + 2 * (b >= 0.5) + 4 * (c >= 0.5) + 8 * (d >= 0.5);
        if (kind === 0 || kind === 15) continue;
        const crossings = [];
        if ((a >= 0.5) !== (b >= 0.5)) crossings.push([k + cut(a, b), row]);
        if ((a >= 0.5) !== (c >= 0.5)) crossings.push([k, row + cut(a, c)]);
        if ((b >= 0.5) !== (d >= 0.5)) crossings.push([k + 1, row + cut(b, d)]);
        if ((c >= 0.5) !== (d >= 0.5)) crossings.push([k + cut(c, d), row + 1]);
        crossings.forEach(([x, y], i) => context[i % 2 ? "lineTo" : "moveTo"]((x + 0.5) * step, side - (y + 0.5) * step));
      }
    }
    context.lineWidth = 1.8;
    context.stroke();
  }

  drawLoss() {
    const { side, colours, curve, parts } = this, height = side < 200 ? side : 130, context = prepare(parts.loss, side, height);
    const values = curve.flatMap(([, loss, test]) => [loss, test]).filter((value) => value > 0 && value < Infinity);
    const far = Math.max(1, Math.ceil(Math.log10(Math.max(10, this.run.training.epoch))));
    const low = Math.min(-1, Math.floor(Math.log10(Math.min(...values, 1)))), high = Math.max(0, Math.ceil(Math.log10(Math.max(...values, 0.1))));
    const frame = { left: 38, right: side - 8, top: 6, bottom: height - 20 };
    const x = (epoch) => frame.left + (frame.right - frame.left) * Math.log10(Math.max(epoch, 1)) / far;
    const y = (loss) => frame.bottom - (frame.bottom - frame.top) * (Math.log10(loss) - low) / (high - low);
    context.font = "11px sans-serif";
    context.lineWidth = 1;
    context.fillStyle = colours.ink;
    context.strokeStyle = colours.faint;
    context.beginPath();
    const every = Math.ceil((high - low) / 4);
    for (let k = low; k <= high; k += every) {
      context.moveTo(frame.left, y(10 ** k)); context.lineTo(frame.right, y(10 ** k));
      context.textAlign = "right";
      context.fillText(Math.abs(k) > 3 ? `1e${k}`.replace("-", "−") : String(10 ** k), frame.left - 4, y(10 ** k) + 4);
    }
    for (let k = 0; k <= far; k++) {
      context.moveTo(x(10 ** k), frame.top); context.lineTo(x(10 ** k), frame.bottom);
      context.textAlign = k === far ? "right" : "center";
      context.fillText(k > 3 ? `1e${k}` : String(10 ** k), x(10 ** k) + (k === far ? 4 : 0), height - 5);
    }
    context.stroke();
    [[1, colours.loss, []], [2, colours.test, [6, 4]]].forEach(([column, colour, dash]) => {
      context.beginPath();
      curve.forEach((row) => {
        if (row[0] >= 1 && row[column] > 0 && row[column] < Infinity) context.lineTo(x(row[0]), y(row[column]));
      });
      context.strokeStyle = colour;
      context.setLineDash(dash);
      context.lineWidth = 2;
      context.stroke();
    });
    context.setLineDash([]);
    setText(parts.curves, this.run.testPoints.length ? "dashed: test" : "by epoch");
  }

  // --- what is pointed at ---

  /** Return the edge nearest to the pointer, or the present place if it is over a unit. */
  edgeAt(event) {
    const { place } = event.target.closest(".pg-unit") ?? {};
    if (place) return place;
    if (event.target.closest(".pg-widths")) return this.pointed;
    const box = this.parts.map.getBoundingClientRect(), [px, py] = [event.clientX - box.left, event.clientY - box.top];
    let best = null, nearest = event.pointerType === "touch" ? 14 : 7;
    this.run.net.layers.forEach(({ nIn, nOut }, layer) => {
      for (let i = 0; i < nIn; i++) {
        for (let j = 0; j < nOut; j++) {
          const [x0, y0, x1, y1] = this.ends(layer, i, j), t = (px - x0) / (x1 - x0);
          const away = Math.abs(py - (y0 + (y1 - y0) * t * t * (3 - 2 * t)));
          if (t >= 0 && t <= 1 && away < nearest) [best, nearest] = [{ layer, i, j }, away];
        }
      }
    });
    return best;
  }

  point(place) {
    this.pinned = false;
    if (JSON.stringify(place) === JSON.stringify(this.pointed)) return;
    this.pointed = place && place.input === -1 ? null : place;
    if (!this.training) this.draw();
  }

  /** What is pressed stays chosen until something else is; its number can be typed at once where no finger would open a keyboard. */
  pin(event) {
    const place = this.edgeAt(event), known = place && this.parameterOf(place) !== null;
    if (place && "input" in place) return;
    this.point(place);
    this.pinned = Boolean(place);
    this.inspect();
    if (known && event.pointerType !== "touch") this.parts.inspector.querySelector("input")?.select();
  }

  /** Choose nothing; whoever was at a weight's field goes back to its unit. */
  leave() {
    const place = this.pointed, typing = this.parts.inspector.contains(document.activeElement);
    this.point(null);
    if (typing) this.nodes[place.column ?? place.layer + 1][place.unit ?? place.j].focus();
  }

  /** Say what is pointed at: an edge's value and gradient, a unit's bias and state. */
  inspect() {
    const { inspector } = this.parts, { net, training, settings, points } = this.run, place = this.pointed;
    const key = JSON.stringify([place, this.pinned]);
    if (inspector.place !== key) {
      inspector.place = key;
      inspector.replaceChildren(element("span"));
      if (this.pinned && this.parameterOf(place) !== null && !settings.hide.includes("weights")) inspector.append(this.editor(place));
    }
    const text = inspector.firstChild, value = (at) => `${short(net.theta[at])}, gradient ${short(this.gradient[at])}`;
    const example = this.example ? `Example ${this.example.row + 1} of ${points.length}: label ${points[this.example.row][2]}, loss ${short(this.example.value)}. `
      + "In the units: what they answer; on edges: the weight, and below it the gradient. " : "";
    let said = example || `Point at an edge or a unit${settings.hide.includes("weights") ? "." : "; press it to set its weight or bias."}`;
    if (place && "layer" in place) {
      said = `Weight from ${this.sourceOf(place)} to ${this.nameOf(place.layer + 1, place.j).toLowerCase()}: ${value(this.parameterOf(place))}.`;
    } else if (place && place.column) {
      const at = this.parameterOf(place), last = place.column === this.columns().length - 1, state = last ? {} : this.stateOf(place.column, place.unit);
      said = `${this.nameOf(place.column, place.unit)}: ${at === null ? "no bias" : `bias ${value(at)}`}`
        + `${state.flat ? `; flat at ${state.flat} of ${training.n} points${state.word && `: ${state.word}`}` : ""}.`;
    }
    setText(text, said);
  }

  /** Return fields for what is pinned: which of its unit's weights, and a new value. */
  editor(place) {
    const { layer, unit } = "layer" in place ? { layer: place.layer, unit: place.j } : { layer: place.column - 1, unit: place.unit };
    const { nIn, b } = this.run.net.layers[layer], which = element("select", { "aria-label": "Which weight" });
    const from = Array.from({ length: nIn }, (_, i) => ({ layer, i, j: unit }));
    const all = [...(b < 0 ? [] : [{ column: layer + 1, unit }]), ...from];
    which.append(...all.map((one) => element("option", { textContent: "layer" in one ? `weight from ${this.sourceOf(one)}` : "bias",
      selected: this.parameterOf(one) === this.parameterOf(place) })));
    which.addEventListener("change", () => {
      this.point(all[which.selectedIndex]);
      this.pinned = true;
      this.inspect();
      this.parts.inspector.querySelector("select").focus();
    });
    const value = element("input", { name: "weight", inputMode: "decimal", autocomplete: "off" });
    value.addEventListener("change", () => {
      try {
        this.run.set(this.parameterOf(place), value.value.trim() ? Number(value.value.replace(",", ".").replace("−", "-")) : NaN);
        this.say("");
        this.refresh();
        this.publish();
      } catch (error) {
        this.say(`${error.message}. The run stays as it was.`);
      }
    });
    return element("span", {}, which, element("label", {}, " Set to ", value));
  }

  /** Say how many weights were set by hand, and offer to begin without. */
  tellByHand() {
    const { hand } = this.parts, { length } = this.run.settings.weights;
    if (hand.told === length) return;
    hand.told = length;
    const without = element("button", { type: "button", textContent: "Begin without" });
    without.addEventListener("click", () => this.change({ weights: [] }));
    hand.replaceChildren(...(length ? [`${length} weight${length > 1 ? "s" : ""} set by hand. `, without] : []));
  }

  sourceOf({ layer, i }) {
    return layer ? this.nameOf(layer, i).toLowerCase() : FEATURES[this.run.settings.features[i]].label;
  }

  /** Return the place in θ of an edge's weight or a unit's bias, or null. */
  parameterOf(place) {
    const { layers } = this.run.net;
    if ("layer" in place) return layers[place.layer].W + place.i * layers[place.layer].nOut + place.j;
    if (!place.column || layers[place.column - 1].b < 0) return null;
    return layers[place.column - 1].b + place.unit;
  }

  /** Arrow keys go from unit to unit. */
  walk(event) {
    const steps = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    const column = this.nodes.findIndex((nodes) => nodes.includes(event.target));
    if (!steps || column < 0) return;
    event.preventDefault();
    const nodes = this.nodes[column + steps[0]] || this.nodes[column], at = this.nodes[column].indexOf(event.target) + steps[1];
    nodes[Math.max(0, Math.min(nodes.length - 1, at))].focus();
  }

  // --- panels ---

  showCode() {
    const { settings, training } = this.run, text = toScript(settings, training.epoch), { script } = this.parts;
    const within = training.rows.length ? " The run stands within an epoch; the script ends before it." : "";
    const copy = element("button", { type: "button", textContent: "Copy" });
    copy.addEventListener("click", () => this.copy(text, copy));
    script.replaceChildren(element("p", { textContent: `This script repeats the run up to epoch ${training.epoch}.${within} ` }, copy),
      element("pre", { tabIndex: 0, textContent: text, "aria-label": "Script" }));
  }

  copyLink() {
    this.publish();
    this.copy(location.href, this.parts.link);
  }

  async copy(text, button) {
    const before = button.textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      this.say(text.startsWith("http") || text.startsWith("file") ? `The link: ${text}` : "The browser doesn't allow copying here; select the text.");
    }
    setTimeout(() => { button.textContent = before; }, 1500);
  }

  /** Train sixteen seeds, this one's first, and draw their losses beside each other. */
  showSeeds() {
    const { panel } = this.parts, { settings, training } = this.run, epochs = Math.max(1000, 10 ** Math.ceil(Math.log10(training.epoch || 1)));
    this.stopSeeds();
    const runs = Array.from({ length: SEEDS }, (_, k) => ({ run: new Run({ ...settings, seed: (settings.seed + k) % 2 ** 32 }), curve: [] }));
    const sentence = element("p", { role: "status" }), list = element("div", { className: "pg-seeds" });
    for (const one of runs) {
      const { seed } = one.run.settings;
      one.canvas = element("canvas", { "aria-hidden": "true" });
      one.text = element("span");
      const button = element("button", { type: "button", title: `Take seed ${seed}` }, one.canvas, one.text);
      button.addEventListener("click", () => this.change({ seed }));
      list.append(button);
    }
    panel.replaceChildren(sentence, list);
    const tick = () => {
      const end = performance.now() + 10;
      let going = runs;
      while (performance.now() < end && going.length) {
        going = runs.filter(({ run }) => !run.training.diverged && run.training.epoch < epochs);
        for (const one of going) {
          one.run.training.advance();
          const { epoch, loss, accuracy } = one.run.training, last = one.curve[one.curve.length - 1];
          if (!last || epoch >= 1.03 * last[0]) one.curve.push([epoch, loss]);
          if (accuracy === 1) one.solved ??= epoch;
        }
      }
      if (this.visible) runs.forEach((one) => this.drawSeed(one, epochs));
      const solved = runs.filter((one) => one.solved).map((one) => one.solved).sort((a, b) => a - b);
      sentence.textContent = going.length ? `Sixteen seeds, epoch ${Math.max(...runs.map((one) => one.run.training.epoch))} of ${epochs} …`
        : `Sixteen seeds, ${epochs} epochs: ${solved.length} of 16 had all points right at some epoch`
          + `${solved.length > 1 ? `, the first at ${solved[0]}, the last at ${solved[solved.length - 1]}` : ""}. Press one to take its seed.`;
      if (going.length) this.seedFrame = requestAnimationFrame(tick);
    };
    this.seedFrame = requestAnimationFrame(tick);
  }

  drawSeed({ run, curve, canvas, text, solved }, epochs) {
    const context = prepare(canvas, 64, 44), far = Math.log10(epochs), y = (loss) => 2 + 40 * Math.min(1, Math.max(0, -Math.log10(loss) / 4));
    context.beginPath();
    for (const [epoch, loss] of curve) context.lineTo(2 + 60 * Math.log10(epoch) / far, y(loss));
    context.strokeStyle = this.colours.loss;
    context.lineWidth = 1.8;
    context.stroke();
    const { diverged } = run.training;
    text.textContent = `${run.settings.seed} ${diverged ? "diverged" : solved ? `✓ ${solved}` : "–"}`;
  }

  stopSeeds() {
    cancelAnimationFrame(this.seedFrame);
    this.parts.panel.replaceChildren();
  }

  /** The picture's numbers for those who can't see it, and for those who want them. */
  tabulate() {
    if (!this.parts.details.open) return;
    this.tabulated = performance.now();
    const { net, settings } = this.run, columns = this.columns(), row = (cells, tag = "td") =>
      element("tr", {}, ...cells.map((cell, k) => element(k ? tag : "th", { textContent: cell, ...(tag === "th" && { scope: "col" }), ...(!k && tag === "td" && { scope: "row" }) })));
    const table = (title, ...rows) => element("table", {}, element("caption", { textContent: title }), ...rows);
    const layers = net.layers.map(({ nOut }, k) => row([k < settings.hidden.length ? `layer ${k + 1}` : "output", nOut, short(this.sizes?.[k] ?? NaN)]));
    const units = net.layers.flatMap(({ nIn, nOut, W, b }, k) => Array.from({ length: nOut }, (_, j) => {
      const inputs = Array.from({ length: nIn }, (_, i) => `${k ? i + 1 : FEATURES[settings.features[i]].label}: ${short(net.theta[W + i * nOut + j])}`);
      const { flat = "", word = "" } = k + 2 < columns.length ? this.stateOf(k + 1, j) : {};
      return row([this.nameOf(k + 1, j), inputs.join("; "), b < 0 ? "none" : short(net.theta[b + j]), `${flat} ${word}`.trim()]);
    }));
    this.parts.table.replaceChildren(
      table("Layers", row(["layer", "units", "gradient of its weights (root mean square)"], "th"), ...layers),
      table("Units", row(["unit", "weights from the layer before", "bias", "flat at so many points"], "th"), ...units));
  }
}

const short5 = (value) => (Number.isFinite(value) ? value.toFixed(5) : String(value));

const frontEnd = {
  render({ model, el }) {
    const view = new Playground(model, el);
    return () => view.destroy();
  },
};
export default frontEnd;

/** Show the playground in a page without a kernel: a stand-in for the widget's model, and links to its settings. */
export function showInPage(el, settings) {
  const state = { settings, linked: true };
  const model = { get: (name) => state[name], set: (name, value) => { state[name] = value; }, on() {}, save_changes() {} };
  frontEnd.render({ model, el });
  const show = () => fromLink(location.hash) && el.scrollIntoView();
  addEventListener("hashchange", show);
  show();
}
