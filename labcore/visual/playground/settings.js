// A run as data: what can be chosen, what can't be, the run itself, its link, and the labcore script that repeats it.
import { Generator } from "./random.js";
import { ACTIVATIONS, LOSSES, OPTIMIZERS, Network, Training, isRight } from "./engine.js";

export const MOST_LAYERS = 6, MOST_UNITS = 16;
const TAU = 2 * Math.PI;
const alternating = (n) => Array.from({ length: n }, (_, i) => i % 2);
const polar = (radius, angle) => [radius * Math.cos(angle), radius * Math.sin(angle)];

/** Problems: each draws its points [[x1, x2, label], ...] from a Generator. */
export const PROBLEMS = {
  linear: (rng) => Array.from({ length: 100 }, () => {
    const [x1, x2] = [rng.random(), rng.random()];
    return [x1, x2, x1 > x2 ? 0 : 1];
  }),
  xor: () => Array.from({ length: 11 }, (_, i) => [[0.1 * i, 0.1 * i, 0], [0.1 * i, 1 - 0.1 * i, 1]]).flat()
    .filter((point, i) => i !== 11),
  circles: (rng) => alternating(200).map((y) => [...polar(1 - 0.5 * y, TAU * rng.random()), y]),
  spirals: (rng) => alternating(200).map((y) => {
    const radius = 0.1 + 0.9 * Math.sqrt(rng.random());
    return [...polar(radius, TAU * 1.5 * radius + Math.PI * y), y];
  }),
};

const normal = (std) => (rng) => std * rng.normal(), uniform = (limit) => (rng) => rng.uniform(-limit, limit);
const xavierLimit = (nIn, nOut) => Math.sqrt(6 / (nIn + nOut));

/** Initial weights: for a layer's numbers of inputs and outputs, what draws one weight. */
export const INITIALIZERS = {
  zeros: () => () => 0,
  normal: () => normal(1),
  uniform: () => uniform(1),
  xavier_normal: (nIn, nOut) => normal(Math.sqrt(2 / (nIn + nOut))),
  xavier_uniform: (nIn, nOut) => uniform(xavierLimit(nIn, nOut)),
  he_normal: (nIn) => normal(Math.sqrt(2 / nIn)),
  he_leaky_normal: (nIn, nOut) => normal(Math.sqrt(2 / ((1 + xavierLimit(nIn, nOut) ** 2) * nIn))),
};

/** Inputs that a network can be given: what is seen, what is computed, and Python's words for it. */
export const FEATURES = {
  x1: { label: "x₁", of: (x1) => x1, python: "x1" },
  x2: { label: "x₂", of: (x1, x2) => x2, python: "x2" },
  x1x1: { label: "x₁²", of: (x1) => x1 * x1, python: "x1 * x1" },
  x2x2: { label: "x₂²", of: (x1, x2) => x2 * x2, python: "x2 * x2" },
  x1x2: { label: "x₁x₂", of: (x1, x2) => x1 * x2, python: "x1 * x2" },
  sin1: { label: "sin 2πx₁", of: (x1) => Math.sin(TAU * x1), python: "np.sin(2 * np.pi * x1)" },
  sin2: { label: "sin 2πx₂", of: (x1, x2) => Math.sin(TAU * x2), python: "np.sin(2 * np.pi * x2)" },
};

export const PENALTIES = { none: () => 0, L1: Math.sign, L2: (weight) => weight };

/**
 * Settings under labcore's names; `hyper` holds the optimizer's numbers but for its rate, `weights` what is set by hand,
 * [place in θ, value, after how many updates], and `hide` what isn't shown: settings, or some of PARTS.
 */
