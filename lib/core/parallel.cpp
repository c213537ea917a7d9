#include "core/parallel.h"

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace dm {

// A pool with bounded waiting. Spinning without bound (libgomp's default) costs a factor of ten where another job shares the
// processors, sleeping at once costs tens of microseconds at each of the two barriers of a training step; so: spin briefly, then sleep.
namespace {

class Pool {
 public:
  explicit Pool(int n) {
    for (int i = 1; i < n; ++i) workers_.emplace_back([this] { work(); });
  }
  ~Pool() {
    stop_ = true;
    wake();
    for (auto& w : workers_) w.join();
  }

  void run(int64_t n, const std::function<void(int64_t)>& f) {
    f_ = &f, n_ = n;
    error_ = nullptr, failed_ = INT64_MAX;
    next_.store(0);
    busy_.store(int(workers_.size()));
    wake();
    pieces(false);
    for (int i = 0; i < spins && busy_.load() > 0; ++i) __builtin_ia32_pause();
    for (int left = busy_.load(); left > 0; left = busy_.load()) busy_.wait(left);
    if (error_) std::rethrow_exception(error_);
  }

  std::atomic<int64_t> joined{0};

 private:
  static constexpr int spins = 4000;  // some tens of microseconds

  void wake() {
    generation_.fetch_add(1);
    generation_.notify_all();
  }
  void work() {
    for (uint32_t seen = 0;;) {
      for (int i = 0; i < spins && generation_.load() == seen; ++i) __builtin_ia32_pause();
      generation_.wait(seen);
      seen = generation_.load();
      if (stop_) return;
      pieces(true);
      if (busy_.fetch_sub(1) == 1) busy_.notify_one();
    }
  }
  void pieces(bool helper);

  std::vector<std::thread> workers_;
  std::atomic<uint32_t> generation_{0};
  std::atomic<int> busy_{0};
  std::atomic<int64_t> next_{0};
  std::atomic<bool> stop_{false};
  const std::function<void(int64_t)>* f_ = nullptr;
  int64_t n_ = 0, failed_ = INT64_MAX;
  std::exception_ptr error_;
  std::mutex mutex_;
};

thread_local bool inside = false;  // a nested parallel() runs serially

void Pool::pieces(bool helper) {
  inside = true;
  for (int64_t i; (i = next_.fetch_add(1)) < n_;) {
    try {
      (*f_)(i);
      if (helper) joined.fetch_add(1, std::memory_order_relaxed);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (i < failed_) failed_ = i, error_ = std::current_exception();
    }
  }
  inside = false;
}

int wanted = 0;
std::unique_ptr<Pool> pool;

int from_environment(const char* name) {
  const char* s = std::getenv(name);
  const int n = s ? std::atoi(s) : 0;
  return n > 0 ? std::min(n, 256) : 0;
}

}  // namespace

int threads() {
  if (!wanted) wanted = from_environment("OMP_NUM_THREADS");
  if (!wanted) wanted = from_environment("SLURM_CPUS_PER_TASK");
  if (!wanted) wanted = std::max(1, int(std::thread::hardware_concurrency()));
  return wanted;
}

void set_threads(int n) {
  pool.reset();
  wanted = n;
}

int64_t parallel_joined() { return pool ? pool->joined.load() : 0; }

void parallel(int64_t n, const std::function<void(int64_t)>& f) {
  if (inside || n <= 1 || threads() == 1) {
    for (int64_t i = 0; i < n; ++i) f(i);
    return;
  }
  if (!pool) pool = std::make_unique<Pool>(threads());
  pool->run(n, f);
}

int Cut::lanes_for(int64_t rows) const {
  const int64_t t = tiles(rows);
  if (lanes > 0) return int(std::min<int64_t>(lanes, std::max<int64_t>(t, 1)));
  return int(t <= 4 ? std::max<int64_t>(t, 1) : std::min<int64_t>(16, t / 2));
}

void for_tiles(const Cut& cut, int64_t n, const std::function<void(Rows, int64_t)>& f) {
  parallel(cut.tiles(n), [&](int64_t t) { f(cut.rows(n, t), t); });
}

template <class T>
void ordered_sum(const Cut& cut, int64_t n, const std::function<void(Rows, T*)>& f, T* out, int64_t size) {
  const int64_t tiles = cut.tiles(n), lanes = cut.lanes_for(n);
  static thread_local std::vector<T> store;  // kept between calls: no allocation in a training loop
  std::vector<T>& buffer = store;
  buffer.resize(size_t(lanes * size));
  parallel(lanes, [&](int64_t l) {
    T* lane = buffer.data() + l * size;
    std::fill(lane, lane + size, T(0));
    for (int64_t t = tiles * l / lanes; t < tiles * (l + 1) / lanes; ++t) f(cut.rows(n, t), lane);
  });
  constexpr int64_t slice = 4096;  // the tree over lanes, slice by slice; each element's order of additions is the same everywhere
  parallel((size + slice - 1) / slice, [&](int64_t s) {
    const int64_t lo = s * slice, hi = std::min(size, lo + slice);
    for (int64_t width = 1; width < lanes; width *= 2)
      for (int64_t l = 0; l + width < lanes; l += 2 * width) {
        T* a = buffer.data() + l * size;
        const T* b = buffer.data() + (l + width) * size;
        for (int64_t i = lo; i < hi; ++i) a[i] += b[i];
      }
    std::copy(buffer.data() + lo, buffer.data() + hi, out + lo);
  });
}

template void ordered_sum<float>(const Cut&, int64_t, const std::function<void(Rows, float*)>&, float*, int64_t);
template void ordered_sum<double>(const Cut&, int64_t, const std::function<void(Rows, double*)>&, double*, int64_t);

}  // namespace dm
