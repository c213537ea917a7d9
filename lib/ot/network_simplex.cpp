// Primal network simplex (Ahuja, Magnanti & Orlin 1993, chapter 11) for the transportation problem, with three simplifications that the
// problem allows:
// - Arcs are implicit: a reduced cost is computed from the points when it is looked at, four at a time. In low dimension that is cheaper
//   than reading it from memory; from d = 9 on the cost matrix is stored.
// - The start is the greedy plan (every source ships to its nearest sink with room). Its trees hang on a root by arcs source -> root: a
//   sink without demand, whose arcs never carry mass and never enter again. No big-M cost is needed.
// - Masses are whole numbers, so blocking arcs and ties are exact. Trees stay strongly feasible (an arc without mass always points to the
//   root; the leaving arc is the last blocking one, ibid. 11.6), hence no cycling.
#include "ot/network_simplex.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>

#include "core/error.h"

namespace dm {
namespace {

constexpr int64_t chunk = 256;  // columns priced at a time
constexpr double inf = std::numeric_limits<double>::infinity();
typedef double Four __attribute__((vector_size(32)));

// c_ij for a run of j: from the points, column by column, or from the stored matrix.
class Costs {
 public:
  Costs(Mat<const double> x, Mat<const double> y, int p)
      : n_(x.rows), width_((y.rows + 3) / 4 * 4), d_(x.cols), p_(p), x_(size_t(n_ * d_)), y_(size_t(width_ * d_)) {
    for (int64_t i = 0; i < n_; ++i) std::copy(x[i], x[i] + d_, &x_[size_t(i * d_)]);
    for (int64_t j = 0; j < y.rows; ++j)
      for (int64_t k = 0; k < d_; ++k) y_[size_t(k * width_ + j)] = y[j][k];
    if (d_ <= 8) return;
    store_.resize(size_t(n_ * width_));
    for (int64_t i = 0; i < n_; ++i) compute(i, 0, width_, &store_[size_t(i * width_)]);
  }
  int64_t width() const { return width_; }  // columns, padded to whole vectors

  // c_ij, j = first .. first + k - 1: a pointer into the store, or to `buffer` filled.
  const double* row(int64_t i, int64_t first, int64_t k, double* buffer) const {
    if (!store_.empty()) return &store_[size_t(i * width_ + first)];
    compute(i, first, k, buffer);
    return buffer;
  }
  double operator()(int64_t i, int64_t j) const {
    double c;
    return *row(i, j, 1, &c);
  }

 private:
  template <int D>
  void fixed(int64_t i, int64_t first, int64_t k, double* c) const {
    const double* x = &x_[size_t(i * D)];
    const double* y = &y_[size_t(first)];
    for (int64_t j = 0; j < k; ++j) {
      double s = 0;
      for (int l = 0; l < D; ++l) {
        const double e = x[l] - y[l * width_ + j];
        s += e * e;
      }
      c[j] = s;
    }
  }
  void compute(int64_t i, int64_t first, int64_t k, double* c) const {
    switch (d_) {
      case 1: fixed<1>(i, first, k, c); break;
      case 2: fixed<2>(i, first, k, c); break;
      case 3: fixed<3>(i, first, k, c); break;
      default:
        std::fill(c, c + k, 0.0);
        for (int64_t l = 0; l < d_; ++l) {
          const double x = x_[size_t(i * d_ + l)];
          const double* y = &y_[size_t(l * width_ + first)];
          for (int64_t j = 0; j < k; ++j) c[j] += (x - y[j]) * (x - y[j]);
        }
    }
    if (p_ == 1)
      for (int64_t j = 0; j < k; ++j) c[j] = std::sqrt(c[j]);
  }

