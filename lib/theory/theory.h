// The theorems of the field as curves: what a method truly does, by exact laws, beside what is proved about it. A theorem is one file and
// one name in registry.h.
#pragma once
#include <string>
#include <vector>

#include "core/mat.h"
#include "core/option.h"
#include "core/progress.h"
#include "plot/chart.h"

namespace dm {

// A fitted rate, a fitted constant, a count: what the curves say in one number.
struct Fit {
  std::string name;
  double value;
  std::string doc;
};

// One row a setting: what was chosen, what came out, what the theorem allows; and the charts that draw it.
struct Curves {
  std::vector<std::string> columns;
  Matrix<double> table;  // [rows, columns]
  std::vector<plot::Chart> charts;
  std::vector<Fit> fits;

  explicit Curves(std::vector<std::string> names) : columns(std::move(names)) { table.cols = int64_t(columns.size()); }
  int64_t rows() const { return table.rows; }
  void add(const std::vector<double>& row);
  int64_t column(const std::string& name) const;
  double& at(int64_t row, const std::string& name) { return table[row][column(name)]; }
  // Column `name` of rows first .. first + n - 1.
  std::vector<double> get(const std::string& name, int64_t first, int64_t n) const;
  double fit(const std::string& name) const;  // its value
};

// tv, decomposition, manifold, ula, few-steps
const Family& theorems();
using Theorem = Entry<Curves, uint64_t, Progress&>;  // options, seed

// A member of a registry with its defaults: "ve", or {"type": "ou", ...}.
template <class T>
T built(const Family& family, const Value& v) {
  std::vector<std::string> problems;
  const Value resolved = resolve(family, v, "", problems);
  throw_problems(problems);
  return make<T>(family, resolved);
}

// The numbers of an option of the curve `name`, refused (Exit::spec) unless each is larger than the one before.
std::vector<double> rising(const Value& options, const char* key, const char* name);
// Slope of the least-squares line of y against x; of their logarithms for rates and orders.
double slope(const std::vector<double>& x, const std::vector<double>& y);
std::vector<double> logs(std::vector<double>);
// The smallest C with truth <= C shape at every point: a bound whose constant the theorem leaves open is fitted from one side only.
double one_sided(const std::vector<double>& truth, const std::vector<double>& shape);
std::string plain(double);  // as a label says it: 8, 0.05

}  // namespace dm
