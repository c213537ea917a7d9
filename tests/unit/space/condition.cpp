#include "space/condition.h"

#include <cmath>

#include "core/error.h"
#include "space/table.h"
#include "test.h"

using namespace dm;

TEST_CASE("condition: a vector is standardised column by column and says that it is there") {
  const Matrix<double> y = table(3, {1, 5, 2, 5, 3, 5});
  const Condition c = Condition::fit(Condition::Kind::vector, y);
  CHECK(c.columns() == 2);
  CHECK(c.width() == 3);
  const Matrix<double> g = c.encode(y);
  const double u = std::sqrt(1.5);
  CHECK(g[0][0] == Approx(-u));
  CHECK(g[2][0] == Approx(u));
  for (int i = 0; i < 3; ++i) CHECK((g[i][1] == 0 && g[i][2] == 1));  // a constant column is told nothing of
  CHECK_THROWS_WITH(c.encode(table(1, {1})), Catch::Contains("1 columns") && Catch::Contains("trained on 2"));
}

TEST_CASE("condition: labels are one-hot in ascending order; unknown ones are refused") {
  const Condition c = Condition::fit(Condition::Kind::label, table(4, {7, -1, 7, 3}));
  CHECK(c.labels == std::vector<double>{-1, 3, 7});
  CHECK(c.encode(table(2, {7, 3})).v == std::vector<double>{0, 0, 1, 1, 0, 1, 0, 1});
  CHECK_THROWS_WITH(c.encode(table(1, {4})), Catch::Contains("label 4"));
  CHECK_THROWS_AS(Condition::fit(Condition::Kind::label, table(1, {1, 2})), Error);
  CHECK(Condition{}.width() == 0);
}

TEST_CASE("condition: its shape is enough to read it back") {
  for (const auto& [kind, y] :
       {std::pair{Condition::Kind::vector, table(2, {1, 2, 3, 4})}, {Condition::Kind::label, table(3, {2, 1, 2})}}) {
    const Condition c = Condition::fit(kind, y), back = Condition::of(c.shape());
    CHECK(back.kind == kind);
    CHECK(back.width() == c.width());
    CHECK(back.columns() == c.columns());
  }
  CHECK(Condition::of(Value()).width() == 0);
  CHECK_THROWS_AS(Condition::of(parse_json(R"({"type": "vector", "columns": 0})", "test")), Error);
}
