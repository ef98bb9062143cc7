function k0_dot_tanh(p, s) {
  const [p0_x, p1_w, p2_b, p3_tanh] = p;
  const row = new Float64Array(500);
  for (let i0 = 0; i0 < 100; i0++) {
    const rowA = 0 + i0 * 784;
    const startB = 0;
    row.fill(0);
    let k = 0;
    for (; k + 3 < 784; k += 4) {
      const x0 = p0_x[rowA + k];
      const row0 = startB + k * 500;
      const x1 = p0_x[rowA + (k + 1)];
      const row1 = startB + (k + 1) * 500;
      const x2 = p0_x[rowA + (k + 2)];
      const row2 = startB + (k + 2) * 500;
      const x3 = p0_x[rowA + (k + 3)];
      const row3 = startB + (k + 3) * 500;
      for (let i1 = 0; i1 < 500; i1++) {
        row[i1] += x0 * p1_w[row0 + i1] + x1 * p1_w[row1 + i1] + x2 * p1_w[row2 + i1] + x3 * p1_w[row3 + i1];
      }
    }
    for (; k < 784; k += 1) {
      const x0 = p0_x[rowA + k];
      const row0 = startB + k * 500;
      for (let i1 = 0; i1 < 500; i1++) {
        row[i1] += x0 * p1_w[row0 + i1];
      }
    }
    for (let i1 = 0; i1 < 500; i1++) {
      const dot = f(row[i1]);
      p3_tanh[(i0 * 500) + i1] = f(Math.tanh((f(dot + p2_b[i1]))));
    }
  }
  return -1;
}

function k1_dot(p, s) {
  const [p0_tanh, p1_v, p2_dot] = p;
  const row = new Float64Array(10);
  for (let i0 = 0; i0 < 100; i0++) {
    const rowA = 0 + i0 * 500;
    const startB = 0;
    row.fill(0);
    let k = 0;
    for (; k + 3 < 500; k += 4) {
      const x0 = p0_tanh[rowA + k];
      const row0 = startB + k * 10;
      const x1 = p0_tanh[rowA + (k + 1)];
      const row1 = startB + (k + 1) * 10;
      const x2 = p0_tanh[rowA + (k + 2)];
      const row2 = startB + (k + 2) * 10;
      const x3 = p0_tanh[rowA + (k + 3)];
      const row3 = startB + (k + 3) * 10;
      for (let i1 = 0; i1 < 10; i1++) {
        row[i1] += x0 * p1_v[row0 + i1] + x1 * p1_v[row1 + i1] + x2 * p1_v[row2 + i1] + x3 * p1_v[row3 + i1];
      }
    }
    for (; k < 500; k += 1) {
      const x0 = p0_tanh[rowA + k];
      const row0 = startB + k * 10;
      for (let i1 = 0; i1 < 10; i1++) {
        row[i1] += x0 * p1_v[row0 + i1];
      }
    }
    for (let i1 = 0; i1 < 10; i1++) {
      const dot = f(row[i1]);
      p2_dot[(i0 * 10) + i1] = dot;
    }
  }
  return -1;
}

function k2_max_sub_exp_sum(p, s) {
  const [p0_dot, p1_c, p2_y, p3_sum, p4_add] = p;
  for (let i0 = 0; i0 < 100; i0++) {
    const t0 = i0 * 10;
    const t1 = p2_y[i0];
    let max0 = -Infinity;
    let sum6 = 0;
    for (let j0 = 0; j0 < 10; j0++) {
      max0 = Math.max(max0, (f((p0_dot[t0 + j0]) + p1_c[j0])));
      sum6 = sum6 + (f(-((t1 === ((j0) | 0) ? 1 : 0) ? (-0.009999999776482582) : 0)));
    }
    sum6 = f(sum6);
    let sum3 = 0;
    for (let j0 = 0; j0 < 10; j0++) {
      sum3 = sum3 + (f(Math.exp((f((f((p0_dot[t0 + j0]) + p1_c[j0])) - max0)))));
    }
    sum3 = f(sum3);
    let sum5 = 0;
    const t2 = f(Math.log(sum3));
    const t3 = f(sum6 / sum3);
    for (let j0 = 0; j0 < 10; j0++) {
      const t4 = t1 === ((j0) | 0) ? 1 : 0;
      const t5 = t0 + j0;
      const t6 = f((f(p0_dot[t5] + p1_c[j0])) - max0);
      sum5 = sum5 + (t4 ? (f(t6 - t2)) : 0);
      p4_add[t5] = f((t4 ? (-0.009999999776482582) : 0) + (f(t3 * (f(Math.exp(t6))))));
    }
    sum5 = f(sum5);
    p3_sum[i0] = sum5;
  }
  return -1;
}

function k3_sum_div(p, s) {
  const [p0_sum, p1_div] = p;
  let sum0 = 0;
  for (let j0 = 0; j0 < 100; j0++) {
    sum0 = sum0 + (f(-p0_sum[j0]));
  }
  sum0 = f(sum0);
  p1_div[0] = f(sum0 / 100);
  return -1;
}

