#include "job/noise.h"

#include <algorithm>

#include "core/parallel.h"
#include "core/random.h"
#include "job/shard.h"

namespace dm::job {

const std::vector<Option>& noise_options() {
  static const std::vector<Option> options = {
      {"time", numbers(0, 1), Value::numbers({0.25, 0.5, 1}), "times t in [0, 1]: 0 the data, 1 the reference"},
      {"process", method(processes), "vp", "how noise is added"},
      {"path", flag(), false, "the times belong to one path a row, stored as /path/x; else each time is a block of rows of its own"},
      {"codec", choice({"identity", "standard"}), "identity",
       "standard: noise is added to (x - mean) / (pooled standard deviation) and taken back; identity: in data units"},
      shard_option()};
  return options;
}

Noised noise(const Matrix<double>& data, const Value& o, uint64_t seed, Progress& progress) {
  const auto process = make<std::unique_ptr<Process>>(processes(), o["process"]);
  std::vector<double> times = o["time"].numbers();
  if (times.empty()) throw Error("no time is given, expected at least one number in [0, 1]", Exit::spec);
  const bool paths = o["path"].boolean();
  if (paths && !std::is_sorted(times.begin(), times.end()))
    throw Error("the times of a path must ascend, found " + to_json(Value::numbers(times)), Exit::spec);
  const int64_t n = data.rows, d = data.cols, blocks = int64_t(times.size());
  const auto [first, m] = shard_of(o, paths ? n : blocks * n);
  progress.ready(Memory()
                     .add("data", 2.0 * double(n * d))
                     .add("noised rows", double(m) * double(2 * d + 2))
                     .add("paths", paths ? double(blocks + 1) * double(m * d) : 0));
  AffineCodec codec = o["codec"].text() == "standard" ? AffineCodec::fit(data) : AffineCodec::identity(int(d));
  Matrix<double> start = data;
  codec.encode(start);

  std::vector<Level> levels = {Level{}};
  for (const double t : times) levels.push_back(t == 0 ? Level{} : process->linear()->at(t));
  const Stream stream = Stream(seed) / "dm-noise" / (paths ? "path" : "marginal");
  // Takes the rows from .. from + to.rows - 1 of the data, at level a in `at`, to level k.
  const auto move = [&](int64_t from, Mat<const double> at, const Level& a, int64_t k, Mat<double> to) {
    for_tiles(Cut{}, to.rows, [&](Rows part, int64_t) {
      const Mat<double> x = to.slice(part.first, part.n);
      std::copy_n(at[part.first], part.n * d, x.p);
      static thread_local Matrix<double> room;  // kept between tiles
      if (room.rows < part.n || room.cols != d) room = Matrix<double>(part.n, d);
      const Mat<double> z = room.view().slice(0, part.n);
      const Rows rows{from + part.first, part.n};
      normals(stream / uint64_t(k - 1), rows, 0, z);
      State s{rows, {x}};
      process->transition(s, 0, a, levels[std::size_t(k)], z);
    });
  };
  progress.begin("noising");
  Noised out;
  out.x = Matrix<double>(m, d);
  if (paths) {
    Matrix<double> states((blocks + 1) * m, d);
    const auto state = [&](int64_t k) { return states.view().slice(k * m, m); };
    std::copy_n(start[first], m * d, states[0]);
    for (int64_t k = 1; k <= blocks; ++k) move(first, state(k - 1), levels[std::size_t(k) - 1], k, state(k));
    codec.decode(states);
    std::copy_n(states[blocks * m], m * d, out.x[0]);
    out.path = std::move(states);
    out.path_t = times;
    out.path_t.insert(out.path_t.begin(), 0);
  } else {
    for (int64_t k = 1; k <= blocks; ++k) {
      const int64_t lo = std::max(first, (k - 1) * n), hi = std::min(first + m, k * n), from = lo - (k - 1) * n;
      if (lo < hi) move(from, start.view().slice(from, hi - lo), Level{}, k, out.x.view().slice(lo - first, hi - lo));
    }
    codec.decode(out.x);
  }
  out.t.resize(std::size_t(m)), out.row.resize(std::size_t(m));
  int64_t block = first / n, row = first % n;
  for (std::size_t i = 0; i < out.t.size(); ++i) {
    out.t[i] = paths ? times.back() : times[std::size_t(block)], out.row[i] = row;
    if (++row == n) row = 0, ++block;
  }
  return out;
}

}  // namespace dm::job
