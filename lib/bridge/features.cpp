#include "bridge/features.h"

#include "core/math.h"

namespace dm {

namespace {

struct Linear : Features {
  int q;
  explicit Linear(int columns) : q(columns) {}
  int count() const override { return 1 + q; }
  void of(const double* z, const double*, double* phi) const override {
    phi[0] = 1;
    std::copy_n(z, q, phi + 1);
  }
};

// Every monomial of degree at most r: each is one of a degree less times a column that is not before its last.
struct Polynomial : Features {
  struct Term {
    int of, column;
  };
  std::vector<Term> terms{{0, 0}};  // the first is the constant
  Polynomial(int r, int q) {
    double n = 1;  // (q + r over r)
    for (int k = 1; k <= r; ++k) n = n * (q + k) / k;
    if (n > 5000)
      throw Error("polynomial features: degree " + std::to_string(r) + " in " + std::to_string(q) +
                      " columns makes more than 5000 of them; take a lower degree",
                  Exit::spec);
    std::size_t from = 0;
    for (int k = 1; k <= r; ++k) {
      const std::size_t upto = terms.size();
      for (std::size_t i = from; i < upto; ++i)
        for (int j = terms[i].column; j < q; ++j) terms.push_back({int(i), j});
      from = upto;
    }
  }
  int count() const override { return int(terms.size()); }
  void of(const double* z, const double*, double* phi) const override {
    phi[0] = 1;
    for (std::size_t i = 1; i < terms.size(); ++i) phi[i] = phi[terms[i].of] * z[terms[i].column];
  }
};

// 1, z, and exp(-|z - c|^2 / (2 b^2)) at each centre.
struct Rbf : Features {
  int number, q;
  double bandwidth;
  Rbf(int n, double b, int columns) : number(n), q(columns), bandwidth(b) {}
  int centres() const override { return number; }
  int count() const override { return 1 + q + number; }
  void of(const double* z, const double* c, double* phi) const override {
    phi[0] = 1;
    std::copy_n(z, q, phi + 1);
    for (int k = 0; k < number; ++k, c += q) {
      double s = 0;
      for (int j = 0; j < q; ++j) s += (z[j] - c[j]) * (z[j] - c[j]);
      phi[1 + q + k] = exp_d(-0.5 * s / (bandwidth * bandwidth));
    }
  }
};

const FeaturesEntry linear{{"linear", "the columns themselves", "", {}},
                           [](const Value&, int q) -> std::unique_ptr<Features> { return std::make_unique<Linear>(q); }};
const FeaturesEntry polynomial{
    {"polynomial", "all monomials up to a degree", "", {{"degree", integer(1, 12), 3, "the highest degree"}}},
    [](const Value& o, int q) -> std::unique_ptr<Features> { return std::make_unique<Polynomial>(int(o["degree"].integer()), q); }};
const FeaturesEntry rbf{{"rbf",
                         "the columns and Gaussian bumps around rows of the step, drawn without replacement",
                         "",
                         {{"centres", integer(1, 2000), 100, "number of bumps"},
                          {"bandwidth", number(0).above(), 1.0, "their width in standard deviations of the columns"}}},
                        [](const Value& o, int q) -> std::unique_ptr<Features> {
                          return std::make_unique<Rbf>(int(o["centres"].integer()), o["bandwidth"].number(), q);
                        }};

}  // namespace

const Family& features() {
  static const Family family{
      "features", "what a drift is linear in, column by column in units of their deviation", {&linear, &polynomial, &rbf}};
  return family;
}

}  // namespace dm
