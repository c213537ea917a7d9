#include "job/field.h"

#include <cmath>

#include "core/parallel.h"
#include "core/random.h"

namespace dm::job {

namespace {

std::vector<double> times(const Value& o, double unset) {
  const std::vector<double> t = o["time"].is_null() ? std::vector<double>{unset} : o["time"].numbers();
  if (t.empty() || t.size() > 16)
    throw Error("--time names " + std::to_string(t.size()) + " times; a picture shows 1 to 16 of them", Exit::spec);
  return t;
}

std::string at_time(double t) { return "t = " + shortest(t); }

// Where so many rows of a law lie with noise, x = alpha x0 + sigma eps; joined with the box that is there.
void enclose(std::vector<plot::Range>& box, const Law& law, const Level& at) {
  const int n = 2000;
  Matrix<double> x(n, law.dim()), z(n, law.dim());
  const Stream stream = Stream(1) / "dm-plot" / "box";
  law.draw(stream / "x", {0, n}, x);
  normals(stream / "z", {0, n}, 0, z);
  if (box.empty()) box.assign(size_t(x.cols), {HUGE_VAL, -HUGE_VAL});
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < x.cols; ++j) {
      const double v = at.alpha * x[i][j] + at.sigma * z[i][j];
      plot::Range& r = box[size_t(j)];
      r.lo = std::min(r.lo, v), r.hi = std::max(r.hi, v);
    }
}

// Where rows within so many standard deviations of the data lie, as far as the codec tells.
std::vector<plot::Range> told_by(const Codec& codec, int d, double deviations) {
  Matrix<double> ends(2, d);
  for (int j = 0; j < d; ++j) ends[0][j] = -deviations, ends[1][j] = deviations;
  codec.decode_state(ends);
  std::vector<plot::Range> box;
  for (int j = 0; j < d; ++j) box.push_back({ends[0][j], ends[1][j]});
  return box;
}

// v(x, prediction, row) for every row, predictions of a denoiser at one level. x and v in model units.
template <class F>
void predict(const Denoiser& denoiser, const Level& level, const Matrix<double>& given, const Matrix<double>& x, F v) {
  denoiser.check(level);
  for_tiles(Cut{}, x.rows, [&](Rows rows, int64_t) {
    Matrix<double> state(rows.n, x.cols), x0(rows.n, x.cols), eps(rows.n, x.cols), told(rows.n, given.cols);
    for (int i = 0; i < rows.n; ++i) {
      std::copy_n(x[rows.first + i], x.cols, state[i]);
      if (given.cols) std::copy_n(given[0], given.cols, told[i]);
    }
    State s{rows, {state}};
    if (given.cols) s.real.push_back(told);
    Pred p{x0, eps};
    denoiser.eval(s, {&level, true}, p);
    for (int i = 0; i < rows.n; ++i) v(state[i], x0[i], eps[i], rows.first + i);
  });
}

Matrix<double> copy(Mat<const double> x) {
  Matrix<double> out(x.rows, x.cols);
  for (int64_t i = 0; i < x.rows; ++i) std::copy_n(x[i], x.cols, out[i]);
  return out;
}

void one_observation(const Matrix<double>* y) {
  if (y && y->rows != 1) throw Error("--given holds " + std::to_string(y->rows) + " observations; a picture is of one", Exit::spec);
}

// The score -eps / sigma of a denoiser behind a codec of this scale.
std::function<void(Mat<const double>, Mat<double>)> score(std::shared_ptr<const Denoiser> denoiser, const Level& level,
                                                          std::shared_ptr<const Codec> codec, double scale, const Matrix<double>& given) {
  return [=](Mat<const double> x, Mat<double> v) {
    Matrix<double> z = copy(x);
    codec->encode_state(z);
    predict(*denoiser, level, given, z, [&](const double*, const double*, const double* eps, int64_t i) {
      for (int64_t j = 0; j < x.cols; ++j) v[i][j] = -eps[j] / (level.sigma * scale);
    });
  };
}

template <class T>
std::shared_ptr<const T> borrowed(const T& t) {
  return {std::shared_ptr<void>(), &t};
}

void no_direction(const Value& o) {
  for (const char* key : {"direction", "noise"})
    if (!o[key].is_null())
      throw Error(std::string("--") + key + " is for transports between two laws, and this is a model of one; leave it out", Exit::spec);
}

}  // namespace

