#include "io/table.h"

#include <cmath>
#include <cstring>

#include "folder.h"
#include "io/hash.h"
#include "io/rows.h"
#include "test.h"

using namespace dm;

namespace {
io::Table csv(const std::string& text, int64_t skip = 0, const std::string& header = "auto") {
  return io::parse_csv(text, "t.csv", skip, header);
}
std::string csv_error(const std::string& text, int64_t skip = 0, const std::string& header = "auto") {
  return said([&] { csv(text, skip, header); });
}
std::string npy(const std::string& header, const std::string& data, char version = 1) {
  std::string s = std::string("\x93NUMPY") + version + '\0';
  s += char(header.size());
  s += '\0';
  if (version > 1) s += std::string(2, '\0');
  return s + header + data;
}
template <class T>
std::string bytes_of(std::vector<T> v) {
  return std::string(reinterpret_cast<const char*>(v.data()), v.size() * sizeof(T));
}
}  // namespace

TEST_CASE("CSV: comments, CRLF, blanks, quotes, headers, delimiters") {
  using V = std::vector<double>;
  CHECK(csv("1,2\n3,4\n").cells.v == V{1, 2, 3, 4});
  CHECK(csv("1,2\r\n3,4").cells.v == V{1, 2, 3, 4});
  CHECK(csv("\xef\xbb\xbf# note\r\n\r\n 1 ,\t2 \r\n  \n+3, -4e-1  \n# end").cells.v == V{1, 2, 3, -0.4});
  CHECK(csv("a b,\"c,\"\"d\"\n1,2").header == std::vector<std::string>{"a b", "c,\"d"});
  CHECK(csv("a,b\n1,\"2\"").cells.v == V{1, 2});
  CHECK(csv("1;2\n3;4").cells.v == V{1, 2, 3, 4});
  CHECK(csv("\"a,b\" ;c\n3;4").header == std::vector<std::string>{"a,b", "c"});
  CHECK(csv("\"a,b\"\n3").header == std::vector<std::string>{"a,b"});
  CHECK(csv("1\t2\n3\t4").cells.v == V{1, 2, 3, 4});
  CHECK(csv("  1   2\n3 4  ").cells.v == V{1, 2, 3, 4});
  CHECK(csv("1\n2\n").cells.cols == 1);
  CHECK(csv("1,2\r").cells.v == V{1, 2});
  CHECK(csv("x\ny\nA,B\n1,2\n", 3).header.empty());
  CHECK(csv("1,2\n3,4", 0, "yes").cells.v == V{3, 4});
  CHECK(csv("1,2\n\n#\n3,4").line == std::vector<int64_t>{1, 4});
}

TEST_CASE("CSV: a line that begins with an error of a spreadsheet is a row, and comments like rows are counted") {
  for (const std::string error : {"#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!"})
    for (const char c : {',', ';', '\t', ' '}) {
      const std::string row = std::string("1") + c + "2\n";
      CHECK(csv_error("a" + std::string(1, c) + "b\n" + row + error + c + "4\n") ==
            "t.csv:3:1: '" + error + "' is not a number. Such rows are passed over by dm-data import --where 'a!=" + error + "'.");
      CHECK(csv(error + c + "2\n" + row).cells.rows == 1);  // above the header
    }
  CHECK(csv("#1,2\n1,2\n#3,4\n# 3, 4\n# 5\n#N/A of old,1,2\n# 3,\"4\n#N/A?,3\n").comments == 3);
  CHECK(csv("a,b\n#1,2\n1,2\n").comments == 0);
  CHECK(csv("1 2\n# two words\n# 1 2\n").comments == 0);
}

TEST_CASE("CSV errors carry line and column") {
  CHECK(csv_error("1,2\n3,x4\n") == "t.csv:2:3: 'x4' is not a number.");
  CHECK(csv_error("1,2\n3,\n") ==
        "t.csv:2:3: the cell is empty; a number was expected. Such rows are passed over by dm-data import --where '2!='.");
  CHECK(csv_error("1,2\n3\n") == "t.csv:2:1: this line has 1 cell; the first one has 2.");
  CHECK(csv_error("a,b\n1,\"2\n").starts_with("t.csv:2:3: a quote"));
  CHECK(csv_error("1,\"2\"x\n").starts_with("t.csv:1:6: text follows"));
  CHECK(csv_error("1,2\n1e999,2\n").starts_with("t.csv:2:1:"));
  CHECK(csv_error("1,2\n0x10,2\n").starts_with("t.csv:2:1:"));
  CHECK(csv_error("a,b\n", 0, "no").starts_with("t.csv:1:1:"));
  CHECK(csv_error("a,b\n").find("no rows") != std::string::npos);
  CHECK(csv_error("1\n2\n", 2).find("after the lines skipped") != std::string::npos);
}

