// labcore's networks in JavaScript: the same vector θ, the same layers, losses, optimizers and batches under the same names.
// Rows of arrays lie end to end in a Float64Array. A test trains both from one θ and compares.

const sigmoid = (x) => 1 / (1 + Math.exp(Math.min(-x, 709)));

/** Activations: y of x, and dL/dx of x, y and dL/dy. */
export const ACTIVATIONS = {
  Sigmoid: { forward: sigmoid, backward: (x, y, dy) => dy * y * (1 - y) },
  Tanh: { forward: Math.tanh, backward: (x, y, dy) => dy * (1 - y * y) },
  ReLU: { forward: (x) => Math.max(x, 0), backward: (x, y, dy) => dy * (x > 0 ? 1 : 0) },
  LeakyReLU: { forward: (x) => Math.max(x, 0.01 * x), backward: (x, y, dy) => dy * (x > 0 ? 1 : 0.01) },
  Identity: { forward: (x) => x, backward: (x, y, dy) => dy },
};

const EPS = 1e-12;

/** Losses: each returns its value and writes dL/dŷ; predictions p and targets y are n rows of k numbers. */
export const LOSSES = {
  squared_error: {
    threshold: 0.5,
    value(p, y, n, k, gradient) {
      let total = 0;
      for (let i = 0; i < n * k; i++) {
        const error = p[i] - y[i];
        total += error * error;
        gradient[i] = error * (2 / (n * k));
      }
      return total / (n * k);
    },
  },
  binary_cross_entropy: {
    threshold: 0.5, probabilities: true,
    value(p, y, n, k, gradient) {
      let total = 0;
      for (let i = 0; i < n * k; i++) {
        const q = Math.min(Math.max(p[i], EPS), 1 - EPS);
        total += y[i] * Math.log(q) + (1 - y[i]) * Math.log(1 - q);
        gradient[i] = (q - y[i]) / (q * (1 - q) * (n * k));
      }
      return -total / (n * k);
    },
  },
  sigmoid_cross_entropy: {
    threshold: 0,
    value(p, y, n, k, gradient) {
      let total = 0;
      for (let i = 0; i < n * k; i++) {
        total += Math.max(p[i], 0) - y[i] * p[i] + Math.log1p(Math.exp(-Math.abs(p[i])));
        gradient[i] = (sigmoid(p[i]) - y[i]) / (n * k);
      }
      return total / (n * k);
    },
  },
  softmax_cross_entropy: {
    threshold: 0, oneHot: true,
    value(p, y, n, k, gradient) {
      let logs = 0, hits = 0;
      for (let row = 0; row < n * k; row += k) {
        let largest = -Infinity, sum = 0;
        for (let i = row; i < row + k; i++) largest = Math.max(largest, p[i]);
        for (let i = row; i < row + k; i++) sum += gradient[i] = Math.exp(p[i] - largest);
        for (let i = row; i < row + k; i++) {
          hits += y[i] * (p[i] - largest);
          gradient[i] = (gradient[i] / sum - y[i]) / n;
        }
        logs += Math.log(sum);
      }
      return (logs - hits) / n;
    },
  },
};

/** Return the share of right answers: of one output its side of the threshold, of several the largest. */
export function accuracy(p, y, n, k, threshold) {
  let right = 0;
  for (let row = 0; row < n; row++) right += isRight(p, y, row, k, threshold);
  return right / n;
}

export function isRight(p, y, row, k, threshold) {
  if (k === 1) return (p[row] >= threshold) === (y[row] >= 0.5);
  const largest = (array) => {
    let best = 0;
    for (let i = 1; i < k; i++) if (array[row * k + i] > array[row * k + best]) best = i;
    return best;
  };
  return largest(p) === largest(y);
}

