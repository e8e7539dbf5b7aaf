// NumPy's random numbers: `numpy.random.default_rng(seed)` is PCG64 (O'Neill, 2014) begun by SeedSequence; a normal number
// comes from a ziggurat of 256 layers (Marsaglia and Tsang, 2000).

const LOW_32 = 0xffffffffn, LOW_64 = (1n << 64n) - 1n, MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

// The edges of the ziggurat's layers, to the last bit NumPy's: 256 numbers of 8 bytes. With R = EDGES[255] and a layer's
// area A = 0.0049286732339746519, EDGES[i - 1] = √(−2 ln(A / EDGES[i] + density(EDGES[i]))), and EDGES[0] = A / density(R).
const EDGES = new Float64Array(Uint8Array.from(atob(`
edkVeDtJD0DG9v3jC43LP7RbLDyvUNI/YTtEOLl81T8Mpy/o/AHYP7zQTC4MI9o/92E4L00A3D90cnRaL6zdP8PVTC1IMt8/rbuOJzJN4D9DXQI7
BfXgP3c2QZemkuE/9Rp6j6In4j+A2GM4LrXiP/WRV8A/POM/L7GiwZ694z9Vm/+N7znkP6f+PTa7seQ/dNMaYnUl5T+WzgengJXlP+p+2c8xAuY/
PXyjYdJr5j9wBQCSotLmP6b4RtPaNuc/dyqzEK2Y5z9D9UatRfjnP3cKQ1PMVeg/mnZ7nmSx6D+Yz06pLgvpP+oeLIJHY+k/RsU4jsm56T8sp6Tc
zA7qP1nNd21nYuo/MBYQbq206j+cbBNtsQXrPyl6QoeEVes/Op9Sjjak6z8ygr8q1vHrP/NOWflwPuw/YTsypROK7D+LJnL+ydTsP0i3gA6fHu0/
EB/kKZ1n7T/DuCMAzq/tP1N28ak69+0//u3Stes97j8Ab3oz6YPuP86C+b06ye4/JmLwhOcN7z+I9thU9lHvP67Xh55tle8/rC76fVPY7z/sNELg
Vg3wP5qPOfVALvA//KUWnupO8D8QoHJbVm/wPwv0cZCGj/A/E2G8hH2v8D9/zEtmPc/wP2sIFkvI7vA/7hWVMiAO8T++DzEHRy3xP0GRjp8+TPE/
HiDEvwhr8T802ngap4nxP4ht7lEbqPE/yyr4+GbG8T8u1OCTi+TxP5+gQJmKAvI/6cbEcmUg8j8fw+l9HT7yP/trqQy0W/I/f9MdZip58j8b1xnH
gZbyP9ouuGK7s/I/U7jhYtjQ8j+Oqcvo2e3yP9dIbg3BCvM/MLn04Y4n8z+hXiZwRETzP9VSyrriYPM/algFvmp98z9ksrJv3ZnzPwM9uL87tvM/
4B1WmIbS8z+DWnLevu7zP3Se4HHlCvQ/XXSmLfsm9D+kMDzoAEP0P13HynP3XvQ/NsNmnt969D8vj0gyupb0P11BAvaHsvQ/3BGzrEnO9D8FpjgW
AOr0P2JVXu+rBfU/WosK8k0h9T9PZmrV5jz1P8iyG053WPU/eF9VDgB09T8UhQ7GgY/1P1kbJCP9qvU/PXN90XLG9T/TjC974+H1Pzhen8hP/fU/
wx+jYLgY9j+isKLoHTT2PwsmtwSBT/Y/cpbJV+Jq9j83MbGDQob2P7GyUCmiofY/u0Oz6AG99j9S0yhhYtj2P1T4YTHE8/Y/62iL9ycP9z/GFGlR
jir3P9zucNz3Rfc/H3PlNWVh9z9J9O/61nz3P5O9ushNmPc/CRSLPMqz9z/7ItvzTM/3P+fec4zW6vc/H+qGpGcG+D92hsjaACL4PxWfic6iPfg/
vfXRH05Z+D/FfnpvA3X4Py33R1/DkPg/Q8AFko6s+D+cDKGrZcj4PydqRFFJ5Pg/j7VzKToA+T9HgyjcOBz5P/wK7xJGOPk/iqIDeWJU+T/u1XC7
jnD5PzEqLonLjPk/v5k/kxmp+T8s2dWMecX5PxF0byvs4fk/StL6JnL++T+SNvk5DBv6P1vIoiG7N/o/iLsLnn9U+j+kqUpyWnH6Pz0xoGRMjvo/
CPGfPlar+j/O9VrNeMj6Pzazi+G05fo/GqHDTwsD+z9bmJrwfCD7PwAM4KAKPvs/Az3OQbVb+z8niT+5fXn7Pzz35fFkl/s/biWF22u1+z+iwC5r
k9P7P4OugZvc8fs/oBbsbEgQ/D8tevDl1y78PxwNbhOMTfw/BYfsCGZs/D8XpuvgZov8P6uiNr2Pqvw/kNY7x+HJ/D834GgwXun8P26PizIGCf0/
IO83ENso/T9HxjMV3kj9PyPx55YQaf0/pfvX9HOJ/T9wbiCZCar9Pw5J/PjSyv0/Ny5SldHr/T8c0kn7Bg3+P/ZG6sR0Lv4/iNHBmRxQ/j8l/pcv
AHL+Pwq/KkshlP4/CG/3wIG2/j86pxB2I9n+P6nsAWEI/P4/IVPCijIf/z9tTbcPpEL/P2gBySBfZv8/gpeJBGaK/z+/InEYu67/P4XnL9Jg0/8/
C/YYwVn4/z91oNNH1A4AQEfJjwKoIQBAqwKpg6k0AEDH9T5O2kcAQH6zrfY7WwBAaCanI9BuAEAXLmOPmIIAQFSi6AiXlgBAxMBxdc2qAEBI1O7R
Pb8AQDA9qjTq0wBAk2URz9ToAEC2n6bv//0AQEFwIARuEwFANV27myEpAUBtCcRpHT8BQDsuYEhkVQFA8+6dO/lrAUBhEtJ034IBQKzrTlYamgFA
ji9/d62xAUCUpnGpnMkBQDmu5Pvr4QFAAdniwp/6AUCBzASdvBMCQO7Tb3pHLQJAJJyspEVHAkDgWHbHvGECQC5ZqPqyfAJAeA53zS6YAkBSCipT
N7QCQJfbljHU0AJA9XipsQ3uAkDurlbS7AsDQKOkaF57KgNAoxKuBcRJA0BAqDN60mkDQApBVpKzigNA+oiucHWsA0CmBBezJ88DQHX0YKrb8gNA
2uW5nKQXBECUXlQVmD0EQBU6p0TOZARAvEOcdWKNBEAnWmudc7cEQAKJzQ0l4wRAQazpU58QBUBCfjpSEUAFQBvkSqmxcQVA2Y1xi8ClBUD+0Dok
itwFQEwehs9pFgZA6moAe85TBkDD5Z++QJUGQDLiCY1r2wZANHpf8CgnB0BzBglWlXkHQIzO1vQt1AdANPIpBQM5CEAUfKq/D6sIQJZEb5TgLglA
q1dAAe7LCUBad5R43I8KQLH9eDgfmAtAM60JgrQ7DUA=`), (letter) => letter.charCodeAt(0)).buffer);
const R = EDGES[255], density = (x) => Math.exp(-0.5 * x * x);
const HEIGHTS = EDGES.map((edge, layer) => (layer ? density(edge) : 1));