TEST_CASE("CSV: a cell in quotes may go on in the next line; errors name the line where the cell begins") {
  using V = std::vector<double>;
  const auto second = [](const std::vector<std::string>&, int) { return io::Asked{{1}}; };
  const std::string text = "\"a\r\n # \n\n\"\"b\"\"\",c\r\n\"x \ny\",1\n\"z\",\"2\"\n";
  const io::Table t = io::parse_csv(text, "t.csv", 0, "auto", second);
  CHECK(t.header == std::vector<std::string>{"a\r\n # \n\n\"b\"", "c"});
  CHECK(V{t.cells[0][1], t.cells[1][1]} == V{1, 2});
  CHECK(t.line == std::vector<int64_t>{5, 7});
  CHECK(csv_error("a,b\n1,\"2\n3\"\n") == "t.csv:2:3: '2\n3' is not a number.");
  CHECK(csv_error("a,b\n\"1\n\",x\n") == "t.csv:2:1: '1\n' is not a number.");
  CHECK(said([&] { io::parse_csv("a,b\n\"1\n\",x\n", "t.csv", 0, "auto", second); }) == "t.csv:3:3: 'x' is not a number.");
  CHECK(csv_error("a,b\n1,2\n1,\"2\n3\n4,5\n") == "t.csv:3:3: a quote is opened but not closed.");
  CHECK(csv_error("a,b\n1,\"2\n3,\"4\"\n") == "t.csv:3:4: text follows a closing quote, opened in line 2, column 3.");
  CHECK(csv_error("a,b\n\"1\n\"\n") == "t.csv:2:1: this line has 1 cell; the first one has 2.");
}

TEST_CASE("CSV: numbers out of range and lines that end in CR are named so") {
  CHECK(csv_error("1,2\n3,1e400\n") == "t.csv:2:3: '1e400' is out of the range of double numbers, about 5e-324 to 1.8e308.");
  CHECK(csv_error("-1e-400,2\n").starts_with("t.csv:1:1: '-1e-400' is out of the range"));
  CHECK(csv_error("a,b\r1,2\r").starts_with("t.csv:1:4: the lines end in CR alone"));
}

TEST_CASE("CSV: a first line is a header only where no cell of it is a number") {
  CHECK(csv("a,\n1,2\n").header == std::vector<std::string>{"a", ""});
  CHECK(
      csv_error("1,x\n2,3\n") ==
      "t.csv:1:3: 'x' is no number but '1' is one, so the first line may name the columns or be a row. Say which: dm-data import --header "
      "yes|no.");
  CHECK(csv_error("1,,3\n4,5,6\n").starts_with("t.csv:1:3: an empty cell is no number but '3' is one"));
  CHECK(csv("1,x\n2,3\n", 0, "yes").header == std::vector<std::string>{"1", "x"});
  CHECK(csv_error("1,x\n2,3\n", 0, "no") == "t.csv:1:3: 'x' is not a number.");
}

TEST_CASE("CSV: names of columns are UTF-8, and no other cell need be") {
  CHECK(csv("a,\xc3\xa9,\xe2\x82\xac,\xf0\x9f\x98\x80\n1,2,3,4").header[1] == "\xc3\xa9");
  for (const std::string bad : {"\xe9", "\xe9t\xe9", "\xc3", "\xc3(", "\xe2\x82", "\x80", "\xc0\xaf", "\xf5\x80\x80\x80"})
    CHECK(csv_error("a," + bad + "\n1,2").starts_with("t.csv:1:3: the name of this column is not UTF-8. Convert"));
  const io::Selection first = [](const std::vector<std::string>&, int) { return io::Asked{{0}}; };
  CHECK(io::parse_csv("a,b\n1,\xe9\n", "t.csv", 0, "auto", first).cells.rows == 1);
}

