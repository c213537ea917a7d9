#include "core/wide.h"

#include <cstring>

#include "gradients.h"
#include "nn/registry.h"
#include "test.h"

using namespace dm;

namespace {

// What the tape writes for f over x: f, f', and the gradient of sum_ij f(x)_ij + f'(x)_ij, which holds f''.
template <class S>
std::vector<S> written(Activation f, const Matrix<double>& from) {
  ParamSet<S> params{Layout()};
  Arena arena;
  Tape<S> tape(params, arena);
  const Mat<S> x = arena.matrix<S>(from.rows, from.cols);
  for (int64_t i = 0; i < x.rows; ++i)
    for (int64_t j = 0; j < x.cols; ++j) x[i][j] = S(from[i][j]);
  const std::vector<S> one(size_t(x.rows), 1);
  const Var in = tape.input(x), y = activate(tape, in, f), d = slope(tape, in, f);
  tape.backward(weighted_sum(tape, row_sum(tape, add(tape, y, d)), one.data()));
  std::vector<S> all;
  for (const Mat<S> m : {tape.value(y), tape.value(d), tape.grad(in)})
    for (int64_t i = 0; i < m.rows; ++i) all.insert(all.end(), m[i], m[i] + m.cols);
  return all;
}

}  // namespace

TEMPLATE_TEST_CASE("wide vectors: activations, their slopes and curvatures have the bits of the build's own level", "", float, double) {
  using S = TestType;
  for (const auto& name : activation_names())
    for (int cols = 1; cols <= 70; ++cols) {  // whole vectors and what is left of them
      Matrix<double> x = random_matrix(4, cols, 7);
      for (int j = 0; j < cols; ++j) x[1][j] *= 30, x[2][j] *= 1e-6, x[3][j] *= 1000;
      x[3][0] = 0, x[3][cols / 2] = -0.0, x[3][cols - 1] = 1e30;
      set_wide_vectors(false);
      const auto narrow = written<S>(activation_named(name), x);
      set_wide_vectors(true);
      const auto wide = written<S>(activation_named(name), x);
      INFO(name << ", " << cols << " columns");
      REQUIRE(narrow.size() == size_t(12 * cols));
      CHECK(std::memcmp(narrow.data(), wide.data(), narrow.size() * sizeof(S)) == 0);
    }
}

TEST_CASE("wide vectors: normal draws have the bits of the build's own level") {
  for (int cols = 1; cols <= 9; ++cols) {
    Matrix<double> z[2] = {Matrix<double>(37, cols), Matrix<double>(37, cols)};
    for (const bool wide : {false, true}) {
      set_wide_vectors(wide);
      normals(Stream(3), {5, 37}, 2, z[wide]);
    }
    CHECK(std::memcmp(z[0].v.data(), z[1].v.data(), z[0].v.size() * sizeof(double)) == 0);
  }
}
