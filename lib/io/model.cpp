#include "io/model.h"

#include <map>

#include "core/error.h"
#include "io/encoding.h"
#include "io/hash.h"

namespace dm::io {

namespace {

// The attribute `checksum` of every array: the first half of the SHA-256 of its bytes. HDF5 sums its own structure, not the numbers.
template <class T>
Value checksum(const std::vector<T>& v) {
  const std::string sum = sha256({reinterpret_cast<const char*>(v.data()), v.size() * sizeof(T)});
  return int64_t(std::stoull(sum.substr(0, 16), nullptr, 16));
}

class Saver : public Archive {
 public:
  explicit Saver(h5::Group g) : g_(std::move(g)) {}
  bool saving() const override { return true; }
  void field(const char* name, std::vector<float>& v) override { array(name, v, {int64_t(v.size())}); }
  void field(const char* name, std::vector<double>& v) override { array(name, v, {int64_t(v.size())}); }
  void field(const char* name, std::vector<int64_t>& v) override { array(name, v, {int64_t(v.size())}); }
  void field(const char* name, Matrix<float>& m) override { array(name, m.v, {m.rows, m.cols}); }
  void field(const char* name, Matrix<double>& m) override { array(name, m.v, {m.rows, m.cols}); }
  void field(const char* name, int64_t& v) override { g_.set(name, v); }
  void field(const char* name, double& v) override { g_.set(name, v); }
  void field(const char* name, std::string& v) override { g_.set(name, v); }
  Archive& group(const char* name) override {
    auto& child = children_[name];
    if (!child) child = std::make_unique<Saver>(g_.make(name));
    return *child;
  }

 private:
  template <class T>
  void array(const char* name, const std::vector<T>& v, const h5::Shape& shape) {
    g_.write(name, v.data(), shape);
    g_.set("checksum", checksum(v), name);
  }

  h5::Group g_;
  std::map<std::string, std::unique_ptr<Saver>> children_;
};

class Loader : public Archive {
 public:
  Loader(h5::Group g, std::string file) : g_(std::move(g)), file_(std::move(file)) {}
  bool saving() const override { return false; }
  int64_t room() const override { return g_.room(); }
  void field(const char* name, std::vector<float>& v) override { array(name, v, length(v)); }
  void field(const char* name, std::vector<double>& v) override { array(name, v, length(v)); }
  void field(const char* name, std::vector<int64_t>& v) override { array(name, v, length(v)); }
  void field(const char* name, Matrix<float>& m) override { array(name, m.v, {m.rows, m.cols}); }
  void field(const char* name, Matrix<double>& m) override { array(name, m.v, {m.rows, m.cols}); }
  void field(const char* name, int64_t& v) override { v = scalar(name, &Value::is_integer, "an integer").integer(); }
  void field(const char* name, double& v) override { v = scalar(name, &Value::is_number, "a number").number(); }
  void field(const char* name, std::string& v) override { v = scalar(name, &Value::is_text, "text").text(); }
  Archive& group(const char* name) override {
    auto& child = children_[name];
    if (!child) child = std::make_unique<Loader>(g_.at(name), file_);
    return *child;
  }

 private:
  template <class T>
  static h5::Shape length(const std::vector<T>& v) {
    return v.empty() ? h5::Shape{} : h5::Shape{int64_t(v.size())};
  }