TEST_CASE("CSV: only selected columns must be numbers") {
  std::vector<std::string> seen;
  const auto second = [&](const std::vector<std::string>& header, int count) {
    seen = header;
    REQUIRE(count == 3);
    return io::Asked{{1}};
  };
  const io::Table t = io::parse_csv("a,b,c\nx,1,\ny,2,\"z\"\n", "t.csv", 0, "auto", second);
  CHECK(seen == std::vector<std::string>{"a", "b", "c"});
  CHECK(t.cells[0][1] == 1);
  CHECK(t.cells[1][1] == 2);
  CHECK(std::isnan(t.cells[0][0]));
  CHECK(said([&] { io::parse_csv("a,b,c\nx,y,1\n", "t.csv", 0, "auto", second); }) == "t.csv:2:3: 'y' is not a number.");
  CHECK(io::parse_csv("x,1,\ny,2,z\n", "t.csv", 0, "no", second).cells[0][1] == 1);
}

TEST_CASE("columns by name, number and range") {
  const std::vector<std::string> header{"lat", "lon", "year"};
  using V = std::vector<int>;
  CHECK(io::columns("2,1", {}, 3, "t") == V{1, 0});
  CHECK(io::columns("1-3", {}, 3, "t") == V{0, 1, 2});
  CHECK(io::columns("lon,lat", header, 3, "t") == V{1, 0});
  CHECK(io::columns("2-3,lat", header, 3, "t") == V{1, 2, 0});
  CHECK(io::columns(" lon, 1-3", header, 3, "t") == V{1, 0, 1, 2});
  CHECK(io::columns("a,1", {"1", "a", "a,1"}, 3, "t") == V{2});
  CHECK(said([&] { io::columns("lat,4-2", header, 3, "t"); }) == "t: the range '4-2' runs backwards; write 2-4.");
  CHECK(said([&] { io::columns("1-9", header, 3, "t"); }) == "t: the range '1-9' goes beyond the last column, 3.");
  for (const char* bad : {"0", "4", "3-2", "1-", "-1", "lonn", "", "1,,2", "1.5"}) {
    Exit code;
    said([&] { io::columns(bad, header, 3, "t"); }, &code);
    INFO(bad);
    CHECK(code == Exit::usage);
  }
  CHECK(said([&] { io::columns("lonn", header, 3, "t"); }).find("'lon'") != std::string::npos);
}

TEST_CASE("ranges of columns by name; a whole name with a dash comes first") {
  using V = std::vector<int>;
  const std::vector<std::string> header{"day", "PC1", "PC2", "PC3", "PC1-PC3", "b-c", "c"};
  CHECK(io::columns("PC1-PC2,c", header, 7, "t") == V{1, 2, 6});
  CHECK(io::columns("PC1-PC3", header, 7, "t") == V{4});
  CHECK(io::columns("PC3-b-c", header, 7, "t") == V{3, 4, 5});
  CHECK(said([&] { io::columns("PC2-day", header, 7, "t"); }) ==
        "t: the range 'PC2-day' runs backwards; column 'day' stands before 'PC2'.");
  const std::vector<std::string> twice{"a", "a-b", "b-c", "c"};
  CHECK(said([&] { io::columns("a-b-c", twice, 4, "t"); }) == "t: 'a-b-c' can be read as two ranges of columns; give their numbers.");
  CHECK(said([&] { io::columns("PC1-PC9", header, 7, "t"); }).find("no column 'PC1-PC9'") != std::string::npos);
}

TEST_CASE("conditions compare numbers where both sides are numbers, else texts") {
  const auto holds = [](const std::string& condition, const std::string& cell) { return io::Where(condition).holds(cell); };
  CHECK(holds("day=4", "4.0"));
  CHECK(holds("day==4", "+4e0"));
  CHECK_FALSE(holds("day=4", "four"));
  CHECK(holds("type=B, naive", "B, naive"));
  CHECK(holds("type!=4", "B"));
  CHECK_FALSE(holds("type!=B", "B"));
  CHECK(holds("type=", ""));
  CHECK(holds("type = B ", "B"));
  CHECK(holds(" type != B", "C "));
  CHECK(holds("type=B", " B "));
  CHECK(io::Where(" day >= 2").column == "day");
  CHECK(holds("p>=.5", "0.5"));
  CHECK_FALSE(holds("p>.5", "0.5"));
  CHECK(holds("p<-1e3", "-1001"));
  CHECK(holds("p<=2", "2"));
  CHECK_FALSE(io::Where("p<=2").holds(double(NAN)));
  CHECK(io::Where("a=b=c").value == "b=c");
  for (const char* bad : {"day", "=4", "day!4", "", "day<", "day>=x", "!=2", " =2"}) {
    Exit code;
    INFO(bad);
    said([&] { io::Where w(bad); }, &code);
    CHECK(code == Exit::spec);
  }
}

