// The one place that knows CLI11. It cuts words only: types, ranges, suggestions and exit codes are ours (CLI11 2.1 reads 010 as 8, wraps
// -1 and accepts nan).
#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "core/error.h"

namespace dm::cli {

const Given* Arguments::find(const std::string& name) const {
  for (const Given& g : flags)
    if (g.name == name) return &g;
  return nullptr;
}

Arguments parse(const std::vector<Flag>& flags, const std::vector<std::string>& words) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  app.allow_windows_style_options(false);
  std::vector<CLI::Option*> options;
  for (const Flag& f : flags) {
    const std::string names = (f.letter ? std::string("-") + f.letter + "," : "") + "--" + f.name;
    CLI::Option* o = f.arity == Flag::none ? app.add_flag(names) : app.add_option(names);
    if (f.arity == Flag::one) o->expected(1);
    if (f.arity == Flag::several) o->expected(1, 1 << 20);
    options.push_back(o->multi_option_policy(CLI::MultiOptionPolicy::TakeAll));
  }

  Arguments out;
  std::vector<std::string> rest = words;
  for (;;) try {
      app.parse(std::vector<std::string>(rest.rbegin(), rest.rend()));
      break;
    } catch (const CLI::ArgumentMismatch&) {  // only the last word can lack what should stand behind it
      if (rest.empty()) throw;
      out.problems.push_back("'" + rest.back() + "' needs a value, and the line ends behind it");
      rest.pop_back();
    } catch (const CLI::Error& e) {
      out.problems.push_back(e.what());
      return out;
    }
  for (size_t k = 0; k < flags.size(); ++k) {
    const Flag& f = flags[k];
    if (!options[k]->count()) continue;
    Given g{f.name, options[k]->results()};
    const std::string shown = "--" + f.name;
    if (f.arity == Flag::none) {
      for (const std::string& v : g.values)
        if (v != "true") out.problems.push_back("'" + shown + "' takes no value, found '" + v + "'");
      g.values.clear();  // said twice it means the same
      if (const std::string positive = f.name.substr(f.name.starts_with("no-") ? 3 : 0); positive != f.name && out.find(positive))
        out.problems.push_back("'--" + positive + "' and '" + shown + "' are both given");
    } else if (f.arity == Flag::one && !f.repeats && g.values.size() > 1) {
      out.problems.push_back("'" + shown + "' is given " + std::to_string(g.values.size()) + " times");
      g.values.resize(1);
    }
    out.flags.push_back(std::move(g));
  }
  std::vector<std::string> known;
  for (const Flag& f : flags) known.push_back("--" + f.name);
  bool only_positionals = false;  // after "--"
  for (const std::string& word : app.remaining()) {
    if (only_positionals || word == "-" || word.starts_with("-:/") || !word.starts_with('-')) {
      out.positionals.push_back(word);
    } else if (word == "--") {
      only_positionals = true;
    } else {
      const std::string name = word.substr(0, word.find('='));
      out.problems.push_back("'" + name + "' is no option of this command." + did_you_mean(name, known));
    }
  }
  return out;
}

}  // namespace dm::cli
