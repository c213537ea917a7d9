// A command to test the shell with: two samplers that share an option, a process with an option of the same name, a grid inside each.
#pragma once
#include "cli/command.h"

namespace cli_test {

using namespace dm;

inline const Family& grids() {
  static const Method uniform{"uniform", "even steps", "", {}},
      karras{"karras", "dense at low noise", "Karras et al. 2022", {{"rho", number(1, 100), 7.0, "exponent"}}};
  static const Family f{"grid", "levels", {&uniform, &karras}};
  return f;
}

inline const Family& samplers() {
  static const Method ddim{
      "ddim",
      "implicit",
      "Song et al. 2021",
      {{"eta", number(0, 1), 0.0, "noise"}, {"moves", integer(1), 50, "moves"}, {"grid", method(grids), "uniform", "levels"}}},
      heun{"heun",
           "second order",
           "Karras et al. 2022",
           {{"moves", integer(1), 18, "moves"}, {"grid", method(grids), "karras", "levels"}, {"churn", flag(), false, "noise"}}};
  static const Family f{"sampler", "rules", {&ddim, &heun}};
  return f;
}

inline const Family& processes() {
  static const Method vp{
      "vp", "preserving", "", {{"beta_max", number(0), 20.0, "largest beta"}, {"shift", number(), 0.0, "hidden by the command's own"}}},
      ve{"ve", "exploding", "", {{"sigma_max", number(0).above(), 80.0, "largest sigma"}, {"eta", number(), 1.0, "another eta"}}};
  static const Family f{"process", "noising", {&vp, &ve}};
  return f;
}

inline const Family& looks() {
  static const Method dots{"dots", "points", "", {{"radius", number(0), 1.0, "size"}, {"tone", choice({"one", "each"}), "one", "colours"}}},
      heat{"heat", "a map", "", {{"bins", integer(1), 30, "cells"}, {"tone", choice({"warm", "cold"}), "warm", "colours"}}};
  static const Family f{"look", "pictures", {&dots, &heat}};
  return f;
}

inline cli::Command command() {
  return {.name = "dm-sample",
          .summary = "draw",
          .examples = {{"dm-sample model.h5 -o x.h5", "with the defaults"}},
          .inputs = {{"MODEL", "a model"}},
          .output = {.doc = "the samples"},
          .options = {{"n", integer(0), 1000, "rows", false, 'n'},
                      {"sampler", method(samplers), "ddim", "the rule"},
                      {"process", method(processes), nullptr, "the process"},
                      {"look", method(looks).undecided(), nullptr, "found by who makes it"},
                      {"times", numbers(0, 1), Value::numbers({.5}), "times"},
                      {"names", list(), Value::array(), "names"},
                      {"clip", flag(), true, "clip"},
                      {"act", choice({"relu", "silu"}), "silu", "activation"},
                      {"means", matrix(), nullptr, "means"},
                      {"shift", number(-10, 10), 0.0, "shift"},
                      {"free", any(), nullptr, "anything"}},
          .json = true,
          .run = [](cli::Call&) {}};
}

}  // namespace cli_test