TEST_CASE("rows that fail a condition are not read") {
  const Folder f;
  spill(f / "t.csv", "day,type,x\n1,a,NA\n2,a,5\n2,\"b, c\",6\nNA,b,7\n");
  const auto x = [&](const std::vector<std::string>& where) { return io::read_table(f / "t.csv", {.x = "x", .where = where}).x.v; };
  using V = std::vector<double>;
  CHECK(x({"day=2"}) == V{5, 6});
  CHECK(x({"day=2", "type=b, c"}) == V{6});
  CHECK(x({"day!=NA", "day>1"}) == V{5, 6});
  CHECK(x({"3=7"}) == V{7});
  CHECK(said([&] { x({"day>0"}); }) == f / "t.csv:2:5: 'NA' is not a number. Such rows are passed over by dm-data import --where 'x!=NA'.");
  CHECK(said([&] { x({"day>1"}); }) ==
        f / "t.csv:5:1: 'NA' is not a number, and --where day>1 compares numbers. A condition before it may pass over such rows: --where "
            "day!=NA.");
  CHECK(said([&] { x({"day=3"}); }) == f / "t.csv: no row passes --where day=3. 'day' holds 1, 2, NA.");
  CHECK(said([&] {
          x({"day=2", "type=c"});
        }) ==
        f / "t.csv: no row passes --where day=2 --where type=c. 'day' holds 1, 2, NA. 'type' holds a, b, c in the rows that pass so far.");
  Exit code;
  CHECK(said([&] { x({"dya=2"}); }, &code).find("Did you mean 'day'?") != std::string::npos);
  CHECK(code == Exit::usage);
  spill(f / "t.npy", io::to_npy(Mat<const double>{V{1, 2, 3, 4, 5, NAN}.data(), 3, 2, 2}));
  CHECK(io::read_table(f / "t.npy", {.where = {"1<4"}}).x.v == V{1, 2, 3, 4});
  CHECK(said([&] { io::read_table(f / "t.npy", {.where = {"1>4"}}); }).find("[2, 1] is NaN") != std::string::npos);
}

namespace {
std::string unhex(const std::string& s) {
  std::string out;
  for (size_t k = 0; k < s.size(); k += 2) out += char(std::stoi(s.substr(k, 2), nullptr, 16));
  return out;
}
}  // namespace

TEST_CASE("PNG images become rows in [0, 1], and none that is damaged") {
  const auto pixels = [](const std::string& bytes, std::vector<int64_t>* shape = nullptr) {
    std::vector<int64_t> s;
    const Matrix<double> x = io::parse_png(bytes, "i.png", s);
    if (shape) *shape = s;
    return x.v;
  };
  using V = std::vector<double>;
  using S = std::vector<int64_t>;
  S shape;
  const std::string head = "89504e470d0a1a0a0000000d49484452", tail = "0000000049454e44ae426082";
  const std::string grey =
      unhex(head + "00000003000000020800000000b81f39c60000001049444154789c636030fecf9036f30c00096502fea1779ce9" + tail);
  CHECK(pixels(grey, &shape) == V{0, 51. / 255, 1, 102. / 255, 153. / 255, 204. / 255});
  CHECK(shape == S{2, 3, 1});
  const std::string rgb = unhex(head + "000000020000000108020000007b40e8dd0000000f49444154789c63f8cf60ccf03f0d0009310298fd6f0836" + tail);
  CHECK(pixels(rgb, &shape) == V{1, 0, .2, 0, 1, .4});
  CHECK(shape == S{1, 2, 3});
  CHECK(pixels(unhex(head + "000000010000000110000000006aee47160000000b49444154789c636860040001040082399bc0ba" + tail)) ==
        V{32769. / 65535});
  CHECK(pixels(unhex(head + "00000008000000010100000000cb7bd2ee0000000a49444154789c6358000000a200a1dc8db1cc" + tail)) ==
        V{1, 0, 1, 0, 0, 0, 0, 0});
  const std::string alpha = head +
                            "0000000100000001080400"
                            "0000b51c0c020000000b49444154789c63";
  CHECK(pixels(unhex(alpha + "e0fa0f000116010a7de0ca29" + tail), &shape) == V{10. / 255});
  CHECK(shape == S{1, 1, 1});
  CHECK(said([&] { pixels(unhex(alpha + "e06a00000097008bb8919ae5" + tail)); }).find("pixel 1, 1 is transparent") != std::string::npos);

  std::string large = grey;  // 30000 x 30000 pixels in as many bytes, its checksum mended
  large.replace(16, 17, unhex("00007530000075300800000000e7c8dd30").substr(0, 17));
  std::vector<std::string> damaged{grey.substr(0, 40), grey.substr(0, grey.size() - 25), grey.substr(0, 8), large};
  for (size_t k = 8; k + 13 < grey.size(); ++k) damaged.push_back(grey), damaged.back()[k] ^= char(0x55);
  for (const std::string& bytes : damaged) {
    Exit code;
    CHECK(said([&] { pixels(bytes); }, &code).starts_with("i.png: "));
    CHECK(code == Exit::data);
  }

  const Folder f;
  spill(f / "a.png", grey), spill(f / "b.png", rgb);
  const io::Dataset a = io::read_table(f / "a.png"), b = io::read_table(f / "b.png");
  CHECK(to_json(a.state) == R"({"components":[{"name":"x","space":"rd","dim":6,"shape":[2,3,1]}]})");
  CHECK(io::concatenate({a, a}).x.rows == 2);
  CHECK(said([&] { io::concatenate({a, b}); }).find("Only like can be merged") != std::string::npos);
  CHECK(io::read_table(f / "a.png", {.x = "1-3"}).state.is_null());
}