  // `expected` is the shape that the spec implies; empty: one axis of any length.
  template <class T>
  void array(const char* name, std::vector<T>& v, const h5::Shape& expected) {
    const h5::Info i = g_.info(name);
    // the stored type must be exact: a float read from a double would silently lose what a resumed run needs
    const bool exact = std::is_same_v<T, int64_t> ? i.kind == h5::Info::integer : i.kind == h5::Info::real && i.size == int(sizeof(T));
    if (i.kind != h5::Info::none && i.kind != h5::Info::group && !exact)
      throw Error(
          file_ + ": " + g_.where() + name + " holds another type of number than the model expects. The file is damaged or was edited.",
          Exit::data);
    if (exact && (expected.empty() ? i.shape.size() != 1 : i.shape != expected))
      throw Error(file_ + ": " + g_.where() + name + " has shape " + h5::to_text(i.shape) + "; the spec in the same file says " +
                      (expected.empty() ? "one axis" : h5::to_text(expected)) + ". The file is damaged or was edited.",
                  Exit::data);
    h5::Shape s;
    v = g_.read<T>(name, s);
    if (const Value sum = g_.get("checksum", name); !sum.is_null() && sum != checksum(v))  // older files have none
      throw Error(file_ + ": " + g_.where() + name + " is damaged: its numbers do not have the checksum that it names.", Exit::data);
  }
  Value scalar(const char* name, bool (Value::*is)() const, const char* what) {
    Value v = g_.get(name);
    if (v.is_null()) throw Error(file_ + ": the attribute " + g_.where() + "@" + name + " is missing.", Exit::data);
    if (!(v.*is)()) throw Error(file_ + ": the attribute " + g_.where() + "@" + name + " is not " + what + ".", Exit::data);
    return v;
  }

  h5::Group g_;
  std::string file_;
  std::map<std::string, std::unique_ptr<Loader>> children_;
};

}  // namespace

void write_model(const std::string& path, const Value& spec, const std::function<void(Archive&)>& content, const Value& provenance,
                 bool force, const char* type) {
  write_encoded(
      path, type,
      [&](h5::Group& root) {
        root.set("spec", spec);
        Saver saver(root);
        content(saver);
      },
      provenance, force);
}

struct Model::Impl {
  std::shared_ptr<const Input> in;
  h5::Group root;
  Loader loader;
  Value spec, provenance;
  Impl(std::shared_ptr<const Input> input, const char* type) : in(std::move(input)), root(opened(type)), loader(root, in->name()) {
    try {
      spec = parse_json(root.text("spec"), in->name() + ": attribute spec");
    } catch (const Error& e) {  // damage, not a spec that somebody wrote
      throw Error(e.what(), Exit::data);
    }
    provenance = read_provenance(root);
  }
  h5::Group opened(const char* type) const {
    if (in->content() != Content::hdf5) throw wrong_kind(*in, type);
    h5::Group g = in->open();
    expect_encoding(g, type, in->name());
    return g;
  }
};

bool holds_model(const Input& in, const char* kind) {
  if (in.content() != Content::hdf5 || !in.inside().empty()) return false;
  const Value type = in.open().get("encoding-type");
  return type.is_text() && type.text() == kind;
}

Model::Model(const std::string& path) : Model(std::make_shared<const Input>(path)) {}
Model::Model(std::shared_ptr<const Input> in, const char* type) : impl_(std::make_unique<Impl>(std::move(in), type)) {}
Model::~Model() = default;
Model::Model(Model&&) noexcept = default;
const Value& Model::spec() const { return impl_->spec; }
const Value& Model::provenance() const { return impl_->provenance; }
Told Model::told() const { return io::told(spec(), impl_->in->given()); }
std::vector<std::string> Model::names() const {
  return rebuild([&] {
    std::vector<std::string> out;
    if (const Value* names = spec().find("names"))
      for (const Value& name : names->items()) out.push_back(name.text());
    return out;
  });
}
const std::string& Model::sha256() const { return impl_->in->sha256(); }
Archive& Model::archive() { return impl_->loader; }
bool Model::has(const std::string& path) const { return impl_->root.has(path); }
// A spec that is wrong in a file was not written by hand: it is damage, too.
Error Model::of_this(const Error& e) const {
  const std::string& name = impl_->in->name();
  if (e.code() == Exit::spec) return Error(name + ": the attribute spec is damaged: " + e.what(), Exit::data);
  return e.code() != Exit::data || std::string_view(e.what()).starts_with(name) ? e : e.in(name);
}
std::vector<double> Model::numbers(const std::string& path) const {
  const auto as = [&]<class T>(std::vector<T> v) {
    impl_->loader.field(path.c_str(), v);
    return std::vector<double>(v.begin(), v.end());
  };
  const h5::Info i = impl_->root.info(path);
  return i.kind == h5::Info::integer ? as(std::vector<int64_t>()) : i.size == 4 ? as(std::vector<float>()) : as(std::vector<double>());
}

}  // namespace dm::io
