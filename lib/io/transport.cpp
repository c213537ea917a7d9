#include "io/transport.h"

#include "io/oracle.h"
#include "io/plan.h"
#include "job/bridge_model.h"

namespace dm::io {

namespace {

// In data units, with y as it comes.
struct Closed : Carrier {
  std::shared_ptr<const Transport> transport;
  int columns;
  AffineCodec identity;
  std::shared_ptr<const Law> starts[2];
  Closed(std::shared_ptr<const Transport> t, int dy)
      : transport(std::move(t)),
        columns(dy),
        identity(AffineCodec::identity(transport->dim())),
        starts{transport->start(Direction::forward), transport->start(Direction::backward)} {}
  int conditions() const override { return columns; }
  job::Bridged bridged() const override {
    job::Bridged out{transport.get(), identity, 1, {starts[0].get(), starts[1].get()}};
    out.given = [dy = columns](const Matrix<double>* y) {
      if (!dy && y) throw Error("this bridge has no condition; leave --y out", Exit::spec);
      if (dy && (!y || y->cols != dy))
        throw Error("the bridge is one of x given " + std::to_string(dy) + " columns of y, and " +
                        (y ? std::to_string(y->cols) + " are given" : "none is given; give them with --y FILE or as /y of the rows"),
                    Exit::spec);
      return y ? *y : Matrix<double>();
    };
    return out;
  }
};

struct Learned : Carrier {
  job::BridgeModel model;
  std::unique_ptr<Transport> transport;
  Learned(Model& file, bool live) : model(file.spec(), nullptr, &file.archive()), transport(model.transport(live)) {
    provenance = file.provenance();
  }
  int conditions() const override { return model.condition.columns(); }
  job::Bridged bridged() const override { return model.bridged(*transport); }
};

}  // namespace

std::unique_ptr<const Carrier> read_carrier(const std::shared_ptr<const Input>& input, const Value& params) {
  const bool closed = holds_bridge(*input), planned = holds_plan(*input);
  if ((closed || planned) && !params.is_null())
    throw Error("--params chooses between two sets of a network's parameters, and this bridge has no network; leave it out", Exit::spec);
  if (closed) return std::make_unique<Closed>(read_bridge(*input), 0);
  if (planned) {
    job::Plan plan = read_plan(input);
    const int dy = plan.bridge->conditions();
    auto carrier = std::make_unique<Closed>(std::move(plan.bridge), dy);
    for (const Value& name : plan.spec["names"].items()[0].items()) carrier->names.push_back(name.text());
    carrier->told = told(plan.spec, input->given());
    return carrier;
  }
  if (!holds_model(*input)) return nullptr;
  Model file(input);
  if (!job::is_bridge(file.spec())) return nullptr;
  auto carrier = file.rebuild([&] { return std::make_unique<Learned>(file, params == Value("live")); });
  carrier->names = file.names(), carrier->told = file.told();
  return carrier;
}

}  // namespace dm::io