TEST_CASE("a table becomes x and y, and non-finite cells are refused with line and column") {
  const Folder f;
  spill(f / "t.csv", "a,b,label\n1,2,0\n3,nan,1\n");
  CHECK(said([&] { io::read_table(f / "t.csv"); }) ==
        f / "t.csv:3: column 2 is NaN; finite numbers were expected. Remove such rows first; dm-data import --allow-nonfinite keeps them.");
  const io::Dataset d = io::read_table(f / "t.csv", {.x = "label", .y = "a"});
  CHECK(d.x.v == std::vector<double>{0, 1});
  CHECK(d.names == std::vector<std::string>{"label"});
  CHECK(d.y->v == std::vector<double>{1, 3});
  CHECK(io::read_table(f / "t.csv", {.y = "b", .allow_nonfinite = true}).names == std::vector<std::string>{"a", "label"});
}

TEST_CASE("a column has one meaning, and those without one may hold anything") {
  const Folder f;
  spill(f / "t.csv", "name,a,b,w\nfirst,1,2,.5\nsecond,3,4,\"x\"\n");
  CHECK(io::read_table(f / "t.csv", {.x = "b"}).x.v == std::vector<double>{2, 4});
  CHECK(said([&] { io::read_table(f / "t.csv", {.x = "b", .weights = "w"}); }) == f / "t.csv:3:12: 'x' is not a number.");
  CHECK(said([&] { io::read_table(f / "t.csv"); }) == f / "t.csv:2:1: 'first' is not a number.");
  for (const io::TableOptions& o : {io::TableOptions{.x = "b,b"}, {.x = "b", .y = "3"}, {.x = "2-3", .t = "a"}}) {
    Exit code;
    CHECK(said([&] { io::read_table(f / "t.csv", o); }, &code).find("is named twice") != std::string::npos);
    CHECK(code == Exit::usage);
  }
  CHECK(said([&] { io::read_table(f / "t.csv", {.x = "4", .t = "2-3"}); }).find("found 2 columns '2-3' for t, expected one") !=
        std::string::npos);
  spill(f / "all.csv", "x1,y1,t,weights\n1,2,.5,3\n4,5,1,6\n");
  const io::Dataset d = io::read_table(f / "all.csv", {.y = "y1", .t = "t", .weights = "weights"});
  CHECK(d.x.v == std::vector<double>{1, 4});
  CHECK(*d.t == std::vector<double>{.5, 1});
  CHECK(*d.weights == std::vector<double>{3, 6});
  CHECK(io::to_csv(d) == "x1,y1,t,weights\n1,2,0.5,3\n4,5,1,6\n");
}

