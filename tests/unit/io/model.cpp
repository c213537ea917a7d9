#include "io/model.h"

#include <filesystem>

#include "folder.h"
#include "io/checksum.h"
#include "test.h"

using namespace dm;

namespace {

struct Thing {
  std::vector<float> w{1.5f, -2, 3};
  std::vector<double> m{0.1, 0.2};
  std::vector<int64_t> shape{3, 4};
  int64_t step = 7;
  double rate = 0.1;
  std::string name = "mlp";

  void visit(Archive& a) {
    a.field("w", w);
    Archive& o = a.group("optimizer");
    o.field("m", m);
    o.field("step", step);
    o.field("rate", rate);
    a.group("optimizer").group("deep").field("shape", shape);
    a.field("name", name);
  }
};

Value model_spec() { return Value(Value::Object{{"network", Value(Value::Object{{"type", "mlp"}, {"width", 256}})}}); }

}  // namespace

TEST_CASE("what an archive saves it loads, bit for bit") {
  const Folder f;
  Thing saved;
  io::write_model(f / "m.h5", model_spec(), [&](Archive& a) {
    CHECK(a.saving());
    saved.visit(a);
  });
  io::Model model(f / "m.h5");
  CHECK(model.spec() == model_spec());
  CHECK(model.archive().room() == 1200 * int64_t(std::filesystem::file_size(f / "m.h5")) + (1 << 20));
  Thing loaded;
  loaded.w.clear(), loaded.m.clear(), loaded.shape.clear();
  loaded.step = 0, loaded.rate = 0, loaded.name = "";
  CHECK(!model.archive().saving());
  loaded.visit(model.archive());
  CHECK(loaded.w == saved.w);
  CHECK(loaded.m == saved.m);
  CHECK(loaded.shape == saved.shape);
  CHECK((loaded.step == 7 && loaded.rate == 0.1 && loaded.name == "mlp"));
  CHECK(model.has("optimizer/m"));
  CHECK(!model.has("optimizer/v"));
  CHECK(!model.has("w/x"));
  CHECK(model.numbers("w") == std::vector<double>{1.5, -2, 3});
}

TEST_CASE("a field that does not fit the model is refused with file, place, found and expected") {
  const Folder f;
  Thing thing;
  io::write_model(f / "m.h5", model_spec(), [&](Archive& a) { thing.visit(a); });
  io::Model model(f / "m.h5");
  const auto refused = [&](auto&& ask) {
    Exit code;
    const std::string s = said([&] { ask(model.archive()); }, &code);
    CHECK(code == Exit::data);
    CHECK(s.find("m.h5") != std::string::npos);
    return s;
  };
  CHECK(refused([](Archive& a) {
          std::vector<float> w(64);
          a.field("w", w);
        }).find("/w has shape [3]; the spec in the same file says [64]") != std::string::npos);
  CHECK(refused([](Archive& a) {
          std::vector<double> w;
          a.field("w", w);
        }).find("another type") != std::string::npos);
  CHECK(refused([](Archive& a) {
          std::vector<float> v;
          a.field("none", v);
        }).find("has no dataset /none") != std::string::npos);
  refused([](Archive& a) { a.group("none"); });
  refused([](Archive& a) { a.group("w"); });
  refused([](Archive& a) {
    int64_t i;
    a.field("name", i);
  });
  refused([](Archive& a) {
    std::string s;
    a.group("optimizer").field("none", s);
  });
}

TEST_CASE("numbers that changed in the file are damage, wherever they are read") {
  const Folder f;
  Thing thing;
  io::write_model(f / "m.h5", model_spec(), [&](Archive& a) { thing.visit(a); });
  const std::string was = slurp(f / "m.h5");
  const auto read = [&](const auto& v) {  // with one bit of the array changed
    std::string bytes = was;
    const std::string_view array(reinterpret_cast<const char*>(v.data()), v.size() * sizeof(v[0]));
    const auto at = bytes.find(array);
    REQUIRE(at != std::string::npos);
    bytes[at + 1] = char(bytes[at + 1] ^ 1);
    spill(f / "m.h5", bytes);
    Exit code;
    const std::string s = said(
        [&] {
          io::Model model(f / "m.h5");
          Thing{}.visit(model.archive());
        },
        &code);
    CHECK(code == Exit::data);
    CHECK(s.find("is damaged: its numbers do not have the checksum that it names") != std::string::npos);
    return s;
  };
  CHECK(read(thing.w).find("m.h5': /w is") != std::string::npos);
  CHECK(said([&] { io::Model(f / "m.h5").numbers("w"); }).find("/w is damaged") != std::string::npos);
  CHECK(read(thing.m).find("/optimizer/m is") != std::string::npos);
  CHECK(read(thing.shape).find("/optimizer/deep/shape is") != std::string::npos);
}

TEST_CASE("the checksum of content ignores provenance and sees every number") {
  const Folder f;
  const auto sum = [&](const char* name, const Thing& t, const Value& provenance) {
    Thing copy = t;
    io::write_model(
        f / name, model_spec(), [&](Archive& a) { copy.visit(a); }, provenance);
    return io::content_sha256(f / name);
  };
  Thing t;
  const std::string a = sum("a.h5", t, {});
  CHECK(sum("b.h5", t, Value(Value::Object{{"command", "x"}})) == a);
  t.w[2] = 3.0000002f;
  const std::string c = sum("c.h5", t, {});
  CHECK(c != a);
  t.rate = 0.2;
  CHECK(sum("d.h5", t, {}) != c);
}