  int64_t n_, width_, d_;
  int p_;
  std::vector<double> x_, y_, store_;  // y_ is [d, width]
};

struct Found {
  double value = inf;
  int64_t j = -1;
};

class Simplex {
 public:
  Simplex(const Costs& c, const std::vector<int64_t>& a, const std::vector<int64_t>& b)
      : c_(c), n_(int(a.size())), m_(int(b.size())), root_(n_ + m_), nodes_(size_t(root_ + 1)), pi_(size_t(n_ + c.width() + 1), inf) {
    greedy(a, b);
    sizes();
    potentials();
  }

  Flow solve() {
    const int64_t limit = 1000 + 2000 * int64_t(n_ + m_);
    // Potentials are updated by differences while pivoting; computed afresh from the tree they may show a few more pivots.
    for (bool fresh = true;; fresh = true) {
      for (Entering e; (e = price()).i >= 0; fresh = false) {
        pivot(e);
        if (++pivots_ > limit)
          throw Error("network simplex: not optimal after " + std::to_string(limit) + " pivots on " + std::to_string(n_) + " x " +
                      std::to_string(m_) + " points; the coordinates probably span too many orders of magnitude. Rescale them.");
      }
      if (fresh) return result();
      potentials();
    }
  }

 private:
  // Nodes: sources 0 .. n-1, sinks n .. n+m-1, root. The tree arc of a node leads to its parent; a source's arc runs up, a sink's down.
  struct Node {
    int parent = -1, child = -1, next = -1, prev = -1, size = 1;  // size: nodes of the subtree
    int64_t flow = 0;                                             // on the arc to the parent
  };
  struct Entering {
    int i = -1, j = -1;
    double reduced = 0;
  };
  bool source(int v) const { return v < n_; }
  Node& at(int v) { return nodes_[size_t(v)]; }
  double cost(int v, int parent) const {
    if (parent == root_) return 0;
    return source(v) ? c_(v, parent - n_) : c_(parent, v - n_);
  }

  void link(int v, int parent, int64_t flow) {
    Node& a = at(v);
    Node& p = at(parent);
    a.parent = parent, a.flow = flow, a.prev = -1, a.next = p.child;
    if (p.child >= 0) at(p.child).prev = v;
    p.child = v;
  }
  void unlink(int v) {
    Node& a = at(v);
    (a.prev >= 0 ? at(a.prev).next : at(a.parent).child) = a.next;
    if (a.next >= 0) at(a.next).prev = a.prev;
  }
  // f(v) for the subtree of `top`, parents first, without the subtree of `skip`.
  template <class F>
  void preorder(int top, int skip, F f) {
    for (int v = top;;) {
      if (v != skip) f(v);
      if (v != skip && at(v).child >= 0) {
        v = at(v).child;
        continue;
      }
      while (v != top && at(v).next < 0) v = at(v).parent;
      if (v == top) return;
      v = at(v).next;
    }
  }

  // min_j of c_ij + offset_j over a chunk of columns.
  Found least(int64_t i, int64_t first, int64_t k, const double* offset) const {
    alignas(32) double buffer[chunk];
    const double* c = c_.row(i, first, k, buffer);
    Four low[4];
    for (Four& l : low) l = Four{inf, inf, inf, inf};
    const auto look = [&](int64_t j, Four& l) {
      Four r, o;
      __builtin_memcpy(&r, c + j, 32);
      __builtin_memcpy(&o, offset + first + j, 32);
      r += o;
      l = r < l ? r : l;
    };
    int64_t at = 0;
    for (; at + 16 <= k; at += 16)
      for (int64_t q = 0; q < 4; ++q) look(at + 4 * q, low[q]);
    for (; at < k; at += 4) look(at, low[0]);
    Found best;
    for (const Four& l : low) best.value = std::min({best.value, l[0], l[1], l[2], l[3]});
    if (best.value < inf)
      for (int64_t j = 0; j < k && best.j < 0; ++j)
        if (c[j] + offset[first + j] == best.value) best.j = first + j;
    return best;
  }