TEST_CASE("CSV and .npy out read back to the same bits") {
  const Folder f;
  io::Dataset d;
  d.x = Matrix<double>(2, 2);
  d.x.v = {0.1, -1.0 / 3, 5e-324, 1.7976931348623157e308};
  d.names = {"a,\"b\"", "c"};
  d.weights = std::vector<double>{1, 2};
  const std::string text = io::to_csv(d);
  CHECK(text.starts_with("\"a,\"\"b\"\"\",c,weights\n0.1,-0.3333333333333333,1\n"));
  const io::Table t = csv(text);
  CHECK(t.header == std::vector<std::string>{"a,\"b\"", "c", "weights"});
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 2; ++j) CHECK(t.cells[i][j] == d.x[i][j]);
  const std::string bytes = io::to_npy(d.x);
  CHECK(bytes.size() % 64 == 32);
  CHECK(io::parse_npy(bytes, "x.npy").v == d.x.v);
  spill(f / "x.npy", bytes);
  CHECK(io::read_dataset(f / "x.npy").x.v == d.x.v);
}

TEST_CASE(".npy of every version, type and order, and none that is damaged") {
  using V = std::vector<double>;
  const std::string f4 = bytes_of<float>({1, 2, 3, 4, 5, 6});
  for (char v = 1; v <= 3; ++v)
    CHECK(io::parse_npy(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", f4, v), "x").v == V{1, 2, 3, 4, 5, 6});
  CHECK(io::parse_npy(npy("{'descr': '<f4', 'fortran_order': True, 'shape': (3, 2), }", f4), "x").v == V{1, 4, 2, 5, 3, 6});
  CHECK(io::parse_npy(npy("{'shape': (2,), 'fortran_order': False, 'descr': '<i8'}\n", bytes_of<int64_t>({7, -8})), "x").v == V{7, -8});
  CHECK(io::parse_npy(npy("{'descr': '<i4', 'fortran_order': False, 'shape': (1, 1)}", bytes_of<int32_t>({-3})), "x").v == V{-3});
  CHECK(io::parse_npy(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", "\x01\xff"), "x").v == V{1, 255});
  for (const std::string& bad :
       {npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3), }", f4),
        npy("{'descr': '<c8', 'fortran_order': False, 'shape': (3,), }", f4),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9223372036854775807), }", f4),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", f4),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", f4), npy("{'descr': '<f4', 'fortran_order': False, 'shape': (6", f4),
        npy("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (6,)}", f4), npy("{'descr': '<f4'", ""), npy("", ""), npy("{'descr':", ""),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 2), }", ""), npy("{}", "", 9),
        std::string("\x93NUMPY\x01\x00\xff\xff", 10)}) {
    Exit code;
    said([&] { io::parse_npy(bad, "x"); }, &code);
    CHECK(code == Exit::data);
  }
}

TEST_CASE(".npy of every real type, in either order of bytes") {
  using V = std::vector<double>;
  const auto read = [](const std::string& type, const std::string& data, int64_t n) {
    return io::parse_npy(npy("{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + std::to_string(n) + ",), }", data), "x").v;
  };
  CHECK(read("|b1", std::string("\0\1", 2), 2) == V{0, 1});
  CHECK(read("|i1", "\x80\x7f", 2) == V{-128, 127});
  CHECK(read("<i2", bytes_of<int16_t>({-32768, 5}), 2) == V{-32768, 5});
  CHECK(read("<u2", bytes_of<uint16_t>({65535}), 1) == V{65535});
  CHECK(read("<u4", bytes_of<uint32_t>({4294967295u}), 1) == V{4294967295.});
  CHECK(read("<u8", bytes_of<uint64_t>({9007199254740991u, 3}), 2) == V{9007199254740991., 3});
  CHECK(read(">i2", std::string("\xff\xfe\0\1", 4), 2) == V{-2, 1});
  CHECK(read(">f4", std::string("\x3f\x80\0\0", 4), 1) == V{1});
  CHECK(read(">f8", std::string("\xbf\xe0\0\0\0\0\0\0", 8), 1) == V{-.5});
  // 1, -2, the largest, the smallest normal, the smallest, 1/3 rounded, -0, infinity
  CHECK(read("<f2", bytes_of<uint16_t>({0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x3555, 0x8000, 0x7c00}), 8) ==
        V{1, -2, 65504, 0x1p-14, 0x1p-24, 0x1.554p-2, -0., HUGE_VAL});
  CHECK(std::isnan(read(">f2", std::string("\x7e\x00", 2), 1)[0]));
  const auto refused = [&](const std::string& type) { return said([&] { read(type, std::string(16, '\0'), 1); }); };
  CHECK(refused("<c16") == "x: the array holds complex numbers ('<c16'); save the real and the imaginary part as columns.");
  CHECK(refused("|O").find("Python objects") != std::string::npos);
  CHECK(refused("<U4").find("texts ('<U4')") != std::string::npos);
  CHECK(refused("<M8[ns]").find("dates or times") != std::string::npos);
  CHECK(refused("<f16").find("'<f16' is not read") != std::string::npos);
  CHECK(said([&] {
          io::parse_npy(npy("{'descr': [('a', '<f8'), ('b', '<f8')], 'fortran_order': False, 'shape': (1,), }", ""), "x");
        }).find("records of several fields") != std::string::npos);
}

