// The one sampling loop: a tile of rows goes through the whole plan on one thread.
#pragma once
#include <functional>

#include "core/parallel.h"
#include "core/progress.h"
#include "sample/rule.h"

namespace dm {

// Draw 0 of a move hangs on the stream itself, the others on a path of their own.
struct PhiloxNoise : Noise {
  Stream stream;
  explicit PhiloxNoise(Stream s) : stream(s) {}
  void draw(Rows rows, int move, int draw, Mat<double> z) const override {
    normals(draw ? stream / uint64_t(draw) : stream, rows, uint32_t(move), z);
  }
};

struct Sampler {
  const Schedule& schedule;
  const Denoiser& denoiser;
  const StepRule& rule;       // of the moves `reverse`
  const StepRule& corrector;  // of the moves `correct`; a rule may be its own
  const Plan& plan;
  const Noise& noise;
  // Fills the first state of a tile, [rows.n, d] in model units.
  std::function<void(Rows, Mat<double>)> start;
  // Called with the state before the first move (k = 0) and after move k = 1 .. plan.size(); may be null.
  std::function<void(Rows, int k, Mat<const double>)> observe = nullptr;
  // The condition of each row of x, [rows, w], as the state's second component; without columns: none.
  Mat<const double> given = {};

  // Refuses levels that the denoiser cannot serve, and a rule that this schedule or denoiser is not made for.
  static void check(const Schedule&, const Denoiser&, const StepRule& rule, const Plan&);
  // The same check, then draws `rows` into x [rows.n, d]. A row depends on its id and its condition alone.
  // Throws where a state is not finite, naming row and move.
  void run(Rows rows, Mat<double> x, Progress&) const;
};

}  // namespace dm
