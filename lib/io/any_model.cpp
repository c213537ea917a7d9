#include "io/any_model.h"

#include "io/oracle.h"
#include "io/plan.h"
#include "job/bridge_model.h"

namespace dm::io {

struct AnyModel::Carrier {
  virtual ~Carrier() = default;
  virtual job::Bridged bridged() const = 0;  // refers to the carrier
};

// In data units, with y as it comes.
struct AnyModel::Closed : Carrier {
  std::shared_ptr<const Transport> transport;
  int columns;  // of y
  AffineCodec identity;
  std::shared_ptr<const Law> starts[2];
  Closed(std::shared_ptr<const Transport> t, int dy)
      : transport(std::move(t)),
        columns(dy),
        identity(AffineCodec::identity(transport->dim())),
        starts{transport->start(Direction::forward), transport->start(Direction::backward)} {}
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

struct AnyModel::Learned : Carrier {
  job::BridgeModel model;
  std::unique_ptr<Transport> transport;
  Learned(Model& file, bool live) : model(file.spec(), nullptr, &file.archive()), transport(model.transport(live)) {}
  job::Bridged bridged() const override { return model.bridged(*transport); }
};

AnyModel::~AnyModel() = default;

AnyModel::AnyModel(std::shared_ptr<const Input> input, const Value& params) : input_(std::move(input)) {
  const bool closed = holds_bridge(*input_), planned = holds_plan(*input_);
  if ((closed || planned) && !params.is_null())
    throw Error("--params chooses between two sets of a network's parameters, and this bridge has no network; leave it out", Exit::spec);
  if (closed) {
    carrier_ = std::make_unique<Closed>(read_bridge(*input_), 0);
  } else if (planned) {
    job::Plan plan = read_plan(input_);
    conditions = plan.bridge->conditions();
    for (const Value& name : plan.spec["names"].items()[0].items()) names.push_back(name.text());
    told = io::told(plan.spec, input_->given());
    carrier_ = std::make_unique<Closed>(std::move(plan.bridge), conditions);
  } else if (input_->content() == Content::json) {
    oracle_ = read_oracle(*input_);
  } else {
    Model file(input_);
    names = file.names(), told = file.told(), provenance = file.provenance();
    file.rebuild([&] {
      if (job::is_bridge(file.spec())) {
        auto learned = std::make_unique<Learned>(file, params == Value("live"));
        conditions = learned->model.condition.columns();
        carrier_ = std::move(learned);
      } else {
        model_ = std::make_unique<job::Model>(file.spec(), file.archive());
        conditions = model_->condition.columns();
      }
    });
    if (model_) file_.emplace(std::move(file));
  }
  if (carrier_) bridged_.emplace(carrier_->bridged());
}

}  // namespace dm::io
