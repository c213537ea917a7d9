// The negative control of tests/tools/bits.sh: core's threads with sums in the order in which lanes come in. Linked into a command in the
// place of core/parallel.cpp it makes what `omp reduction` and atomic additions make, numbers that depend on how many threads there are,
// and the comparison that all commands stand must find them. Lane 0 waits for the others wherever others can run, so that it never
// comes first there and always does on one thread: the control differs by construction, not by luck.
#define ordered_sum ordered_sum_of_the_library
#include "core/parallel.cpp"
#undef ordered_sum

namespace dm {

template <class T>
void ordered_sum(const Cut& cut, int64_t n, const std::function<void(Rows, T*)>& f, T* out, int64_t size) {
  const int64_t tiles = cut.tiles(n), lanes = cut.lanes_for(n);
  const bool alone = inside || threads() == 1;
  std::atomic<int64_t> in{0};
  std::mutex mutex;
  std::fill(out, out + size, T(0));
  parallel(lanes, [&](int64_t l) {
    struct Count {  // also of a lane that throws
      std::atomic<int64_t>& in;
      ~Count() { ++in; }
    } count{in};
    std::vector<T> lane(size_t(size), T(0));
    for (int64_t t = tiles * l / lanes; t < tiles * (l + 1) / lanes; ++t) f(cut.rows(n, t), lane.data());
    while (l == 0 && !alone && in < lanes - 1) std::this_thread::yield();
    const std::lock_guard lock(mutex);
    for (int64_t i = 0; i < size; ++i) out[i] += lane[size_t(i)];
  });
}

template void ordered_sum<float>(const Cut&, int64_t, const std::function<void(Rows, float*)>&, float*, int64_t);
template void ordered_sum<double>(const Cut&, int64_t, const std::function<void(Rows, double*)>&, double*, int64_t);

}  // namespace dm