function k4_dot_mul(p, s) {
  const [p0_add, p1_v, p2_tanh, p3_mul] = p;
  const row = new Float64Array(500);
  for (let i0 = 0; i0 < 100; i0++) {
    const rowA = 0 + i0 * 10;
    const startB = 0;
    row.fill(0);
    let k = 0;
    for (; k + 3 < 10; k += 4) {
      const x0 = p0_add[rowA + k];
      const row0 = startB + k;
      const x1 = p0_add[rowA + (k + 1)];
      const row1 = startB + (k + 1);
      const x2 = p0_add[rowA + (k + 2)];
      const row2 = startB + (k + 2);
      const x3 = p0_add[rowA + (k + 3)];
      const row3 = startB + (k + 3);
      for (let i1 = 0; i1 < 500; i1++) {
        row[i1] += x0 * p1_v[row0 + i1 * 10] + x1 * p1_v[row1 + i1 * 10] + x2 * p1_v[row2 + i1 * 10] + x3 * p1_v[row3 + i1 * 10];
      }
    }
    for (; k < 10; k += 1) {
      const x0 = p0_add[rowA + k];
      const row0 = startB + k;
      for (let i1 = 0; i1 < 500; i1++) {
        row[i1] += x0 * p1_v[row0 + i1 * 10];
      }
    }
    for (let i1 = 0; i1 < 500; i1++) {
      const dot = f(row[i1]);
      const t0 = (i0 * 500) + i1;
      const t1 = p2_tanh[t0];
      p3_mul[t0] = f(dot * (f(1 - (f(t1 * t1)))));
    }
  }
  return -1;
}

function k5_dot_sub(p, s) {
  const [p0_x, p1_mul, p2_w] = p;
  const row = new Float64Array(500);
  for (let i0 = 0; i0 < 784; i0++) {
    const rowA = 0 + i0;
    const startB = 0;
    row.fill(0);
    let k = 0;
    for (; k + 3 < 100; k += 4) {
      const x0 = p0_x[rowA + k * 784];
      const row0 = startB + k * 500;
      const x1 = p0_x[rowA + (k + 1) * 784];
      const row1 = startB + (k + 1) * 500;
      const x2 = p0_x[rowA + (k + 2) * 784];
      const row2 = startB + (k + 2) * 500;
      const x3 = p0_x[rowA + (k + 3) * 784];
      const row3 = startB + (k + 3) * 500;
      for (let i1 = 0; i1 < 500; i1++) {
        row[i1] += x0 * p1_mul[row0 + i1] + x1 * p1_mul[row1 + i1] + x2 * p1_mul[row2 + i1] + x3 * p1_mul[row3 + i1];
      }
    }
    for (; k < 100; k += 1) {
      const x0 = p0_x[rowA + k * 784];
      const row0 = startB + k * 500;
      for (let i1 = 0; i1 < 500; i1++) {
        row[i1] += x0 * p1_mul[row0 + i1];
      }
    }
    for (let i1 = 0; i1 < 500; i1++) {
      const dot = f(row[i1]);
      const t0 = (i0 * 500) + i1;
      p2_w[t0] = f(p2_w[t0] - (f(0.10000000149011612 * dot)));
    }
  }
  return -1;
}

function k6_sum_sub(p, s) {
  const [p0_mul, p1_b] = p;
  for (let i0 = 0; i0 < 500; i0++) {
    let sum0 = 0;
    for (let j0 = 0; j0 < 100; j0++) {
      sum0 = sum0 + (p0_mul[(j0 * 500) + i0]);
    }
    sum0 = f(sum0);
    p1_b[i0] = f(p1_b[i0] - (f(0.10000000149011612 * sum0)));
  }
  return -1;
}

function k7_dot_sub(p, s) {
  const [p0_tanh, p1_add, p2_v] = p;
  const row = new Float64Array(10);
  for (let i0 = 0; i0 < 500; i0++) {
    const rowA = 0 + i0;
    const startB = 0;
    row.fill(0);
    let k = 0;
    for (; k + 3 < 100; k += 4) {
      const x0 = p0_tanh[rowA + k * 500];
      const row0 = startB + k * 10;
      const x1 = p0_tanh[rowA + (k + 1) * 500];
      const row1 = startB + (k + 1) * 10;
      const x2 = p0_tanh[rowA + (k + 2) * 500];
      const row2 = startB + (k + 2) * 10;
      const x3 = p0_tanh[rowA + (k + 3) * 500];
      const row3 = startB + (k + 3) * 10;
      for (let i1 = 0; i1 < 10; i1++) {
        row[i1] += x0 * p1_add[row0 + i1] + x1 * p1_add[row1 + i1] + x2 * p1_add[row2 + i1] + x3 * p1_add[row3 + i1];
      }
    }
    for (; k < 100; k += 1) {
      const x0 = p0_tanh[rowA + k * 500];
      const row0 = startB + k * 10;
      for (let i1 = 0; i1 < 10; i1++) {
        row[i1] += x0 * p1_add[row0 + i1];
      }
    }
    for (let i1 = 0; i1 < 10; i1++) {
      const dot = f(row[i1]);
      const t0 = (i0 * 10) + i1;
      p2_v[t0] = f(p2_v[t0] - (f(0.10000000149011612 * dot)));
    }
  }
  return -1;
}

function k8_sum_sub(p, s) {
  const [p0_add, p1_c] = p;
  for (let i0 = 0; i0 < 10; i0++) {
    let sum0 = 0;
    for (let j0 = 0; j0 < 100; j0++) {
      sum0 = sum0 + (p0_add[(j0 * 10) + i0]);
    }
    sum0 = f(sum0);
    p1_c[i0] = f(p1_c[i0] - (f(0.10000000149011612 * sum0)));
  }
  return -1;
}
