#include "process/kind.h"
#include "process/process.h"
#include "test.h"

using namespace dm;

static std::unique_ptr<Process> process(const char* json) {
  std::vector<std::string> problems;
  const Value v = resolve(processes(), parse_json(json, "test"), "", problems);
  throw_problems(problems);
  return make<std::unique_ptr<Process>>(processes(), v);
}

TEST_CASE("schedules: the constants of the papers") {
  const auto vp = process(R"("vp")"), ddpm = process(R"("ddpm")"), cosine = process(R"({"type":"ddpm","schedule":"cosine"})");
  const auto abar = [](const Process& p, double t) { return std::pow(p.linear()->at(t).alpha, 2); };
  CHECK(std::abs(abar(*vp, 1) - 4.31857e-5) < 1e-9);
  CHECK(std::abs(vp->linear()->at(1).sigma_ve() - 152.167) < 1e-3);
  CHECK(std::abs(vp->linear()->at(1e-3).sigma_ve() - 0.010486) < 1e-6);
  CHECK(std::abs(vp->linear()->at(1e-5).sigma_ve() - 1.0005e-3) < 1e-7);
  const auto sub_vp = process(R"("sub-vp")");
  CHECK(abar(*sub_vp, .3) == abar(*vp, .3));
  CHECK(near(sub_vp->linear()->at(.3).sigma, std::pow(vp->linear()->at(.3).sigma, 2), 1e-14));
  CHECK(std::abs(abar(*ddpm, 1) - 4.03583e-5) < 1e-9);
  CHECK(std::abs(abar(*ddpm, .5) - 0.0785872) < 1e-7);
  CHECK(std::abs(abar(*cosine, .5) - .493844) < 1e-6);
  const auto beta = [&](int i) { return 1 - abar(*cosine, i / 1000.) / abar(*cosine, (i - 1) / 1000.); };
  CHECK(std::abs(beta(1) - 4.1284e-5) < 1e-9);
  CHECK(std::abs(beta(999) - .75) < 1e-3);
  CHECK(std::abs(beta(1000) - .999) < 1e-9);
}

TEST_CASE("schedules: alpha, sigma, f and g2 agree; at_sigma_ve inverts; ddpm hits every row") {
  for (const char* json :
       {R"("vp")", R"({"type":"vp","schedule":"cosine"})", R"("ve")", R"({"type":"ou","rate":0.7,"horizon":3})", R"("sub-vp")"}) {
    INFO(json);
    const auto p = process(json);
    const Schedule& s = *p->linear();
    for (const double t : {.01, .2, .5, .9}) {
      const double h = 1e-5;
      const Level a = s.at(t - h), b = s.at(t + h), l = s.at(t);
      CHECK(near((std::log(b.alpha) - std::log(a.alpha)) / (2 * h), s.f(t), 1e-7));
      CHECK(near((b.sigma * b.sigma - a.sigma * a.sigma) / (2 * h) - 2 * s.f(t) * l.sigma * l.sigma, s.g2(t), 1e-6));
      const Level back = s.at_sigma_ve(l.sigma_ve());
      CHECK(near(back.t, t, 1e-9));
      CHECK(near(back.alpha, l.alpha, 1e-12));
      CHECK(near(back.sigma, l.sigma, 1e-12));
    }
  }
  for (const int T : {1000, 49}) {  // i / 49 times 49 is less than i for some i
    const auto p = process((R"({"type":"ddpm","levels":)" + std::to_string(T) + "}").c_str());
    const Schedule& s = *p->linear();
    for (int i = 1; i <= T; ++i) {
      CHECK(s.at(double(i) / T).index == i);
      CHECK(s.at_sigma_ve(s.at(double(i) / T).sigma_ve()).index == i);
    }
  }
}

TEST_CASE("parametrisations: round trips to 1e-12 over eight decades of noise") {
  for (const auto& name : kind_names())
    for (const double ratio : {1e-4, 1e-2, 1., 1e2, 1e4}) {
      for (const bool vp : {false, true}) {
        const double alpha = vp ? 1 / std::sqrt(1 + ratio * ratio) : 1, sigma = ratio * alpha;
        const Level l{.5, -1, alpha, sigma};
        const double x0 = .7, eps = -1.3, x = alpha * x0 + sigma * eps;
        const Mix m = target_of(kind_named(name), l, .5);
        const double y = m.p * x0 + m.q * eps;
        const Canonical k = to_canonical(kind_named(name), l, .5);
        INFO(name << " at sigma/alpha " << ratio);
        // each side is exact up to the conditioning of the pair (x, y) itself
        CHECK(std::abs(k.k0 * x + k.k1 * y - x0) < 1e-12 * std::max(1.0, ratio));
        CHECK(std::abs(k.k2 * x + k.k3 * y - eps) < 1e-12 * std::max(1.0, 1 / ratio));
      }
    }
  CHECK_THROWS_AS(to_canonical(Kind::eps, Level{1, -1, 0, 1}), Error);
}

TEST_CASE("transition: two halves are the whole") {
  const auto p = process(R"("vp")");
  const Schedule& s = *p->linear();
  const Level a = s.at(.2), b = s.at(.7), clean;
  const Transition first(clean, a), second(a, b), whole(clean, b);
  CHECK(near(first.r * second.r, whole.r, 1e-14));
  CHECK(near(second.r * second.r * first.v + second.v, whole.v, 1e-14));
}
