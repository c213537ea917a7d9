#include "job/route.h"

#include <algorithm>

namespace dm::job {

Direction direction_of(const Value& o) {
  return !o["direction"].is_null() && o["direction"].text() == "backward" ? Direction::backward : Direction::forward;
}
const char* name_of(Direction d) { return d == Direction::forward ? "forward" : "backward"; }

Route::Route(const Value& o, const Value& sampler, const char* grid)
    : rule(make<std::unique_ptr<StepRule>>(samplers(), sampler)),
      sampler_(sampler),
      laid_(or_default(o["grid"], grids(), grid)),
      grid_(make<std::unique_ptr<Grid>>(grids(), laid_)) {
  if (!o["corrector"].is_null()) corrector = make<std::unique_ptr<StepRule>>(correctors(), o["corrector"]);
  if (corrector && rule->corrects())
    throw Error("the sampler " + sampler_["type"].text() + " is a Langevin chain itself; leave the corrector out, or take another sampler",
                Exit::spec);
}

std::string Route::culprit() const { return corrector ? "a corrector" : "the sampler " + sampler_["type"].text() + " as set"; }

Route::Route(const Schedule& schedule, const Value& o, double lowest)
    : Route(o, or_default(o["sampler"], samplers(), "heun"), schedule.table() ? "uniform" : "karras") {
  const bool encode = o["encode"].boolean();
  if (encode && (!rule->flow() || corrector))
    throw Error("--encode follows the probability flow, and " + culprit() +
                    " adds noise; take heun, rk45, dpmpp-2m or ddim with eta 0, and no corrector",
                Exit::spec);
  if (encode && grid_->open_ended())
    throw Error("--encode needs a grid whose end is one of its levels; take karras or uniform", Exit::spec);
  if (encode && o["from"].is_null()) throw Error("--encode needs the rows to encode; give them with --from FILE", Exit::spec);
  for (const char* key : {"direction", "time", "noise"})
    if (!o[key].is_null())
      throw Error(std::string("--") + key + " is for bridges, and this is a model of one law; leave it out", Exit::spec);
  Span span{{}, {}, lowest};
  if (!o["start"].is_null()) span.start = o["start"].number();
  if (!o["end"].is_null()) span.end = o["end"].number();
  const Final end = encode ? Final::none : (o["final"].is_null() ? rule->final() : final_named(o["final"].text()));
  lay(schedule, o, end, span, encode);
}

Route::Route(const Schedule& schedule, const Value& o, const Value& sampler, Direction way, const char* grid) : Route(o, sampler, grid) {
  if (o["encode"].boolean()) throw Error("--encode is for models of one law; a bridge goes back with --direction backward", Exit::spec);
  if (!o["end"].is_null()) throw Error("--end is for models of one law; a bridge stops at --time", Exit::spec);
  const bool stops = !o["time"].is_null() && to_go(way, o["time"].number()) > 0;
  Span span;
  if (!o["start"].is_null()) span.start = to_go(way, o["start"].number());
  if (stops) span.end = to_go(way, o["time"].number());
  if (!(span.end.value_or(0) < span.start.value_or(1)))
    throw Error("the rows start at t = " + to_json(to_go(way, span.start.value_or(1))) +
                    " and stop at t = " + to_json(to_go(way, span.end.value_or(0))) + ", which is not " + name_of(way),
                Exit::spec);
  const Final otherwise = stops ? Final::none : rule->flow() ? Final::step : Final::noise;
  lay(schedule, o, o["final"].is_null() ? otherwise : final_named(o["final"].text()), span, false);
  const auto reverse = [](const Move& m) { return m.kind == Move::reverse; };
  if (corrector || rule->corrects() || !std::all_of(plan.begin(), plan.end(), reverse))
    throw Error(culprit() +
                    " makes moves of a diffusion that a bridge's law is not made for; take a rule that follows the bridge (unset, "
                    "euler-maruyama) or its flow (heun without churn, rk45), and no corrector",
                Exit::spec);
}

void Route::lay(const Schedule& schedule, const Value& o, Final end, const Span& span, bool encode) {
  final = end;
  plan = make_plan(schedule, *grid_, int(o["steps"].integer()), end, span);
  if (encode) plan = backwards(plan);
  start = plan.front().from;
  if (corrector) corrector->refine(schedule, plan);
  rule->refine(schedule, plan);
}

void Route::tell(Progress& p) const {
  p.chose("sampler", sampler_);
  p.chose("grid", laid_);
  p.chose("final", final_names()[std::size_t(final)]);
}

}  // namespace dm::job