  // Every source ships to its nearest sink with room, again until it is empty. Each shipment empties a source or fills a sink, so the
  // arcs form a forest; the trees are then hung on the root by their first source.
  void greedy(std::vector<int64_t> a, std::vector<int64_t> b) {
    std::vector<double> closed(size_t(c_.width()), inf);
    std::fill(closed.begin(), closed.begin() + m_, 0.0);
    std::vector<std::vector<std::pair<int, int64_t>>> arcs(size_t(n_ + m_));
    for (int i = 0; i < n_; ++i)
      while (a[size_t(i)] > 0) {
        Found best;
        for (int64_t first = 0; first < c_.width(); first += chunk) {
          const Found f = least(i, first, std::min(chunk, c_.width() - first), closed.data());
          if (f.value < best.value) best = f;
        }
        if (best.j < 0) throw Error("network simplex: squared distances overflow; rescale the coordinates.", Exit::data);
        const size_t j = size_t(best.j);
        const int64_t mass = std::min(a[size_t(i)], b[j]);
        a[size_t(i)] -= mass, b[j] -= mass;
        if (b[j] == 0) closed[j] = inf;
        arcs[size_t(i)].push_back({n_ + int(j), mass});
        arcs[size_t(n_) + j].push_back({i, mass});
        largest_cost_ = std::max(largest_cost_, best.value);
      }
    std::vector<int> stack;
    for (int i = 0; i < n_; ++i) {
      if (at(i).parent >= 0) continue;
      link(i, root_, 0);
      stack.push_back(i);
      while (!stack.empty()) {
        const int v = stack.back();
        stack.pop_back();
        for (const auto& [w, mass] : arcs[size_t(v)])
          if (w != at(v).parent) link(w, v, mass), stack.push_back(w);
      }
    }
  }

  void sizes() {
    std::vector<int> order;
    preorder(root_, -1, [&](int v) { order.push_back(v); });
    for (size_t k = order.size() - 1; k > 0; --k) at(at(order[k]).parent).size += at(order[k]).size;
  }

  // pi from the tree: c_ij - pi_i + pi_j = 0 on its arcs; u = pi on sources, v = -pi on sinks.
  void potentials() {
    double largest = largest_cost_;
    preorder(root_, -1, [&](int v) {
      const int p = at(v).parent;
      if (v == root_) return;
      const double c = cost(v, p), up = p == root_ ? 0 : pi_[size_t(p)];
      pi_[size_t(v)] = source(v) ? up + c : up - c;
      largest = std::max({largest, c, std::abs(pi_[size_t(v)])});
    });
    tolerance_ = 16 * std::numeric_limits<double>::epsilon() * largest;
  }

  // Block search with a candidate list: the best arc of each chunk among the next ~sqrt(nm) arcs becomes a candidate; while they last,
  // the most negative of them enters, their reduced costs computed anew each time.
  Entering price() {
    if (minor_ > 0) {
      --minor_;
      size_t kept = 0;
      Entering best{-1, -1, -tolerance_};
      for (Entering e : candidates_) {
        e.reduced = c_(e.i, e.j - n_) - pi_[size_t(e.i)] + pi_[size_t(e.j)];
        if (!(e.reduced < -tolerance_)) continue;
        candidates_[kept++] = e;
        if (e.reduced < best.reduced) best = e;
      }
      candidates_.resize(kept);
      if (kept > 0) return best;
    }
    candidates_.clear();
    const int64_t width = c_.width(), block = std::max<int64_t>(chunk, int64_t(std::sqrt(double(n_) * double(m_))));
    Entering best{-1, -1, -tolerance_};
    for (int64_t seen = 0, looked = 0; seen < n_ * width;) {
      const int64_t k = std::min(chunk, width - column_);
      const Found f = least(row_, column_, k, pi_.data() + n_);
      if (const double r = f.value - pi_[size_t(row_)]; r < -tolerance_) {
        candidates_.push_back({int(row_), n_ + int(f.j), r});
        if (r < best.reduced) best = candidates_.back();
      }
      seen += k, looked += k;
      if ((column_ += k) == width) column_ = 0, row_ = row_ + 1 == n_ ? 0 : row_ + 1;
      if (looked >= block) {
        if (best.i >= 0) break;
        looked = 0;
      }
    }
    minor_ = 5;
    return best;
  }

