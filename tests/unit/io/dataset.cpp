#include "io/dataset.h"

#include <hdf5.h>
#include <unistd.h>

#include <cmath>

#include "core/random.h"
#include "folder.h"
#include "io/checksum.h"
#include "io/h5.h"
#include "io/input.h"
#include "io/rows.h"
#include "test.h"

using namespace dm;

namespace {

io::Dataset full_dataset() {
  io::Dataset d;
  d.x = Matrix<double>(3, 2);
  for (int k = 0; k < 6; ++k) d.x.v[size_t(k)] = 0.1 * k - 1e-17;
  d.y = Matrix<double>(3, 1, 4.0);
  d.t = std::vector<double>{0, 0.5, 1};
  d.weights = std::vector<double>{1, 0, 2};
  d.log_weights = std::vector<double>{0, -HUGE_VAL, -3};
  d.index = std::vector<int64_t>{5, 7, 1};
  d.path = io::Path{2, 3, 2, std::vector<double>(12, 0.25), {0, 1}};
  d.names = {"größe", "b c"};
  d.y_names = {"label"};
  return d;
}

// An HDF5 file written by hand: a root with the marks of a dataset and what f adds.
template <class F>
void by_hand(const std::string& path, F&& f, const std::string& type = "dm-dataset", const std::string& version = "1.0") {
  h5::Group root = h5::Group::create(path, "x");
  root.set("encoding-type", type);
  root.set("encoding-version", version);
  root.close();
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  f(file);
  H5Fclose(file);
}

std::string refusal(const std::string& path) {
  Exit code;
  const std::string s = said([&] { io::read_dataset(path); }, &code);
  CHECK(code == Exit::data);
  return s;
}
bool contains(const std::string& s, const std::string& part) { return s.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a dataset comes back as it was written") {
  const Folder f;
  const io::Dataset d = full_dataset();
  io::write_dataset(f / "a.h5", d,
                    Value(Value::Object{{"command", "dm-data make"}, {"seed", 3}, {"spec", Value(Value::Object{{"n", 3}})}}));
  const io::Dataset r = io::read_dataset(f / "a.h5");
  CHECK(r.x.v == d.x.v);
  CHECK((r.x.rows == 3 && r.x.cols == 2));
  CHECK(r.y->v == d.y->v);
  CHECK(*r.t == *d.t);
  CHECK(*r.weights == *d.weights);
  CHECK(*r.log_weights == *d.log_weights);
  CHECK(*r.index == *d.index);
  CHECK((r.path->points == 2 && r.path->v == d.path->v && r.path->t == d.path->t));
  CHECK(r.names == d.names);
  CHECK(r.y_names == d.y_names);
  CHECK(r.provenance["command"].text() == "dm-data make");
  CHECK(r.provenance["seed"].integer() == 3);
  CHECK(r.provenance["spec"]["n"].integer() == 3);
  CHECK(r.state["components"].items()[0]["dim"].integer() == 2);
  CHECK(r.sha256.size() == 64);

  io::write_dataset(f / "b.h5", d, {}, {.float32 = true});
  const io::Dataset s = io::read_dataset(f / "b.h5");
  CHECK(s.provenance.is_null());
  for (size_t k = 0; k < 6; ++k) CHECK(s.x.v[k] == double(float(d.x.v[k])));
}

TEST_CASE("provenance names the inputs of the process by hash") {
  const Folder f;
  io::write_dataset(f / "a.h5", full_dataset());
  const io::Dataset d = io::read_dataset(f / "a.h5");
  io::write_dataset(f / "b.h5", d, Value::object());
  const Value inputs = io::read_dataset(f / "b.h5").provenance["inputs"];
  bool named = false;
  for (const Value& i : inputs.items()) named = named || (i["file"].text() == f / "a.h5" && i["sha256"].text() == d.sha256);
  CHECK(named);
}

TEST_CASE("equal content means equal bytes, at any time and place") {
  const Folder f;
  std::filesystem::create_directory(f / "sub");
  io::write_dataset(f / "a.h5", full_dataset());
  usleep(1100000);  // object times have seconds
  io::write_dataset(f / "sub/other.h5", full_dataset());
  CHECK(slurp(f / "a.h5") == slurp(f / "sub/other.h5"));
}

TEST_CASE("numbers that are not finite are refused with their place") {
  const Folder f;
  io::Dataset d = full_dataset();
  d.x[1][1] = NAN;
  d.x[2][0] = HUGE_VAL;
  io::write_dataset(f / "a.h5", d);
  CHECK(contains(refusal(f / "a.h5"), "/x[1, 1] is NaN"));
  CHECK(contains(refusal(f / "a.h5:/x"), "[1, 1] is NaN"));
  CHECK(std::isinf(io::read_dataset(f / "a.h5", {.allow_nonfinite = true}).x[2][0]));
}

TEST_CASE("files of another kind or layout are refused in a sentence") {
  const Folder f;
  const auto file = [&](const std::string& bytes) {
    spill(f / "x", bytes);
    return f / "x";
  };
  CHECK(contains(refusal(file("")), "is empty"));
  CHECK(contains(refusal(file("{\"seed\": 1}")), "is JSON"));
  CHECK(contains(refusal(file("PK\3\4xxxxxxxxxxxx")), "zip"));
  CHECK(contains(refusal(file("\x1f\x8bxxxxx")), "zcat"));
  CHECK(contains(refusal(file("\x89PNG\r\n")), "PNG"));
  CHECK(contains(refusal(file(std::string("ab\0cd", 5))), "unknown kind"));
  Exit code;
  said([&] { io::read_dataset(f / "none.h5"); }, &code);
  CHECK(code == Exit::no_input);
  said([&] { io::read_dataset(f.path); }, &code);
  CHECK(code == Exit::no_input);

  const auto nothing = [](hid_t) {};
  by_hand(f / "model.h5", nothing, "dm-model");
  CHECK(contains(refusal(f / "model.h5"), "is a model (dm-model); a dataset (dm-dataset) was expected"));
  by_hand(f / "new.h5", nothing, "dm-dataset", "2.0");
  CHECK(contains(refusal(f / "new.h5"), "encoding-version '2.0'"));
  by_hand(f / "nox.h5", nothing);
  CHECK(contains(refusal(f / "nox.h5"), "has no dataset /x"));
  {
    h5::Group root = h5::Group::create(f / "plain.h5", "plain.h5");
    const double v[3] = {1, 2, 3};
    root.make("deep").make("er").write("values", v, {3, 1});
    root.write("values", v, {3});
    root.close();
  }
  CHECK(contains(refusal(f / "plain.h5"), "It holds /deep/er/values [3, 1], /values [3];"));
  CHECK(contains(refusal(f / "plain.h5"), "'" + (f / "plain.h5") + ":/deep/er/values'"));
  CHECK(io::read_dataset(f / "plain.h5:/values").x.v == std::vector<double>{1, 2, 3});

  by_hand(
      f / "minor.h5",
      [](hid_t id) {
        const hsize_t dims[2] = {1, 1};
        const double v = 2;
        const hid_t space = H5Screate_simple(2, dims, nullptr);
        const hid_t data = H5Dcreate2(id, "x", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        H5Dwrite(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, &v);
        H5Dclose(data);
        H5Sclose(space);
      },
      "dm-dataset", "1.7");
  CHECK(io::read_dataset(f / "minor.h5").x[0][0] == 2);
}

TEST_CASE("fields that do not fit each other are refused with both shapes") {
  const Folder f;
  const auto with = [&](const std::string& name, const h5::Shape& shape) {
    h5::Group root = h5::Group::create(f / "a.h5", "a.h5");
    root.set("encoding-type", "dm-dataset");
    root.set("encoding-version", "1.0");
    const std::vector<double> v(64, -1.0);
    root.write("x", v.data(), {3, 2});
    if (name == "path/x")
      root.make("path").write("x", v.data(), shape);
    else
      root.write(name, v.data(), shape);
    root.close();
    return refusal(f / "a.h5");
  };
  CHECK(contains(with("t", {4}), "/t has shape [4]; /x in the same file asks for [3]"));
  CHECK(contains(with("y", {2, 2}), "/y has 2 rows"));
  CHECK(contains(with("weights", {3}), "/weights[0] is -1"));
  CHECK(contains(with("path/x", {2, 2, 2}), "/path/x has shape [2, 2, 2]"));
  CHECK(contains(with("index", {3}), "does not hold integers"));
}

TEST_CASE("bombs, holes and links out of the file are refused before any allocation") {
  const Folder f;
  const auto dataset = [&](const std::vector<hsize_t>& dims, hid_t type, hid_t plist) {
    by_hand(f / "a.h5", [&](hid_t id) {
      const hid_t space = H5Screate_simple(int(dims.size()), dims.data(), nullptr);
      H5Dclose(H5Dcreate2(id, "x", type, space, H5P_DEFAULT, plist, H5P_DEFAULT));
      H5Sclose(space);
      H5Pclose(plist);
    });
    return refusal(f / "a.h5");
  };
  const auto chunked = [](const std::vector<hsize_t>& chunk) {
    const hid_t p = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(p, int(chunk.size()), chunk.data());
    return p;
  };
  CHECK(contains(dataset({1ull << 40, 1ull << 20}, H5T_IEEE_F64LE, chunked({16, 16})), "larger than any file"));
  CHECK(contains(dataset({1ull << 36, 4}, H5T_IEEE_F64LE, chunked({1024, 4})), "never filled"));
  CHECK(contains(dataset({1 << 20, 4}, H5T_IEEE_F64LE, H5Pcreate(H5P_DATASET_CREATE)), "never filled"));
  CHECK(contains(dataset({1, 1, 1}, H5T_IEEE_F64LE, H5Pcreate(H5P_DATASET_CREATE)), "[rows, columns]"));
  CHECK(contains(dataset({0, 2}, H5T_IEEE_F64LE, H5Pcreate(H5P_DATASET_CREATE)), "nothing in it"));
  CHECK(contains(dataset({2, 2}, H5T_C_S1, H5Pcreate(H5P_DATASET_CREATE)), "does not hold numbers"));
  const hid_t external = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_external(external, "/etc/passwd", 0, 32);
  CHECK(contains(dataset({2, 2}, H5T_IEEE_F64LE, external), "in other files"));
  by_hand(f / "a.h5", [&](hid_t id) { H5Lcreate_external("b.h5", "/x", id, "x", H5P_DEFAULT, H5P_DEFAULT); });
  CHECK(contains(refusal(f / "a.h5"), "link to another file"));
  by_hand(f / "a.h5", [&](hid_t id) { H5Lcreate_soft("/nowhere", id, "x", H5P_DEFAULT, H5P_DEFAULT); });
  CHECK(contains(refusal(f / "a.h5"), "has no dataset /x"));

  // two circles have 2^32 ways of 32 steps
  by_hand(f / "a.h5", [&](hid_t id) {
    for (const char* name : {"a", "b"}) H5Lcreate_hard(id, "/", id, name, H5P_DEFAULT, H5P_DEFAULT);
  });
  const std::string walked = said([&] { io::content_sha256(f / "a.h5"); });
  CHECK(contains(walked, "nested deeper than 32 levels. Do its links run in a circle?"));
  const h5::Group root = h5::Group::open_isolated(f / "a.h5", "a.h5");
  CHECK(root.at("a").at("b").info("a").kind == h5::Info::group);
  const std::string asked = said([&] {
    for (int k = 0; k < 40000; ++k) (void)root.info("a");
  });
  CHECK(contains(asked, "holds more than 32768 things"));
}

// libhdf5 1.10 is known to die of some damaged files; whatever it does, this process says a sentence and goes on.
TEST_CASE("no damaged file ends the process") {
  const Folder f;
  io::Dataset d = full_dataset();
  d.x = Matrix<double>(3, 2, 1.0);
  io::write_dataset(f / "good.h5", d, Value(Value::Object{{"command", "dm-data make moons"}, {"spec", Value::object()}}));
  const std::string good = slurp(f / "good.h5");
  std::string other;
  {  // the older format, whose metadata carry no checksums, reaches deeper into the library
    const hid_t file = H5Fcreate((f / "old.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const h5::Group from = h5::Group::open(f / "good.h5", "good.h5");
    const hid_t source = H5Fopen((f / "good.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    for (const char* name : {"x", "y", "t", "path", "provenance"}) H5Ocopy(source, name, file, name, H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(source);
    H5Fclose(file);
    h5::Group::open(f / "old.h5", "old.h5");
    other = slurp(f / "old.h5");
  }
  int refused = 0, read = 0, crashed = 0;
  const auto look = [&](const std::string& bytes, const char* inside) {
    spill(f / "bad.h5", bytes);
    Exit code;
    crashed += said([&] { io::read_dataset(f / "bad.h5" + std::string(inside)); }, &code).find("the HDF5 library") != std::string::npos;
    CHECK((code == Exit::ok || code == Exit::data || code == Exit::spec));
    ++(code == Exit::ok ? read : refused);
  };
  for (size_t n = 0; n < good.size(); n += 512) look(good.substr(0, n), "");
  for (uint64_t k = 0; k < 400; ++k) {
    const bool old = k % 2;
    Draws draws(Stream(1) / "mutants", int64_t(k));
    std::string bytes = old ? other : good;
    for (uint64_t e = 0, n = 1 + draws.below(4); e < n; ++e) {
      char& c = bytes[draws.below(std::min<uint64_t>(bytes.size(), 4096))];
      c = draws.below(2) ? char(c ^ (1 << draws.below(8))) : char(draws.below(256));
    }
    look(bytes, old ? ":/x" : "");
  }

  CHECK(refused > 50);
  CHECK(read > 5);
}

TEST_CASE("rows are taken and put together with all that belongs to them") {
  const Folder f;
  const io::Dataset d = full_dataset();
  const io::Dataset a = io::take(d, {2}), b = io::take(d, {0, 1});
  CHECK(*a.index == std::vector<int64_t>{1});
  CHECK(*a.t == std::vector<double>{1});
  CHECK(a.x[0][1] == d.x[2][1]);
  CHECK(a.path->v.size() == 4);
  const io::Dataset whole = io::concatenate({b, a});
  CHECK(whole.x.v == d.x.v);
  CHECK(*whole.weights == *d.weights);
  CHECK(whole.path->v == d.path->v);
  CHECK(!whole.index);
  io::Dataset thin = a;
  thin.t.reset();
  CHECK_THROWS_AS(io::concatenate({a, thin}), Error);
}
