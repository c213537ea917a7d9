// A process takes a state from the data to a reference. It offers primitives only; reverse steps belong to samplers.
#pragma once
#include "process/schedule.h"
#include "space/state.h"

namespace dm {

struct Process {
  virtual ~Process() = default;
  // Component c of x from one level to a later one, in place; from the clean level this is the exact one-shot noising.
  // z: [rows.n, d_c] standard normal draws.
  virtual void transition(State& x, int c, const Level& from, const Level& to, Mat<const double> z) const = 0;
  // Component c as a draw of the reference law at level `at`.
  virtual void reference(State& x, int c, const Level& at, Mat<const double> z) const = 0;
  // The schedule of a linear process on R^d, or null.
  virtual const Schedule* linear() const { return nullptr; }
};

struct LinearProcess : Process {
  std::unique_ptr<const Schedule> schedule;

  explicit LinearProcess(std::unique_ptr<const Schedule> s) : schedule(std::move(s)) {}
  void transition(State& x, int c, const Level& from, const Level& to, Mat<const double> z) const override;
  void reference(State& x, int c, const Level& at, Mat<const double> z) const override;
  const Schedule* linear() const override { return schedule.get(); }
};

// vp, sub-vp, ddpm, ve, ou
const Family& processes();
using ProcessEntry = Entry<std::unique_ptr<Process>>;

template <class S, class... Args>
std::unique_ptr<Process> linear_process(Args... args) {
  return std::make_unique<LinearProcess>(std::make_unique<S>(args...));
}

}  // namespace dm