export const DEFAULTS = {
  problem: "xor", noise: 0, data_seed: 0, test: 0, points: [], features: ["x1", "x2"],
  hidden: [10, 10], activation: "Sigmoid", output: "Sigmoid", loss: "squared_error",
  optimizer: "SGD", lr: 1, hyper: {}, penalty: "none", penalty_rate: 0.001,
  bias: true, init: "normal", init_scale: 1, batch_size: null, seed: 0, weights: [], hide: [],
};
export const PARTS = ["settings", "step", "reset", "curve", "speed", "seeds", "code", "link", "table"];
const CHOICES = { activation: ACTIVATIONS, output: ACTIVATIONS, loss: LOSSES, optimizer: OPTIMIZERS, init: INITIALIZERS,
  penalty: PENALTIES, problem: { ...PROBLEMS, own: 0 } };

/** Return an optimizer's own hyper-parameters, without its rate. */
export function hyperOf(optimizer) {
  const { lr, ...others } = OPTIMIZERS[optimizer].hyper;
  return others;
}

function whole(name, value, least, most = Infinity) {
  if (!(Number.isInteger(value) && value >= least && value <= most)) {
    const limits = `at least ${least}${most < Infinity ? ` and at most ${most}` : ""}`;
    throw new Error(`${name} must be a whole number of ${limits}; got ${value}; for example ${Math.min(Math.max(least, 10), most)}`);
  }
}

function between(name, value, low, high, lowIncluded = true) {
  if (!(typeof value === "number" && (lowIncluded ? value >= low : value > low) && value < high)) {
    const edge = `${lowIncluded ? "[" : "("}${low === -Infinity ? "-inf" : low}, ${high === Infinity ? "inf" : high})`;
    throw new Error(`${name} must lie in ${edge}; got ${value}; for example ${high > 1 ? 0.1 : 0.9}`);
  }
}

/** Return all settings for some given ones; an Error of one sentence says what can't be. */
export function check(given) {
  const own = given.optimizer && given.lr === undefined && OPTIMIZERS[given.optimizer];
  const settings = { ...DEFAULTS, ...(own && { lr: own.hyper.lr }), ...given };
  for (const name of Object.keys(given)) {
    if (!(name in DEFAULTS)) throw new Error(`there is no setting ${name}; there are ${Object.keys(DEFAULTS).join(", ")}`);
  }
  for (const [name, known] of Object.entries(CHOICES)) {
    if (!Object.hasOwn(known, settings[name])) {
      throw new Error(`${name} must be one of ${Object.keys(known).join(", ")}; got ${settings[name]}`);
    }
  }
  const { hidden, features, optimizer, points, problem, hyper } = settings;
  const takes = hyperOf(optimizer);
  for (const [name, value] of Object.entries(hyper)) {
    if (!(name in takes)) throw new Error(`${optimizer} has no ${name}; it has ${Object.keys(takes).join(", ") || "its rate alone"}`);
    if (typeof takes[name] === "number") between(name, value, 0, name.startsWith("beta") ? 1 : Infinity, name !== "eps");
  }
  between("lr", settings.lr, 0, Infinity, false);
  for (const name of ["noise", "penalty_rate", "init_scale"]) between(name, settings[name], 0, Infinity);
  between("test", settings.test, 0, 0.9);
  for (const name of ["seed", "data_seed"]) whole(name, settings[name], 0, 2 ** 32 - 1);
  if (hidden.length > MOST_LAYERS) throw new Error(`there is room for ${MOST_LAYERS} hidden layers; got ${hidden.length}`);
  hidden.forEach((width) => whole("each of hidden", width, 1, MOST_UNITS));
  if (!features.length || features.some((name) => !(name in FEATURES))) {
    throw new Error(`a network needs an input; there are ${Object.keys(FEATURES).join(", ")}; got ${features.join(", ") || "none"}`);
  }
  if (problem === "own" && new Set(points.map((point) => point[2])).size < 2) {
    throw new Error("two classes need a point each; place one of the other class");
  }
  const names = [...Object.keys(DEFAULTS), ...PARTS], stranger = settings.hide.find((name) => !names.includes(name));
  if (stranger !== undefined) throw new Error(`there is nothing to hide called ${stranger}; there are ${names.join(", ")}`);
  const n = split(settings).train.length;
  if (settings.batch_size !== null) {
    whole("batch_size", settings.batch_size, 1);
    if (settings.batch_size > n) {
      throw new Error(`batch_size must be at most ${n}, the number of points; got ${settings.batch_size}; ${n} takes them all at once`);
    }
  }
  const loss = LOSSES[settings.loss], ends = [-9, 9].map(ACTIVATIONS[settings.output].forward);
  const shares = Math.min(...ends) >= 0 && Math.max(...ends) <= 1;
  if (loss.probabilities && !shares) {
    throw new Error(`${settings.loss} takes probabilities; got output ${settings.output}, which gives any number; `
      + "choose output Sigmoid, or loss sigmoid_cross_entropy");
  }
  if (loss.threshold === 0 && shares) {
    throw new Error(`${settings.loss} has its own sigmoid; got output ${settings.output}, a second one; `
      + "choose output Identity, or loss binary_cross_entropy");
  }
  const size = networkOf(settings).theta.length;
  for (const [place, value, updates = 0] of settings.weights) {
    whole("the place of a weight set by hand", place, 0, size - 1);
    between("a weight set by hand", value, -Infinity, Infinity, false);
    whole("the updates before a weight is set by hand", updates, 0);
  }
  return settings;
}

