#include "sample/exponential.h"

#include "core/math.h"

namespace dm {

double lambda(const Level& l) { return -log_d(l.sigma_ve()); }

// I_m = int_0^1 h e^{-h (1 - v)} v^m dv, m = 0, 1, 2: I_0 = 1 - e^{-h}, I_m = 1 - m I_{m-1} / h; by series where h is small and the
// recursion cancels: I_m = h sum_n (-h)^n m! / (m + n + 1)!
static void moments(double h, double decay, double out[3]) {
  if (std::abs(h) < 0.5) {
    double first = h;  // h m! / (m + 1)!
    for (int m = 0; m < 3; ++m, first = h / (m + 1)) {
      double term = first, sum = 0;
      for (int n = 0; n < 20; ++n) sum += term, term *= -h / (m + n + 2);
      out[m] = sum;
    }
    return;
  }
  out[0] = 1 - decay;
  for (int m = 1; m < 3; ++m) out[m] = 1 - m * out[m - 1] / h;
}

Step polynomial_step(const Level& t, const Level& s, const Level* at, int n) {
  Step out{.a = s.sigma / t.sigma, .nb = n};
  if (s.clean() || n == 1) {  // at h = inf only the newest prediction counts
    out.nb = 1, out.b[0] = s.alpha * phi1(t, s);
    return out;
  }
  const double h = lambda(s) - lambda(t);
  double I[3], v[3];  // nodes v_j = (lambda_j - lambda_t) / h
  moments(h, s.sigma_ve() / t.sigma_ve(), I);
  for (int j = 0; j < n; ++j) v[j] = (lambda(at[j]) - lambda(t)) / h;
  for (int j = 0; j < n; ++j) {  // int of the Lagrange polynomial L_j
    const double p = v[(j + 1) % n];
    out.b[j] = n == 2 ? (I[1] - p * I[0]) / (v[j] - p)
                      : (I[2] - (p + v[(j + 2) % n]) * I[1] + p * v[(j + 2) % n] * I[0]) / ((v[j] - p) * (v[j] - v[(j + 2) % n]));
    out.b[j] *= s.alpha;
  }
  return out;
}

std::vector<Move> stages(const Schedule& schedule, const Move& m, int order) {
  std::vector<Move> out;
  Move part = m;
  const double top = m.from.sigma_ve(), ratio = m.to.sigma_ve() / top;
  for (int i = 1; i < order; ++i) {
    part.to = schedule.at_sigma_ve(top * exp_d(log_d(ratio) * i / order));
    out.push_back(part);
    part.from = part.to, ++part.stage;
  }
  part.to = m.to;
  out.push_back(part);
  for (const Move& p : out)
    if (p.from.sigma == p.to.sigma)
      throw Error("a step of a singlestep sampler needs " + std::to_string(order - 1) +
                      " levels between its ends, and the process's table has "
                      "too few from row " +
                      std::to_string(m.from.index) + " to row " + std::to_string(m.to.index) +
                      "; take fewer steps, or the sampler dpmpp-2m",
                  Exit::spec);
  return out;
}

void into_stages(const Schedule& schedule, Plan& plan, int order) {
  Plan out;
  for (const Move& m : plan)
    if (m.kind == Move::reverse && !m.to.clean())
      for (const Move& part : stages(schedule, m, order)) out.push_back(part);
    else
      out.push_back(m);
  plan = std::move(out);
}

Step from_stage(const Step& whole, const Step& last) {
  // whole: x_s = A x + sum B_j D_j; last: y = a x + sum b_j D_j, so x = (y - sum b_j D_j) / a. D_j counts from the beginning of the step,
  // the numbers of a Step from its end.
  const double A = whole.a / last.a;
  Step out{.a = A, .nb = whole.nb};
  for (int j = 0; j < whole.nb; ++j) out.b[whole.nb - 1 - j] = whole.b[j] - (j < last.nb ? A * last.b[j] : 0);
  return out;
}

Step singlestep(const Plan& plan, std::size_t k) {
  const int stage = plan[k].stage;
  const std::size_t first = k - std::size_t(stage);
  const Level at[3] = {plan[first].from, plan[first].to, plan[std::min(first + 1, k)].to};
  const Step whole = polynomial_step(at[0], plan[k].to, at, stage + 1);
  return stage ? from_stage(whole, polynomial_step(at[0], plan[k].from, at, stage)) : whole;
}

}  // namespace dm
