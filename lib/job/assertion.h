// The language of dm-eval's --assert: one comparison (<, <=, >, >=) between two sums of products of numbers and results.
//   w2/floor < 1.6        nn-share.z < 3        moments.mean_error <= .02        (sw2 - sw2.floor) / sw2.floor < .5
// `w2` is its value, `w2.floor` any number in its entry (arrays: `moments.mean.0`), a bare `floor` that of the metric named last. A minus
// sign between names needs spaces around it, since names may contain one; abs(...) is the absolute value.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/value.h"

namespace dm::job {

struct Verdict {
  bool pass = false;
  std::string sentence;  // "'w2/floor<1.6' fails: 1.83 is not < 1.6 (w2 = .11, w2.floor = .06)"
};

struct Assertion {
  std::string text;
  std::vector<std::string> metrics;  // that it names
  // The results of evaluate(). Null, NaN, a division by zero or a field that is not there fails, whatever the comparison.
  std::function<Verdict(const Value& results)> check;
};

// Throws Exit::spec with the place of the mistake.
Assertion parse_assertion(const std::string& text);
// {"assert": ["w2/floor<1.6", ...]}, at least one; `name` is what the sentences call the file. Exit::spec.
std::vector<Assertion> parse_assertions(const Value& expected, const std::string& name);
// Throws Exit::spec where an assertion names a metric that is not among the chosen ones: it could only fail.
void require_metrics(const std::vector<Assertion>&, const std::vector<std::string>& chosen);

}  // namespace dm::job