const outputsOf = ({ loss }) => (LOSSES[loss].oneHot ? 2 : 1);

function networkOf(s) {
  return new Network([s.features.length, ...s.hidden, outputsOf(s)], s.activation, s.output, s.bias);
}

/** Return which rows are for training, and which are kept for the test. */
function split({ problem, points, test, data_seed: seed }) {
  const n = problem === "own" ? points.length : PROBLEMS[problem](new Generator(0)).length;
  if (!test) return { train: Array.from({ length: n }, (_, row) => row), test: [] };
  const rows = new Generator(seed).permutation(n), kept = Math.round(test * n);
  return { train: rows.slice(kept), test: rows.slice(0, kept) };
}

function drawPoints({ problem, points, noise, data_seed: seed }) {
  if (problem === "own") return points;
  const rng = new Generator(seed), drawn = PROBLEMS[problem](rng);
  return noise ? drawn.map(([x1, x2, y]) => [x1 + noise * rng.normal(), x2 + noise * rng.normal(), y]) : drawn;
}

/** Settings being carried out: `points` and `testPoints`, the network `net`, and its `training`. */
export class Run {
  constructor(settings) {
    const s = this.settings = settings, points = drawPoints(s), { train, test } = split(s);
    this.points = train.map((row) => points[row]);
    this.testPoints = test.map((row) => points[row]);
    this.outputs = outputsOf(s);
    this.net = networkOf(s);
    const weights = new Generator(s.seed);
    for (const { W, nIn, nOut } of this.net.layers) {
      const draw = INITIALIZERS[s.init](nIn, nOut);
      for (let i = W; i < W + nIn * nOut; i++) this.net.theta[i] = draw(weights) * s.init_scale;
    }
    this.byHand(this.net.theta, 0);
    const order = new Generator(s.seed), slope = PENALTIES[s.penalty];
    this.training = new Training(this.net, this.inputs(this.points), this.targets(this.points), {
      loss: s.loss, optimizer: { name: s.optimizer, lr: s.lr, ...s.hyper }, batchSize: s.batch_size,
      order: () => order.permutation(train.length), byHand: (theta, t) => this.byHand(theta, t),
      penalty: s.penalty === "none" ? undefined : (theta, g) => theta.forEach((weight, i) => { g[i] += s.penalty_rate * slope(weight); }),
    });
    this.test = { x: this.inputs(this.testPoints), y: this.targets(this.testPoints), room: this.net.room(test.length) };
  }