std::vector<plot::Set> fields(const Density& density, const Value& o, const Matrix<double>* y) {
  no_direction(o);
  if (!o["params"].is_null() || y) throw Error("an oracle has no parameters and no condition; leave --params and --given out", Exit::spec);
  const auto process = make<std::unique_ptr<Process>>(processes(), or_default(o["process"], processes(), "ve"));
  const auto codec = std::make_shared<AffineCodec>(AffineCodec::identity(density.dim()));
  std::vector<plot::Set> out;
  for (const double t : times(o, plot::implied(o["kind"]) == "quiver" ? .5 : 0)) {
    const Level level = t == 0 ? Level{} : process->linear()->at(t);
    plot::Set& s = out.emplace_back();
    if (!o["time"].is_null() || t > 0) s.name = at_time(t);
    enclose(s.box, density, level);
    s.log_p = [&density, level](Mat<const double> x, double* p) {
      for_tiles(Cut{}, x.rows, [&](Rows rows, int64_t) { density.logp(x.slice(rows.first, rows.n), level, p + rows.first); });
    };
    s.arrows_name = "score";
    if (!level.clean()) s.arrows = score(borrowed<Denoiser>(density), level, codec, 1, {});
  }
  return out;
}

std::vector<plot::Set> fields(const Model& model, const Value& o, const Matrix<double>* y) {
  no_direction(o);
  one_observation(y);
  const auto network = std::make_shared<const NetDenoiser>(model.denoiser(o));
  const Matrix<double> given = model.given(y);
  std::vector<plot::Set> out;
  for (const double t : times(o, .5)) {
    const Level level = model.process->linear()->at(t);
    if (level.clean()) throw Error("at t = 0 a model knows no score; take a --time above 0", Exit::spec);
    plot::Set& s = out.emplace_back();
    s.name = at_time(t);
    s.box = told_by(model.codec, model.dim(), 2.5 * std::sqrt(level.alpha * level.alpha + level.sigma * level.sigma));
    s.arrows_name = "score";
    s.arrows = score(network, level, borrowed<Codec>(model.codec), model.codec.affine.scale, given);
  }
  return out;
}

std::vector<plot::Set> fields(const Bridged& model, const Value& o, const Matrix<double>* y) {
  if (!o["process"].is_null()) throw Error("--process is for models of one law; a bridge brings what it needs", Exit::spec);
  one_observation(y);
  const Transport& transport = *model.transport;
  const Direction way = direction_of(o);
  const bool still = o["noise"].is_null() ? transport.flow_only() : o["noise"].number() == 0;
  const double sigma = o["noise"].is_null() ? 0 : o["noise"].number() / model.scale;
  const Way go = still ? transport.flow(way) : transport.sde(way, o["noise"].is_null() ? nullptr : &sigma);
  const Matrix<double> given = model.given ? model.given(y) : Matrix<double>();
  std::vector<plot::Set> out;
  for (const double t : times(o, .5)) {
    const double u = to_go(way, t);
    if (!(u > 0))
      throw Error("at t = " + to_json(t) + " rows that go " + name_of(way) + " have arrived, and there is no drift; take a --time before",
                  Exit::spec);
    const Level level = go.schedule->at(u);
    plot::Set& s = out.emplace_back();
    s.name = at_time(t);
    for (const Law* law : model.sources)
      if (law) enclose(s.box, *law, Level{});
    if (s.box.empty()) s.box = told_by(model.codec, transport.dim(), 3);
    s.arrows_name = std::string(still ? "velocity" : "drift") + " " + name_of(way);
    // Along the way u falls: of the flow eps is dx/du.
    s.arrows = [go, level, still, given, &codec = model.codec, scale = model.scale](Mat<const double> x, Mat<double> v) {
      Matrix<double> z = copy(x);
      codec.encode_state(z);
      const PinnedDrift drift(*go.schedule, level);  // not of the flow
      predict(*go.denoiser, level, given, z, [&](const double* state, const double* x0, const double* eps, int64_t i) {
        for (int64_t j = 0; j < x.cols; ++j) v[i][j] = scale * (still ? -eps[j] : drift.x * state[j] + drift.end * x0[j]);
      });
    };
  }
  return out;
}

}  // namespace dm::job