/** Optimizers: hyper-parameters with labcore's defaults, arrays that are kept, and the published rule. */
export const OPTIMIZERS = {
  SGD: {
    hyper: { lr: 0.1 }, memory: [],
    rule({ lr }, theta, g) {
      for (let i = 0; i < g.length; i++) theta[i] -= lr * g[i];
    },
  },
  Momentum: {
    hyper: { lr: 0.1, beta: 0.9, nesterov: false }, memory: ["v"],
    rule({ lr, beta, nesterov, v }, theta, g) {
      for (let i = 0; i < g.length; i++) {
        const step = lr * g[i];
        v[i] = v[i] * beta - step;
        theta[i] += nesterov ? beta * v[i] - step : v[i];
      }
    },
  },
  AdaGrad: {
    hyper: { lr: 0.1, eps: 1e-10, eps_inside: false }, memory: ["sum_g2"],
    rule({ lr, eps, eps_inside, sum_g2 }, theta, g) {
      for (let i = 0; i < g.length; i++) {
        sum_g2[i] += g[i] * g[i];
        theta[i] -= lr * g[i] / (eps_inside ? Math.sqrt(sum_g2[i] + eps) : Math.sqrt(sum_g2[i]) + eps);
      }
    },
  },
  RMSProp: {
    hyper: { lr: 0.01, beta: 0.9, eps: 1e-8 }, memory: ["mean_g2"],
    rule({ lr, beta, eps, mean_g2 }, theta, g) {
      for (let i = 0; i < g.length; i++) {
        mean_g2[i] += (1 - beta) * (g[i] * g[i] - mean_g2[i]);
        theta[i] -= lr * g[i] / (Math.sqrt(mean_g2[i]) + eps);
      }
    },
  },
  Adam: {
    hyper: { lr: 0.001, beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: 0, amsgrad: false, maximize: false },
    memory: ["m", "v", "v_max"],
    rule({ lr, beta1, beta2, eps, weight_decay, amsgrad, maximize, decoupled, t, m, v, v_max }, theta, g) {
      const mScale = 1 - beta1 ** t, vScale = 1 - beta2 ** t;
      for (let i = 0; i < g.length; i++) {
        let slope = maximize ? -g[i] : g[i];
        if (decoupled) theta[i] -= lr * weight_decay * theta[i];
        else slope += weight_decay * theta[i];
        m[i] += (1 - beta1) * (slope - m[i]);
        v[i] += (1 - beta2) * (slope * slope - v[i]);
        v_max[i] = Math.max(v_max[i], v[i]);
        theta[i] -= lr / mScale * m[i] / (Math.sqrt((amsgrad ? v_max[i] : v[i]) / vScale) + eps);
      }
    },
  },
};
OPTIMIZERS.AdamW = {
  ...OPTIMIZERS.Adam, hyper: { ...OPTIMIZERS.Adam.hyper, weight_decay: 0.01 },
  rule: (own, theta, g) => OPTIMIZERS.Adam.rule({ ...own, decoupled: true }, theta, g),
};

/** Dense layers and activations over one θ: W1, b1, W2, b2, ... end to end, W with a row for each input. */
export class Network {
  constructor(sizes, hidden, output, bias = true) {
    this.sizes = sizes;
    this.layers = [];
    let place = 0;
    for (let k = 1; k < sizes.length; k++) {
      const [nIn, nOut] = [sizes[k - 1], sizes[k]], W = place, b = bias ? W + nIn * nOut : -1;
      place = W + nIn * nOut + (bias ? nOut : 0);
      this.layers.push({ nIn, nOut, W, b, activation: ACTIVATIONS[k < sizes.length - 1 ? hidden : output] });
    }
    this.theta = new Float64Array(place);
    this.grad = new Float64Array(place);
  }

  /** Return room for the trace of n rows, z and a of each layer, and for the gradients that go back through it. */
  room(n) {
    const array = ({ nOut }) => new Float64Array(n * nOut);
    return { n, x: null, z: this.layers.map(array), a: this.layers.map(array), d: this.layers.map(array) };
  }

  /** Send the n rows of x forward; return the outputs. */
  forward(x, trace) {
    const { theta } = this, { n } = trace;
    trace.x = x;
    this.layers.forEach(({ nIn, nOut, W, b, activation }, k) => {
      const from = k ? trace.a[k - 1] : x, z = trace.z[k], a = trace.a[k], { forward } = activation;
      z.fill(0);
      for (let row = 0; row < n; row++) {
        const start = row * nOut;
        for (let i = 0; i < nIn; i++) {
          const value = from[row * nIn + i], weights = W + i * nOut;
          for (let j = 0; j < nOut; j++) z[start + j] += value * theta[weights + j];
        }
        for (let j = 0; j < nOut; j++) {
          if (b >= 0) z[start + j] += theta[b + j];
          a[start + j] = forward(z[start + j]);
        }
      }
    });
    return trace.a[this.layers.length - 1];
  }