  /** Set the weights that are set by hand after so many updates. */
  byHand(theta, t) {
    for (const [place, value, updates = 0] of this.settings.weights) if (updates === t) theta[place] = value;
  }

  /** Set a weight now, and whenever this run is repeated. */
  set(place, value) {
    const { settings, training } = this, { t } = training.optimizer;
    const others = settings.weights.filter(([one, , updates = 0]) => one !== place || updates !== t);
    this.settings = check({ ...settings, weights: [...others, [place, value, t]] });
    this.byHand(this.net.theta, t);
    training.measure();
  }

  inputs(points) {
    const of = this.settings.features.map((name) => FEATURES[name].of);
    return Float64Array.from(points.flatMap(([x1, x2]) => of.map((feature) => feature(x1, x2))));
  }

  targets(points) {
    return Float64Array.from(points.flatMap(([, , y]) => (this.outputs === 2 ? [1 - y, y] : [y])));
  }

  /** Return the loss on the test points, and which of them are wrong. */
  measureTest() {
    const { x, y, room } = this.test, loss = LOSSES[this.settings.loss], p = this.net.forward(x, room);
    const value = loss.value(p, y, room.n, this.outputs, room.d[room.d.length - 1]);
    return { loss: value, wrong: this.testPoints.map((_, row) => !isRight(p, y, row, this.outputs, loss.threshold)) };
  }

  /** Return which of the points are wrong, as they were measured last. */
  wrong() {
    const { whole, y } = this.training, { threshold } = LOSSES[this.settings.loss];
    return this.points.map((_, row) => !isRight(whole.a[whole.a.length - 1], y, row, this.outputs, threshold));
  }

  /** Write the probability of class 1 for n outputs of the network. */
  probabilities(output, into) {
    const logits = LOSSES[this.settings.loss].threshold === 0, { forward } = ACTIVATIONS.Sigmoid;
    for (let i = 0; i < into.length; i++) {
      const p = this.outputs === 2 ? output[2 * i + 1] - output[2 * i] : output[i];
      into[i] = logits ? forward(p) : p;
    }
    return into;
  }
}

/** Return the settings as the part of a link after #, without those that are the defaults. */
export function toLink(settings) {
  const given = { ...settings, ...settings.hyper }, parts = [];
  for (const [name, value] of Object.entries(given)) {
    const usual = name === "lr" && settings.optimizer !== "SGD" ? NaN : { ...hyperOf(settings.optimizer), ...DEFAULTS }[name];
    if (name !== "hyper" && write(value) !== write(usual)) parts.push(`${name}=${write(value, name)}`);
  }
  return parts.join("&");
}

function write(value, name = "") {
  if (!Array.isArray(value)) return value === null ? "all" : String(value);
  return value.map((item) => (Array.isArray(item) ? item.join(":") : item)).join(name === "hidden" ? "-" : ",") || "none";
}

