#include "job/theory.h"

#include "test.h"

using namespace dm;

TEST_CASE("job theory: the answer holds every fit under the curve's name; the picture has the same bytes each time") {
  std::vector<std::string> problems;
  const Value section = resolve(job::theory_options(), parse_json(R"({"curve":{"type":"tv","horizons":[1,2,3]}})", "test"), "", problems);
  throw_problems(problems);
  Progress silent;
  const Curves c = job::theory(section, 1, silent);
  const Value answer = job::answer(c, "tv");
  CHECK(answer["rows"].integer() == c.rows());
  CHECK(answer["tv"].members().size() == c.fits.size());
  CHECK(answer["tv"]["rate_prior"].number() == c.fit("rate_prior"));
  CHECK(job::picture(c, section, "tv", plot::Format::svg) ==
        job::picture(job::theory(section, 2, silent), section, "tv", plot::Format::svg));
}
