// The man page (troff) and the reference page (markdown) of a command.
#include <cstring>

#include "cli/describe.h"
#include "cli/version.h"

namespace dm::cli {

static std::string roff(const std::string& s) {
  std::string out;
  for (size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '\\')
      out += "\\e";
    else if (s[i] == '-')
      out += "\\-";
    else if ((s[i] == '.' || s[i] == '\'') && (i == 0 || s[i - 1] == '\n'))
      out += "\\&" + std::string(1, s[i]);
    else
      out += s[i];
  }
  return out;
}

static std::string trimmed(const std::string& s) { return s.substr(std::min(s.find_first_not_of(' '), s.size())); }

static void entry(std::string& out, const Row& r) {
  out += ".TP\n.B " + roff(trimmed(r.left)) + "\n" + roff(r.right.empty() ? " " : r.right) + "\n";
}

static void paragraphs(std::string& out, const std::string& s) {
  size_t i = 0;
  while (i < s.size()) {
    const size_t end = std::min(s.find("\n\n", i), s.size());
    out += ".PP\n" + roff(s.substr(i, end - i)) + "\n";
    i = end + 2;
  }
}

static void own_part(std::string& out, const Command& c) {
  for (const Input& i : c.inputs) entry(out, {i.name + (i.max > 1 ? "..." : ""), i.doc});
  for (const Option& o : c.options) entry(out, row(o));
  for (const Reached& r : families(c.options)) {
    const Family& family = r.option->type.family();
    out += ".SS " + roff(heading(r)) + "\n" + roff(family.doc) + "\n";
    for (const Method* m : family.methods) {
      entry(out, {m->name, m->doc + (m->paper.empty() ? "" : " [" + m->paper + "]")});
      if (m->options.empty()) continue;
      out += ".RS\n";
      for (const Option& o : m->options) entry(out, row(r, o));
      out += ".RE\n";
    }
  }
}

std::string man(const Command& c) {
  std::string out = ".TH " + c.name + " 1 \"\" \"dmkit\" \"dmkit\"\n.SH NAME\n" + c.name + " \\- " + roff(c.summary) + "\n.SH SYNOPSIS\n";
  if (c.verbs.empty()) out += ".B " + roff(usage(c, c.name)) + "\n";
  for (const Command& v : c.verbs) out += ".B " + roff(usage(v, c.name + " " + v.name)) + "\n.br\n";
  out += ".SH EXAMPLES\n";
  for (const Example& e : c.examples) entry(out, {e.line, e.explanation});
  if (!c.description.empty()) out += ".SH DESCRIPTION\n", paragraphs(out, c.description);
  if (c.verbs.empty()) out += ".SH OPTIONS\n", own_part(out, c);
  for (const Command& v : c.verbs) {
    out += ".SH \"" + roff(c.name + " " + v.name) + "\"\n" + roff(v.summary) + ".\n";
    paragraphs(out, v.description);
    for (const Example& e : v.examples) entry(out, {e.line, e.explanation});
    own_part(out, v);
  }
  out += ".SH \"SHARED OPTIONS\"\n";
  for (const Row& r : shared_rows(c.verbs.empty() ? c : c.verbs[0])) entry(out, r);
  out += ".SH \"EXIT STATUS\"\n";
  for (const Row& r : exit_rows(c)) entry(out, r);
  return out;
}

// Prose in which markdown sees no markup of its own.
static std::string prose(const std::string& s, const char* marks = "<*") {
  std::string out;
  for (const char ch : s) out += (std::strchr(marks, ch) ? "\\" : "") + std::string(1, ch);
  return out;
}

static void table(std::string& out, const std::vector<Row>& rows, const char* left = "flag") {
  if (rows.empty()) return;
  out += "| " + std::string(left) + " | meaning |\n|---|---|\n";
  for (const Row& r : rows) out += "| `" + trimmed(r.left) + "` | " + prose(r.right, "<*|") + " |\n";
  out += "\n";
}

static void page(std::string& out, const Command& c, const std::string& called, const std::string& level) {
  out += level + " " + called + "\n\n" + c.summary + ".\n\n```\n";
  for (const Example& e : c.examples) out += (e.explanation.empty() ? "" : "# " + e.explanation + "\n") + e.line + "\n";
  out += "```\n\nUsage: `" + usage(c, called) + "`\n\n";
  if (!c.description.empty()) out += prose(c.description) + "\n\n";
  for (const Input& i : c.inputs) out += "- `" + i.name + "`: " + prose(i.doc) + "\n";
  if (!c.inputs.empty()) out += "\n";
  std::vector<Row> rows;
  for (const Option& o : c.options) rows.push_back(row(o));
  table(out, rows);
  for (const Reached& r : families(c.options)) {
    out += level + "# `" + heading(r) + "`\n\n" + prose(r.option->type.family().doc) + "\n\n";
    for (const Method* m : r.option->type.family().methods) {
      out += "**" + m->name + "**: " + prose(m->doc) + (m->paper.empty() ? "" : " [" + m->paper + "]") + "\n\n";
      std::vector<Row> own;
      for (const Option& o : m->options) own.push_back(row(r, o));
      table(out, own);
    }
  }
  for (const Command& v : c.verbs) page(out, v, called + " " + v.name, level + "#");
}

std::string markdown(const Command& c) {
  std::string out;
  page(out, c, c.name, "#");
  out += "## Shared options\n\n";
  table(out, shared_rows(c.verbs.empty() ? c : c.verbs[0]));
  out += "## Exit status\n\n";
  table(out, exit_rows(c), "status");
  out.pop_back();  // one newline at the end
  return out;
}

}  // namespace dm::cli