/** Return the settings that a link gives, or null if it isn't one to the playground. */
export function fromLink(hash) {
  if (!hash.includes("=")) return null;
  const given = {}, hyper = {};
  for (const [name, text] of new URLSearchParams(hash.replace(/^#/, ""))) {
    const list = text === "none" ? [] : text.split(name === "hidden" ? "-" : ",");
    const value = text === "true" ? true : text === "false" ? false : Number(text);
    if (!(name in DEFAULTS)) hyper[name] = value;
    else if (name === "points" || name === "weights") given[name] = list.map((item) => item.split(":").map(Number));
    else if (name === "hidden") given[name] = list.map(Number);
    else if (name === "features" || name === "hide") given[name] = list;
    else if (name === "batch_size") given[name] = text === "all" ? null : value;
    else given[name] = typeof DEFAULTS[name] === "string" ? text : value;
  }
  return { ...given, hyper };
}

const python = (value) => (value === true ? "True" : value === false ? "False" : value === null ? "None"
  : Array.isArray(value) ? `[${value.map(python).join(", ")}]` : typeof value === "string" ? `"${value}"` : String(value));
const keywords = (values) => Object.entries(values).map(([name, value]) => `${name}=${python(value)}`).join(", ");

/** Return a Python script that repeats the run up to that epoch. */
export function toScript(s, epochs) {
  const kept = split(s).test.length;
  const plain = s.features.join() === "x1,x2", generate = `generate_${s.problem}${s.problem === "xor" ? "_easy" : ""}`;
  const lines = ["import labcore as lab"];
  if (kept || !plain || s.problem === "own" || LOSSES[s.loss].oneHot || s.penalty !== "none") lines.unshift("import numpy as np", "");
  lines.push("");
  if (s.problem === "own") lines.push(`points = np.array(${python(s.points)}, float)`, "x, y = points[:, :2], points[:, 2:]");
  else lines.push(`x, y = lab.${generate}(${keywords({ noise: s.noise, seed: s.data_seed })})`);
  if (!plain) {
    lines.push("x1, x2 = x.T", `x = np.column_stack([${s.features.map((name) => FEATURES[name].python).join(", ")}])`);
  }
  if (LOSSES[s.loss].oneHot) lines.push("y = np.hstack([1 - y, y])  # a column for each class");
  if (kept) {
    lines.push(`rows = np.random.default_rng(${s.data_seed}).permutation(len(x))`, `test, rows = rows[:${kept}], rows[${kept}:]`,
      "x_test, y_test, x, y = x[test], y[test], x[rows], y[rows]");
  }
  lines.push("", `net = lab.mlp(${python(networkOf(s).sizes)}, hidden="${s.activation}", output="${s.output}",`,
    `              ${keywords({ ...(!s.bias && { bias: false }), init: s.init, seed: s.seed })})`);
  if (s.init_scale !== 1) lines.push("for layer in net.layers[::2]:", `    layer.W *= ${s.init_scale}`);
  const byHand = ([place, value, updates]) => (updates ? `        if self.t == ${updates}:\n            theta[${place}] = ${value}`
    : `net.theta[${place}] = ${value}`);
  const atStart = s.weights.filter(([, , updates]) => !updates), later = s.weights.filter(([, , updates]) => updates);
  lines.push(...atStart.map(byHand));
  let optimizer = `lab.${s.optimizer}`;
  if (s.penalty !== "none") {
    const term = s.penalty === "L1" ? "np.sign(theta)" : "theta";
    lines.push("", "", `class Penalized(${optimizer}):  # ${s.penalty}`, "    def update(self, theta, grad):",
      `        super().update(theta, grad + ${s.penalty_rate} * ${term})`);
    optimizer = "Penalized";
  }
  if (later.length) {
    lines.push("", "", `class ByHand(${optimizer}):  # sets weights after so many updates`, "    def update(self, theta, grad):",
      "        super().update(theta, grad)", ...later.map(byHand));
    optimizer = "ByHand";
  }
  if (!optimizer.startsWith("lab.")) lines.push("", "");
  lines.push(`epochs = lab.epochs(net, x, y, loss="${s.loss}", optimizer=${optimizer}(${keywords({ lr: s.lr, ...s.hyper })}),`,
    `                    batch_size=${python(s.batch_size)}, epochs=${Math.max(epochs, 1)}, seed=${s.seed})`);
  if (epochs) lines.push("for epoch in epochs:", "    pass  # each epoch has a loss, and net is the network as it is then");
  else lines.push("epoch = next(epochs)  # epoch 0, before the first step");
  lines.push('print(f"epoch {epoch.number}, loss {float(epoch.loss)!r}, accuracy {epoch.accuracy:.4f}")');
  if (kept) lines.push(`print(f"test loss {float(lab.${s.loss}(net.predict(x_test), y_test)[0])!r}")`);
  return lines.join("\n");
}
