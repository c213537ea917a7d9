// The only place where threads exist. Work is cut into independent pieces whose results do not depend on who runs them; sums are
// reduced by a fixed binary tree. So the number of threads (OMP_NUM_THREADS, else SLURM_CPUS_PER_TASK, else the processors) is
// invisible in every bit.
#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>

#include "core/mat.h"

namespace dm {

int threads();            // how many run at most
void set_threads(int n);  // tests only; before or between parallel calls

// f(i) for i = 0 .. n-1, in any order, on all threads; the error of the lowest i is rethrown here. A nested call runs serially.
void parallel(int64_t n, const std::function<void(int64_t)>& f);

// Where rows are cut: a function of the spec alone, never of the machine, and stored in the model.
struct Cut {
  int tile = 64;  // rows a piece
  int lanes = 0;  // partial sums; 0: the rule below

  int64_t tiles(int64_t rows) const { return (rows + tile - 1) / tile; }
  int lanes_for(int64_t rows) const;  // tiles up to 4, else min(16, tiles / 2)
  Rows rows(int64_t n, int64_t t) const { return {t * tile, int(std::min<int64_t>(tile, n - t * tile)), nullptr}; }
};

// f(rows, tile index) for every tile of n rows, in parallel.
void for_tiles(const Cut&, int64_t n, const std::function<void(Rows, int64_t)>& f);

// out[0..size) = sum over tiles of what f adds to its lane buffer. Lane l owns a contiguous range of tiles and adds them in order;
// the lanes are reduced by a binary tree. T is float or double.
template <class T>
void ordered_sum(const Cut&, int64_t n, const std::function<void(Rows, T* lane)>& f, T* out, int64_t size);

}  // namespace dm
