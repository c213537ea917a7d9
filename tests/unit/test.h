// The only place that names the test framework.
#pragma once
#include <catch2/catch.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

// Threads that pass here wait for each other (at most ten seconds), so that "two threads really ran" is a fact, not a race.
class Meeting {
 public:
  explicit Meeting(int expected) : expected_(expected) {}
  void pass() {
    std::unique_lock lock(mutex_);
    seen_.insert(std::this_thread::get_id());
    changed_.notify_all();
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return int(seen_.size()) >= expected_; });
  }
  int seen() const { return int(seen_.size()); }

 private:
  int expected_;
  std::set<std::thread::id> seen_;
  std::mutex mutex_;
  std::condition_variable changed_;
};

// |a - b| <= tol * max(1, |b|)
inline bool near(double a, double b, double tol) { return std::abs(a - b) <= tol * std::max(1.0, std::abs(b)); }