TEST_CASE("integers that no double holds are refused where they are used, and compared as texts") {
  const Folder f;
  spill(f / "t.csv", "id,x\n9007199254740993,1\n9007199254740992,2\n-1152921504606846976,3\n");
  CHECK(io::read_table(f / "t.csv", {.x = "x"}).x.v == std::vector<double>{1, 2, 3});
  CHECK(
      said([&] { io::read_table(f / "t.csv"); }) ==
      f / "t.csv:2:1: '9007199254740993' is an integer that no double number holds, so another would stand in its place. Leave its column "
          "out; or write it with a decimal point, where the nearest will do.");
  CHECK(io::read_table(f / "t.csv", {.x = "id", .where = {"x>1"}}).x.v == std::vector<double>{0x1p53, -0x1p60});
  CHECK(io::read_table(f / "t.csv", {.x = "x", .where = {"id=9007199254740993"}}).x.v == std::vector<double>{1});
  CHECK(io::read_table(f / "t.csv", {.x = "x", .where = {"id=9007199254740992"}}).x.v == std::vector<double>{2});
  CHECK(csv("9007199254740993.0,1e300\n").cells.v == std::vector<double>{0x1p53, 1e300});

  const std::string head = "{'descr': '<i8', 'fortran_order': False, 'shape': (2, 2), }";
  spill(f / "t.npy", npy(head, bytes_of<int64_t>({1, 2, 3, 9007199254740993})));
  CHECK(io::read_table(f / "t.npy", {.x = "1"}).x.v == std::vector<double>{1, 3});
  CHECK(said([&] {
          io::read_dataset(f / "t.npy");
        }).starts_with("'" + (f / "t.npy") + "'[1, 1] is an integer beyond 2^53, about 9007199254740992, and double numbers do not tell"));
  CHECK(said([&] { io::read_table(f / "t.npy", {.x = "1", .where = {"2<9"}}); }).find("[1, 1] is an integer beyond") != std::string::npos);
  spill(f / "u.npy", npy("{'descr': '<u8', 'fortran_order': False, 'shape': (1,), }", bytes_of<uint64_t>({~0ull})));
  CHECK(said([&] { io::read_dataset(f / "u.npy"); }).find("[0, 0] is an integer beyond 2^53") != std::string::npos);
}

TEST_CASE("CSV out comes back whole: every name, every column") {
  const Folder f;
  io::Dataset d;
  d.x = Matrix<double>(2, 1);
  d.x.v = {-0., 5e-324};
  for (const char* name : {"a b", "a\tb", "a;b", "#a", "a,\"b\"", "a\nb", " a", "1", "nan",
                           "\xef\xbb\xbf"
                           "a",
                           "'a'", "\""}) {
    INFO(name);
    d.names = {name};
    spill(f / "t.csv", io::to_csv(d));
    const io::Dataset back = io::read_table(f / "t.csv");
    CHECK(back.names == d.names);
    CHECK(std::memcmp(back.x.v.data(), d.x.v.data(), 2 * sizeof(double)) == 0);
  }
  d.names = {"x, y"};
  d.y = Matrix<double>(2, 2);
  d.y->v = {1, 2, 3, 4};
  d.y_names = {"a b", "c"};
  d.t = d.weights = d.energy = std::vector<double>{.25, 1};
  d.log_weights = std::vector<double>{-HUGE_VAL, 0};
  d.index = d.obs = std::vector<int64_t>{7, 0};
  spill(f / "t.csv", io::to_csv(d));
  const io::Dataset back = io::read_table(
      f / "t.csv",
      {.y = "a b,c", .t = "t", .weights = "weights", .log_weights = "log_weights", .index = "index", .obs = "obs", .energy = "energy"});
  CHECK(back.names == d.names);
  CHECK(back.y_names == d.y_names);
  CHECK(back.x.v == d.x.v);
  CHECK(back.y->v == d.y->v);
  CHECK(back.t == d.t);
  CHECK(back.weights == d.weights);
  CHECK(back.log_weights == d.log_weights);
  CHECK(back.index == d.index);
  CHECK(back.obs == d.obs);
  CHECK(back.energy == d.energy);
  CHECK(io::to_csv(back) == slurp(f / "t.csv"));
  spill(f / "t.csv", "x,o\n1,0.5\n");
  CHECK(said([&] { io::read_table(f / "t.csv", {.obs = "o"}); }).find("(obs) is 0.5; a whole number from 0 was expected") !=
        std::string::npos);
  spill(f / "t.csv", "a,b,a\n1,2,3\n");
  CHECK(said([&] { io::read_table(f / "t.csv", {.x = "a"}); }) ==
        "'" + (f / "t.csv") + "': columns 1 and 3 are both called 'a'; give their numbers.");
  CHECK(io::read_table(f / "t.csv", {.x = "3"}).x.v == std::vector<double>{3});
}