/** Return SeedSequence(seed).generate_state(8) for a seed below 2³²: eight 32-bit words. */
function seedWords(seed) {
  let hash = 0x43b0d7e5;
  const hashed = (value, factor) => {
    value ^= hash;
    hash = Math.imul(hash, factor);
    value = Math.imul(value, hash);
    return (value ^ (value >>> 16)) >>> 0;
  };
  const pool = [seed, 0, 0, 0].map((word) => hashed(word, 0x931e8875));
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) {
      if (from === to) continue;
      const mixed = Math.imul(0xca01f9dd, pool[to]) - Math.imul(0x4973f715, hashed(pool[from], 0x931e8875));
      pool[to] = (mixed ^ (mixed >>> 16)) >>> 0;
    }
  }
  hash = 0x8b51f9dd;
  return Array.from({ length: 8 }, (_, k) => hashed(pool[k % 4], 0x58f38ded));
}

/** What `numpy.random.default_rng(seed)` draws, number for number. */
export class Generator {
  constructor(seed) {
    const words = seedWords(seed).map(BigInt), pair = (k) => words[k] | (words[k + 1] << 32n);
    this.increment = BigInt.asUintN(128, (((pair(4) << 64n) | pair(6)) << 1n) | 1n);
    this.state = this.increment + ((pair(0) << 64n) | pair(2));
    this.kept = null; // the upper half of a word whose lower half was asked for
    this.step();
  }

  step() {
    this.state = BigInt.asUintN(128, this.state * MULTIPLIER + this.increment);
  }

  /** Return 64 random bits. */
  bits64() {
    this.step();
    const word = (this.state >> 64n) ^ (this.state & LOW_64), turn = this.state >> 122n;
    return BigInt.asUintN(64, (word >> turn) | (word << (64n - turn)));
  }

  bits32() {
    if (this.kept !== null) {
      const kept = this.kept;
      this.kept = null;
      return kept;
    }
    const word = this.bits64();
    this.kept = Number(word >> 32n);
    return Number(word & LOW_32);
  }

  /** Return a number in [0, 1), in steps of 2⁻⁵³. */
  random() {
    return Number(this.bits64() >> 11n) * 2 ** -53;
  }

  uniform(low, high) {
    return low + (high - low) * this.random();
  }

  /** Return a number of the standard normal distribution. */
  normal() {
    for (;;) {
      const word = this.bits64(), layer = Number(word & 0xffn), negative = (word >> 8n) & 1n;
      const place = Number((word >> 9n) & 0xfffffffffffffn), x = place * (EDGES[layer] / 2 ** 52);
      const inside = layer === 0 ? R : layer === 1 ? 0 : EDGES[layer - 1]; // below the next layer's edge nothing is cut
      if (place * EDGES[layer] < inside * 2 ** 52) return negative ? -x : x;
      if (layer) {
        const y = (HEIGHTS[layer - 1] - HEIGHTS[layer]) * this.random() + HEIGHTS[layer];
        if (y < density(x)) return negative ? -x : x;
      } else {
        for (;;) { // the tail beyond R
          const beyond = -Math.log1p(-this.random()) / R, y = -Math.log1p(-this.random());
          if (y + y > beyond * beyond) return (place / 256) & 1 ? -(R + beyond) : R + beyond;
        }
      }
    }
  }

  /** Return a whole number from 0 to `most`: as many bits as it has, drawn until they are small enough. */
  below(most) {
    const mask = 2 ** (32 - Math.clz32(most)) - 1;
    for (;;) {
      const drawn = (this.bits32() & mask) >>> 0;
      if (drawn <= most) return drawn;
    }
  }

  /** Return 0 … n − 1 in a random order. */
  permutation(n) {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}
