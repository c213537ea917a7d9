// Bash completion: flags, methods and choices after their flag, verbs, and files by the kind of the inputs.
#include <algorithm>

#include "cli/describe.h"

namespace dm::cli {

static void words_after(const std::vector<Option>& options, std::string& cases) {
  for (const Option& o : options) {
    std::vector<std::string> words = o.type.family ? o.type.family().names() : o.type.choices;
    if (words.empty()) continue;
    std::string all;
    for (const auto& w : words) all += (all.empty() ? "" : " ") + w;
    if (const std::string label = "    --" + flag_name(o.name) + ")"; cases.find(label) == cases.npos)
      cases += label + " COMPREPLY=($(compgen -W '" + all + "' -- \"$cur\")); return ;;\n";
  }
}

static std::string part(const Command& c) {
  std::string flags, cases, pattern;
  for (const Flag& f : all_flags(c))
    if (f.name != "dm-describe") flags += (flags.empty() ? "--" : " --") + f.name;
  words_after(c.options, cases);
  for (const Reached& r : families(c.options))
    if (r.option->type.kind == Type::method)
      for (const Method* m : r.option->type.family().methods) words_after(m->options, cases);
  std::string bound;
  for (const Input& i : c.inputs)
    for (const Option& o : c.options)
      if (i.option == o.name && o.type.kind == Type::method)
        for (const auto& n : o.type.family().names()) bound += (bound.empty() ? "" : " ") + n;
  return "  case $prev in\n" + cases +
         "    --spec) COMPREPLY=($(compgen -o plusdirs -f -X '!*.json' -- \"$cur\")); return ;;\n"
         "  esac\n"
         "  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W '" +
         flags + "' -- \"$cur\")); return; fi\n" + "  COMPREPLY=($(compgen " + (bound.empty() ? "" : "-W '" + bound + "' ") +
         "-o plusdirs -f -- \"$cur\"))\n";
}

std::string completion(const Command& c) {
  std::string name = "_" + c.name;
  std::replace(name.begin(), name.end(), '-', '_');
  std::string out = "# bash completion of " + c.name + "\n" + name +
                    "() {\n  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n  COMPREPLY=()\n";
  if (c.verbs.empty()) {
    out += part(c);
  } else {
    std::string verbs;
    for (const Command& v : c.verbs) verbs += (verbs.empty() ? "" : " ") + v.name;
    out += "  if ((COMP_CWORD == 1)); then COMPREPLY=($(compgen -W '" + verbs + "' -- \"$cur\")); return; fi\n";
    for (const Command& v : c.verbs) out += "  if [[ ${COMP_WORDS[1]} == " + v.name + " ]]; then\n" + part(v) + "  fi\n";
  }
  return out + "}\ncomplete -o filenames -F " + name + " " + c.name + "\n";
}

}  // namespace dm::cli
