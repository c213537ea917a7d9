#include "density/toys.h"

#include <algorithm>

namespace dm {

namespace toy {

namespace {
class Planar : public Law {
 public:
  Planar(Base base, const Value& o)
      : base_(std::move(base)), noise_(o["noise"].number()), scale_(o["scale"].number()), shift_(o["shift"].number()) {}
  int dim() const override { return 2; }
  void draw(Stream stream, Rows rows, Mat<double> x) const override {
    for (int i = 0; i < rows.n; ++i) {
      Draws draws(stream, rows[i]);
      double b[2];
      base_(draws, rows[i], b);
      for (int j = 0; j < 2; ++j) x[i][j] = scale_ * (b[j] + (noise_ > 0 ? noise_ * draws.normal() : 0.0)) + shift_;
    }
  }

 private:
  Base base_;
  double noise_, scale_, shift_;
};
}  // namespace

LawEntry planar(std::string name, std::string formula, std::string origin, Frame frame, std::vector<Option> own,
                std::function<Base(const Value&)> base) {
  LawEntry e;
  e.name = std::move(name), e.doc = std::move(formula) + " x = scale (b + noise z) + shift, z ~ N(0, I).", e.paper = std::move(origin);
  e.options = std::move(own);
  e.options.push_back({"noise", number(0), frame.noise, "standard deviation of the Gaussian noise, before scale; 0: none"});
  e.options.push_back({"scale", number(), frame.scale, "factor of both coordinates"});
  e.options.push_back({"shift", number(), frame.shift, "added to both coordinates, after scale"});
  e.make = [base = std::move(base)](const Value& o) -> std::unique_ptr<Law> { return std::make_unique<Planar>(base(o), o); };
  return e;
}

Frame standardised(double m, double s, double size) { return {0, size / s, -size * m / s}; }

Option balanced_option() { return {"balanced", flag(), false, "component = row mod number of components instead of drawn"}; }

int component(Draws& draws, int64_t row, int k, bool balanced) {
  return int(balanced ? uint64_t(row) % uint64_t(k) : draws.below(uint64_t(k)));
}

}  // namespace toy

const Family& toys() {
  static const Family family = [] {
    Family f{"toy set", "sets in the plane, Gaussians of any dimension and simulators, which a formula states", {}};
    for (const char* suffix : {"", "-dsb", "-tcfm"})  // the plain names first
      for (const auto* list : {&toy::curves(), &toy::mixtures(), &toy::plane(), &toy::simulators(), &toy::conditionals()})
        for (const LawEntry& e : *list)
          if (const auto dash = e.name.find('-'); e.name.substr(std::min(dash, e.name.size())) == suffix) f.methods.push_back(&e);
    return f;
  }();
  return family;
}

}  // namespace dm
