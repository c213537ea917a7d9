#include "process/classifier_free.h"

#include "test.h"

using namespace dm;

// x0 = 2 + the condition's first column, eps = x, where there is a condition; x0 = 5, eps = -x where there is none.
struct Told : Denoiser {
  int dim() const override { return 1; }
  void eval(const State& x, Times, Pred& out) const override {
    for (int64_t i = 0; i < x.x().rows; ++i) {
      const bool told = x.real.size() > 1 && x.x(1)[i][1] != 0;
      out.x0[i][0] = told ? 2 + x.x(1)[i][0] : 5;
      out.eps[i][0] = told ? x.x()[i][0] : -x.x()[i][0];
    }
  }
};

TEST_CASE("classifier-free guidance is (1 + w) D(x, y) - w D(x)") {
  const Told inner;
  const Level l{.5, -1, .8, .6};
  for (const double w : {0.0, 0.5, 3.0}) {
    Matrix<double> x(2, 1), y(2, 2), x0(2, 1), eps(2, 1);
    x.v = {0.25, -1}, y.v = {1, 1, -4, 1};
    Pred out{x0, eps};
    ClassifierFree(inner, w).eval({{0, 2}, {x, y}}, {&l, true}, out);
    CHECK(x0.v == std::vector<double>{3 + w * (3 - 5), -2 + w * (-2 - 5)});
    CHECK(eps.v == std::vector<double>{0.25 + w * 0.5, -1 - w * 2});
  }
}