TEST_CASE("tables as other programs write them are read rightly or refused with what to do") {
  using V = std::vector<double>;
  const Folder f;
  CHECK(csv("0.1234500D+01 2.0\n1d-2 -3\n").cells.v == V{1.2345, 2, .01, -3});
  CHECK(csv("1.5D3 1D05\n-1d2 .5d0\n").cells.v == V{1500, 1e5, -100, .5});
  for (const std::string none : {"1D", "D5", "1D5D5", "1D5x", "1D 5", "1DD5"})
    CHECK(csv_error("1\n\"" + none + "\"\n").find("is not a number") != std::string::npos);
  CHECK(csv_error("a;b\n1,5;2\n") == "t.csv:2:1: '1,5' has a decimal comma, which is not read. Convert: tr , . <IN >OUT.");
  CHECK(csv_error("1,5;2,25\n3,1;4\n").find("'3,1' has a decimal comma") != std::string::npos);
  CHECK(csv_error("a,b\n\"1,5\",2\n") == "t.csv:2:1: '1,5' is not a number.");  // thousands, or decimals
  CHECK(csv_error("\"a\" \"b\"\n\"1\" 1.5 2\n").find("row.names = FALSE") != std::string::npos);
  // names of rows have no name themselves
  spill(f / "r.csv", "\"\",\"a\",\"b\"\n\"1\",1.5,2\n\"2\",3,4\n");
  CHECK(said([&] { io::read_dataset(f / "r.csv"); }).find("column 1 has no name, as names of rows have none; say which") !=
        std::string::npos);
  CHECK(io::read_table(f / "r.csv", {.x = "a-b"}).x.v == V{1.5, 2, 3, 4});
  CHECK(io::read_table(f / "r.csv", {.x = "1"}).x.v == V{1, 2});
  const auto kind = [&](const std::string& bytes) {
    spill(f / "x", bytes);
    return said([&] { io::Input in(f / "x"); });
  };
  CHECK(kind("\xff\xfe"
             "a")
            .find("UTF-16") != std::string::npos);
  CHECK(kind("MATLAB 5.0 MAT-file").find("-v7.3") != std::string::npos);
  CHECK(kind("PAR1").find("Parquet") != std::string::npos);
  {
    h5::Group root = h5::Group::create(f / "m.mat", "m.mat");
    root.write("X", V{0, 1, 2, 3, 4, 5}.data(), {2, 3});
    root.set("MATLAB_class", "double", "X");
    root.write("Y", V{0, 1, 2, 3, 4, 5}.data(), {2, 3});
    h5::Group s = root.make("S");
    for (const char* part : {"data", "indices", "indptr"}) s.write(part, V{0}.data(), {1});
    root.close();
  }
  const io::Dataset x = io::read_dataset(f / "m.mat:/X");
  CHECK(x.x.rows == 3);
  CHECK(x.x.v == V{0, 3, 1, 4, 2, 5});
  CHECK(io::read_dataset(f / "m.mat:/Y").x.rows == 2);
  CHECK(said([&] { io::read_dataset(f / "m.mat:/S"); }).find("/S is a sparse matrix, which is not read") != std::string::npos);
}

TEST_CASE("SHA-256 of known texts") {
  CHECK(io::sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(io::sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
