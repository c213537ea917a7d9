#include "core/parallel.h"

#include <atomic>
#include <vector>

#include "core/error.h"
#include "core/random.h"
#include "test.h"

using namespace dm;

TEST_CASE("ordered_sum: the same bits for every number of threads, and two threads really run") {
  const Cut cut{64};
  for (const int64_t n : {1, 64, 65, 300, 512, 5000}) {
    std::vector<float> first;
    for (const int t : {1, 2, 3, 5, 16}) {
      set_threads(t);
      std::vector<float> sum(7);
      Meeting meeting(n >= 300 ? std::min(t, 2) : 1);
      ordered_sum<float>(
          cut, n,
          [&](Rows r, float* lane) {
            meeting.pass();
            for (int i = 0; i < r.n; ++i) {
              Draws d(Stream(1), r[i]);
              for (int j = 0; j < 7; ++j) lane[j] += float(d.uniform());
            }
          },
          sum.data(), 7);
      if (t > 1 && n >= 300) CHECK(meeting.seen() > 1);
      if (first.empty()) first = sum;
      CHECK(sum == first);
      double direct = 0;
      for (int64_t i = 0; i < n; ++i) direct += Draws(Stream(1), i).uniform();
      CHECK(near(sum[0], direct, 1e-5));
    }
  }
  set_threads(0);
}

TEST_CASE("parallel: the error of the lowest piece is the one that is seen") {
  set_threads(4);
  for (int repeat = 0; repeat < 50; ++repeat) {
    try {
      parallel(100, [](int64_t i) {
        if (i >= 10) throw Error("piece " + std::to_string(i));
      });
      FAIL("no error");
    } catch (const Error& e) {
      CHECK(std::string(e.what()) == "piece 10");
    }
  }
  set_threads(0);
}

TEST_CASE("parallel: after an error the rest is not worked through") {
  for (const int t : {1, 2, 4}) {
    set_threads(t);
    std::atomic<int> ran = 0;
    CHECK_THROWS_WITH(parallel(4000,
                               [&](int64_t i) {
                                 ++ran;
                                 if (i == 0) throw Error("piece 0");
                                 std::this_thread::sleep_for(std::chrono::milliseconds(1));
                               }),
                      "piece 0");
    CHECK(ran < 2000);
    parallel(10, [&](int64_t) { ++ran; });  // and the next work is done as ever
    CHECK(ran >= 10);
  }
  set_threads(0);
}
