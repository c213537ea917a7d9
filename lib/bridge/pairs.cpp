#include "bridge/bridge.h"

namespace dm {

namespace {

struct Pairs : Law {
  std::shared_ptr<const Law> coupling;
  explicit Pairs(std::shared_ptr<const Law> c) : coupling(std::move(c)) {}
  int dim() const override { return coupling->dim(); }
  int conditions() const override { return dim() / 2; }
  void draw(Stream stream, Rows rows, Mat<double> x) const override {
    coupling->draw(stream, rows, x);
    for (int64_t i = 0; i < x.rows; ++i) std::swap_ranges(x[i], x[i] + x.cols / 2, x[i] + x.cols / 2);
  }
};

}  // namespace

const LawEntry bridge_pairs{{"bridge",
                             "pairs of a Schroedinger bridge in closed form: x is X_1, y the X_0 that it comes from, drawn from the static "
                             "solution without any steps",
                             "",
                             {{"bridge", method(bridges), Value(), "which", true}}},
                            [](const Value& o) -> std::unique_ptr<Law> {
                              std::shared_ptr<const Law> coupling = make<std::unique_ptr<Transport>>(bridges(), o["bridge"])->coupling();
                              if (!coupling)
                                throw Error("the bridge " + o["bridge"]["type"].text() + " has no pairs without its dynamics", Exit::spec);
                              return std::make_unique<Pairs>(std::move(coupling));
                            }};

}  // namespace dm
