// Model files: the whole spec and named arrays in groups. What is in them is the business of the object that visits the Archive.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/archive.h"
#include "core/error.h"
#include "core/value.h"
#include "io/told.h"

namespace dm::io {

// encoding-type of a trained model, of a static plan of two sets (a bridge in closed form), and of half a training.
inline constexpr const char *model_type = "dm-model", *plan_type = "dm-plan", *checkpoint_type = "dm-checkpoint";

// Writes `path` atomically: attribute `spec` (JSON text), then whatever content(archive) lists: vectors become 1-D datasets
// (/params/w), scalars and strings attributes, groups groups. `provenance` as in write_dataset.
void write_model(const std::string& path, const Value& spec, const std::function<void(Archive&)>& content, const Value& provenance = {},
                 bool force = false, const char* type = model_type);

// Whether an input is such a file, by its attribute encoding-type.
bool holds_model(const Input&, const char* type = model_type);

// An open model file. archive() loads: a field that is missing, of another type or of another length than the vector that asks for it
// throws Exit::data with file, field, found and expected.
class Model {
 public:
  explicit Model(const std::string& path);  // "-" is stdin
  explicit Model(std::shared_ptr<const Input>, const char* type = model_type);
  ~Model();
  Model(Model&&) noexcept;

  const Value& spec() const;
  const Value& provenance() const;         // null where absent
  std::vector<std::string> names() const;  // of the columns, from spec()
  Told told() const;                       // of the condition, likewise
  const std::string& sha256() const;
  Archive& archive();
  bool has(const std::string& path) const;                     // "ema" or "optimizer/m"
  std::vector<double> numbers(const std::string& path) const;  // any 1-D array as double, for plots: numbers("loss")
  // make(), which rebuilds something from spec() and archive(): what it finds wrong there (Exit::data) is said of this file.
  template <class F>
  auto rebuild(F make) const {
    try {
      return make();
    } catch (const Error& e) {
      throw of_this(e);
    }
  }

 private:
  Error of_this(const Error&) const;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dm::io
