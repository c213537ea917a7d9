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
// For the same reason the caller waits for pieces, not for threads: a worker that the machine wakes late finds nothing left to do and
// holds nobody up.
namespace {

thread_local bool inside = false;  // a nested parallel() runs serially

struct Job {
  const std::function<void(int64_t)>* f;  // not touched once every piece is taken
  const int64_t n;
  std::atomic<int64_t> next{0}, done{0};
  std::mutex mutex;
  std::atomic<int64_t> failed{INT64_MAX};  // the lowest piece that threw
  std::exception_ptr error;

  Job(const std::function<void(int64_t)>* work, int64_t pieces) : f(work), n(pieces) {}

  void run() {
    inside = true;
    for (int64_t i; (i = next.fetch_add(1)) < n;) {
      try {  // after a failure only lower pieces, which are taken already, can matter: the rest is passed over
        if (i < failed.load()) (*f)(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (i < failed) failed = i, error = std::current_exception();
      }
      if (done.fetch_add(1) + 1 == n) done.notify_one();
    }
    inside = false;
  }
};

class Pool {
 public:
  explicit Pool(int n) {
    for (int i = 1; i < n; ++i) workers_.emplace_back([this] { work(); });
  }
  ~Pool() {
    publish(nullptr);
    for (auto& w : workers_) w.join();
  }

  void run(int64_t n, const std::function<void(int64_t)>& f) {
    const auto job = std::make_shared<Job>(&f, n);
    publish(job);
    job->run();
    for (int i = 0; i < spins && job->done.load() < n; ++i) __builtin_ia32_pause();
    for (int64_t done; (done = job->done.load()) < n;) job->done.wait(done);
    if (job->error) std::rethrow_exception(job->error);
  }

 private:
  static constexpr int spins = 4000;  // some tens of microseconds

  void publish(std::shared_ptr<Job> job) {
    {
      const std::lock_guard lock(mutex_);
      job_ = std::move(job);
    }
    generation_.fetch_add(1);
    generation_.notify_all();
  }
  void work() {
    for (uint32_t seen = 0;;) {
      for (int i = 0; i < spins && generation_.load() == seen; ++i) __builtin_ia32_pause();
      generation_.wait(seen);
      std::shared_ptr<Job> job;
      {
        const std::lock_guard lock(mutex_);
        seen = generation_.load();
        job = job_;
      }
      if (!job) return;
      job->run();
    }
  }

  std::vector<std::thread> workers_;
  std::atomic<uint32_t> generation_{0};
  std::mutex mutex_;
  std::shared_ptr<Job> job_;
};

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
  static thread_local Lines<T> store;  // kept between calls: no allocation in a training loop
  Lines<T>& buffer = store;
  const int64_t room = (size + 15) / 16 * 16;  // of a lane
  buffer.resize(size_t((lanes - 1) * room));
  const auto lane_of = [&, first = buffer.data()](int64_t l) {
    return l ? first + (l - 1) * room : out;
  };  // the first is the result's place
  parallel(lanes, [&](int64_t l) {
    T* lane = lane_of(l);
    std::fill(lane, lane + size, T(0));
    for (int64_t t = tiles * l / lanes; t < tiles * (l + 1) / lanes; ++t) f(cut.rows(n, t), lane);
  });
  constexpr int64_t slice = 4096;  // the tree over lanes, slice by slice; each element's order of additions is the same everywhere
  parallel((size + slice - 1) / slice, [&](int64_t s) {
    const int64_t lo = s * slice, hi = std::min(size, lo + slice);
    for (int64_t width = 1; width < lanes; width *= 2)
      for (int64_t l = 0; l + width < lanes; l += 2 * width) {
        T* __restrict a = lane_of(l);
        const T* __restrict b = lane_of(l + width);
        for (int64_t i = lo; i < hi; ++i) a[i] += b[i];
      }
  });
}

template void ordered_sum<float>(const Cut&, int64_t, const std::function<void(Rows, float*)>&, float*, int64_t);
template void ordered_sum<double>(const Cut&, int64_t, const std::function<void(Rows, double*)>&, double*, int64_t);

}  // namespace dm
