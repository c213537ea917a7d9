#include "job/noise.h"

#include <algorithm>

#include "core/parallel.h"
#include "core/random.h"

namespace dm::job {

const std::vector<Option>& noise_options() {
  static const std::vector<Option> options = {
      {"time", numbers(0, 1), Value::numbers({0.25, 0.5, 1}), "times t in [0, 1]: 0 the data, 1 the reference"},
      {"process", method(processes), "vp", "how noise is added"},
      {"path", flag(), false, "the times belong to one path a row, stored as /path/x; else each time is a block of rows of its own"},
      {"codec", choice({"identity", "standard"}), "identity",
       "standard: noise is added to (x - mean) / (pooled standard deviation) and taken back; identity: in data units"}};
  return options;
}

Noised noise(const Matrix<double>& data, const Value& o, uint64_t seed, Progress& progress) {
  const auto process = make<std::unique_ptr<Process>>(processes(), o["process"]);
  std::vector<double> times = o["time"].numbers();
  if (times.empty()) throw Error("no time is given, expected at least one number in [0, 1]", Exit::usage);
  const bool paths = o["path"].boolean();
  if (paths && !std::is_sorted(times.begin(), times.end()))
    throw Error("the times of a path must ascend, found " + to_json(Value::numbers(times)), Exit::usage);
  const int64_t n = data.rows, d = data.cols, blocks = int64_t(times.size());
  AffineCodec codec = o["codec"].text() == "standard" ? AffineCodec::fit(data) : AffineCodec::identity(int(d));
  Matrix<double> start = data;
  codec.encode(start);

  std::vector<Level> levels = {Level{}};
  for (const double t : times) levels.push_back(t == 0 ? Level{} : process->linear()->at(t));
  Matrix<double> states((blocks + 1) * n, d);
  const Stream stream = Stream(seed) / "dm-noise";
  progress.begin("noising");
  for_tiles(Cut{}, n, [&](Rows rows, int64_t) {
    Matrix<double> z(rows.n, d);
    for (int64_t k = 0; k <= blocks; ++k) {
      const Mat<double> x = states.view().slice(k * n + rows.first, rows.n);
      const Mat<double> from = k && paths ? states.view().slice((k - 1) * n + rows.first, rows.n) : start.view().slice(rows.first, rows.n);
      for (int i = 0; i < rows.n; ++i) std::copy_n(from[i], d, x[i]);
      if (!k) continue;
      normals(stream / (paths ? "path" : "marginal") / uint64_t(k - 1), rows, 0, z);
      State s{rows, {x}};
      process->transition(s, 0, paths ? levels[std::size_t(k) - 1] : Level{}, levels[std::size_t(k)], z);
    }
  });
  codec.decode(states);

  Noised out;
  const int64_t first = paths ? blocks : 1;  // the blocks that x holds
  out.x = Matrix<double>((blocks + 1 - first) * n, d);
  std::copy(states.v.begin() + first * n * d, states.v.end(), out.x.v.begin());
  for (int64_t k = first; k <= blocks; ++k) {
    out.t.insert(out.t.end(), std::size_t(n), times[std::size_t(k) - 1]);
    for (int64_t i = 0; i < n; ++i) out.row.push_back(i);
  }
  if (paths) {
    out.path = std::move(states);
    out.path_t = times;
    out.path_t.insert(out.path_t.begin(), 0);
  }
  return out;
}

}  // namespace dm::job