  void pivot(const Entering& e) {
    int join = e.i;
    for (int other = e.j; join != other;) {
      int& lower = at(join).size <= at(other).size ? join : other;  // an ancestor's subtree is larger
      lower = at(lower).parent;
    }

    // Mass is sent e.i -> e.j and back through the tree. The last blocking arc on the way join -> i -> j -> join leaves.
    int64_t delta = std::numeric_limits<int64_t>::max();
    int leaving = -1;
    bool below_i = true;
    for (int v = e.i; v != join; v = at(v).parent)
      if (source(v) && at(v).flow < delta) delta = at(v).flow, leaving = v;
    for (int v = e.j; v != join; v = at(v).parent)
      if (!source(v) && at(v).flow <= delta) delta = at(v).flow, leaving = v, below_i = false;
    if (delta > 0) {
      for (int v = e.i; v != join; v = at(v).parent) at(v).flow += source(v) ? -delta : delta;
      for (int v = e.j; v != join; v = at(v).parent) at(v).flow += source(v) ? delta : -delta;
    }

    // The cut-off subtree is turned over: its new top is the end of the entering arc that lies in it. Above the join no size changes.
    const int top = below_i ? e.i : e.j, moved = at(leaving).size;
    for (int v = at(leaving).parent; v != join; v = at(v).parent) at(v).size -= moved;
    for (int v = below_i ? e.j : e.i; v != join; v = at(v).parent) at(v).size += moved;
    int v = top, up = below_i ? e.j : e.i, below = 0;
    for (int64_t flow = delta;;) {
      const Node old = at(v);
      unlink(v);
      link(v, up, flow);
      at(v).size = moved - below;
      if (v == leaving) break;
      below = old.size, flow = old.flow, up = v, v = old.parent;
    }

    // Only differences of potentials matter: either the subtree moves or all the rest, whichever is smaller.
    const double shift = below_i ? e.reduced : -e.reduced;
    if (2 * moved <= root_)
      preorder(top, -1, [&](int w) { pi_[size_t(w)] += shift; });
    else
      preorder(root_, top, [&](int w) { pi_[size_t(w)] -= shift; });
  }

  Flow result() {
    struct Arc {
      int64_t i, j, mass;
    };
    std::vector<Arc> arcs;
    for (int v = 0; v < root_; ++v)
      if (at(v).flow > 0) arcs.push_back({source(v) ? v : at(v).parent, (source(v) ? at(v).parent : v) - n_, at(v).flow});
    std::sort(arcs.begin(), arcs.end(), [](const Arc& a, const Arc& b) { return a.i != b.i ? a.i < b.i : a.j < b.j; });
    Flow f;
    for (const Arc& a : arcs) f.i.push_back(a.i), f.j.push_back(a.j), f.mass.push_back(a.mass);
    f.u.assign(pi_.begin(), pi_.begin() + n_);
    for (int j = 0; j < m_; ++j) f.v.push_back(-pi_[size_t(n_ + j)]);
    f.pivots = pivots_;
    return f;
  }

  const Costs& c_;
  int n_, m_, root_;
  std::vector<Node> nodes_;
  std::vector<double> pi_;  // sources, then sinks padded with infinity, which no reduced cost undercuts (the root is never read)
  double largest_cost_ = 0, tolerance_ = 0;
  std::vector<Entering> candidates_;
  int64_t row_ = 0, column_ = 0, pivots_ = 0;
  int minor_ = 0;
};

}  // namespace

Flow network_simplex(Mat<const double> x, const std::vector<int64_t>& a, Mat<const double> y, const std::vector<int64_t>& b, int p) {
  return Simplex(Costs(x, y, p), a, b).solve();
}

}  // namespace dm
