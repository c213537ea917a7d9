#include "theory/theory.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace dm {

void Curves::add(const std::vector<double>& row) {
  if (row.size() != columns.size())
    throw Error("a row of " + std::to_string(row.size()) + " numbers was added to " + std::to_string(columns.size()) + " columns");
  table.v.insert(table.v.end(), row.begin(), row.end());
  ++table.rows;
}

int64_t Curves::column(const std::string& name) const {
  const auto at = std::find(columns.begin(), columns.end(), name);
  if (at == columns.end()) throw Error("the curves have no column '" + name + "'." + did_you_mean(name, columns));
  return at - columns.begin();
}

std::vector<double> Curves::get(const std::string& name, int64_t first, int64_t n) const {
  const int64_t j = column(name);
  std::vector<double> out;
  for (int64_t i = first; i < first + n; ++i) out.push_back(table[i][j]);
  return out;
}

double Curves::fit(const std::string& name) const {
  for (const Fit& f : fits)
    if (f.name == name) return f.value;
  throw Error("the curves have no fit '" + name + "'");
}

std::vector<double> rising(const Value& options, const char* key, const char* name) {
  const std::vector<double> v = options[key].numbers();
  for (size_t i = 1; i < v.size(); ++i)
    if (!(v[i] > v[i - 1]))
      throw Error("curve " + std::string(name) + ": in " + key + " " + plain(v[i]) + " follows " + plain(v[i - 1]) +
                      ", rising numbers were expected; put them in order, each once",
                  Exit::spec);
  return v;
}

double slope(const std::vector<double>& x, const std::vector<double>& y) {
  double mx = 0, my = 0, xy = 0, xx = 0;
  for (size_t i = 0; i < x.size(); ++i) mx += x[i] / double(x.size()), my += y[i] / double(x.size());
  for (size_t i = 0; i < x.size(); ++i) xy += (x[i] - mx) * (y[i] - my), xx += (x[i] - mx) * (x[i] - mx);
  return xy / xx;
}

std::vector<double> logs(std::vector<double> v) {
  for (double& x : v) x = std::log(x);
  return v;
}

double one_sided(const std::vector<double>& truth, const std::vector<double>& shape) {
  double c = 0;
  for (size_t i = 0; i < truth.size(); ++i) c = std::max(c, truth[i] / shape[i]);
  return c;
}

std::string plain(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", x);
  return text;
}

}  // namespace dm