  /** Send dL/dŷ, which lies in the last d of the trace, back; return dL/dθ, which the next call overwrites. */
  backward(trace) {
    const { theta, grad } = this, { n } = trace;
    grad.fill(0);
    for (let k = this.layers.length - 1; k >= 0; k--) {
      const { nIn, nOut, W, b, activation } = this.layers[k], { backward } = activation;
      const from = k ? trace.a[k - 1] : trace.x, z = trace.z[k], a = trace.a[k], d = trace.d[k], below = trace.d[k - 1];
      for (let i = 0; i < n * nOut; i++) d[i] = backward(z[i], a[i], d[i]);
      for (let row = 0; row < n; row++) {
        const start = row * nOut;
        for (let j = 0; b >= 0 && j < nOut; j++) grad[b + j] += d[start + j];
        for (let i = 0; i < nIn; i++) {
          const value = from[row * nIn + i], weights = W + i * nOut;
          let sum = 0;
          for (let j = 0; j < nOut; j++) {
            grad[weights + j] += value * d[start + j];
            sum += d[start + j] * theta[weights + j];
          }
          if (below) below[row * nIn + i] = sum;
        }
      }
    }
    return grad;
  }
}

/**
 * Training, epoch by epoch or batch by batch: `epoch`, `loss` and `accuracy` say where it stands.
 * `optimizer` is {name, ...hyper}; `order` returns the rows of an epoch, `penalty` changes the gradient before a step,
 * `byHand` θ after one.
 */
export class Training {
  constructor(net, x, y, { loss, optimizer, batchSize, order, penalty = () => {}, byHand = () => {} }) {
    const n = x.length / net.sizes[0], k = net.sizes[net.sizes.length - 1];
    const { rule, hyper, memory } = OPTIMIZERS[optimizer.name];
    Object.assign(this, { net, x, y, n, k, rule, order, penalty, byHand, loss: NaN, accuracy: NaN, epoch: 0, rows: [] });
    this.lossOf = LOSSES[loss];
    this.optimizer = { ...hyper, ...optimizer, t: 0 };
    for (const name of memory) this.optimizer[name] = new Float64Array(net.theta.length);
    this.batchSize = Math.min(batchSize || n, n);
    this.whole = net.room(n);
    this.rooms = new Map([[n, this.whole]]); // for batches of each size
    this.measure();
  }

  /** Bring loss and accuracy to the network as it is; the trace and dL/dŷ are the next full batch's. */
  measure() {
    const { net, x, y, n, k, whole, lossOf } = this, output = net.forward(x, whole);
    this.loss = lossOf.value(output, y, n, k, whole.d[whole.d.length - 1]);
    this.accuracy = accuracy(output, y, n, k, lossOf.threshold);
  }

  /** Make one update; after the last of an epoch, measure. */
  step() {
    const { net, n, k, batchSize } = this;
    if (batchSize === n) {
      this.update(this.whole);
    } else {
      if (!this.rows.length) this.rows = Array.from(this.order());
      this.update(this.look(this.rows.splice(0, batchSize)));
    }
    if (!this.rows.length) {
      this.epoch += 1;
      this.measure();
    }
  }

  /** Send some rows forward, and return the trace with dL/dŷ in it. */
  look(rows) {
    const { net, k } = this, width = net.sizes[0], size = rows.length;
    if (!this.rooms.has(size)) this.rooms.set(size, net.room(size));
    const trace = this.rooms.get(size), x = new Float64Array(size * width), y = new Float64Array(size * k);
    rows.forEach((row, i) => {
      x.set(this.x.subarray(row * width, (row + 1) * width), i * width);
      y.set(this.y.subarray(row * k, (row + 1) * k), i * k);
    });
    trace.value = this.lossOf.value(net.forward(x, trace), y, size, k, trace.d[trace.d.length - 1]);
    return trace;
  }

  update(trace) {
    const { net, optimizer } = this, g = net.backward(trace);
    this.penalty(net.theta, g);
    optimizer.t += 1;
    this.rule(optimizer, net.theta, g);
    this.byHand(net.theta, optimizer.t);
  }

  /** Return dL/dθ of all rows as they were measured last; training goes on as if nobody had asked. */
  gradient() {
    const last = this.whole.d[this.whole.d.length - 1], kept = last.slice(), g = this.net.backward(this.whole).slice();
    last.set(kept);
    return g;
  }

  /** Train to the end of the epoch. */
  advance() {
    const before = this.epoch;
    while (this.epoch === before) this.step();
  }

  get diverged() {
    return !Number.isFinite(this.loss);
  }
}
