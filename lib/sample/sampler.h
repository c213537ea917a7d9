// The one sampling loop: a tile of rows goes through the whole plan on one thread.
#pragma once
#include <functional>

#include "core/parallel.h"
#include "core/progress.h"
#include "core/random.h"
#include "sample/rule.h"

namespace dm {

// Where a sampler takes its noise from: Philox by (row, move), or impulses in a test, which turn one run into the run's affine map.
struct Noise {
  virtual ~Noise() = default;
  virtual void draw(Rows, int move, Mat<double> z) const = 0;
};
struct PhiloxNoise : Noise {
  Stream stream;
  explicit PhiloxNoise(Stream s) : stream(s) {}
  void draw(Rows rows, int move, Mat<double> z) const override { normals(stream, rows, uint32_t(move), z); }
};

struct Sampler {
  const Schedule& schedule;
  const Denoiser& denoiser;
  const StepRule& rule;
  const Plan& plan;
  const Noise& noise;
  // Fills the first state of a tile, [rows.n, d] in model units.
  std::function<void(Rows, Mat<double>)> start;
  // Called with the state before the first move (k = 0) and after move k = 1 .. plan.size(); may be null.
  std::function<void(Rows, int k, Mat<const double>)> observe = nullptr;

  // Refuses levels that the denoiser cannot serve, then draws rows ids.first .. first + n - 1 into x [n, d]. Row i depends on its id
  // alone. Throws where a state is not finite, naming row and move.
  void run(int64_t first, Mat<double> x, Progress&) const;
};

}  // namespace dm
