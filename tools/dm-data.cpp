// dm-data: datasets in and out.
#include <span>

#include "cli/command.h"
#include "io/atomic_file.h"
#include "io/checksum.h"
#include "io/dataset.h"
#include "io/info.h"
#include "io/rows.h"
#include "io/shards.h"
#include "io/table.h"
#include "job/data.h"

using namespace dm;

namespace {

const Option dtype{.name = "dtype", .type = choice({"float64", "float32"}), .dflt = "float64", .doc = "type of the numbers in the file"};
const Option allow_nonfinite{.name = "allow_nonfinite", .type = flag(), .dflt = false, .doc = "accept NaN and infinities"};

io::WriteOptions how(const cli::Call& call) {
  const Value* type = call.options.find("dtype");
  return {.force = call.force, .float32 = type && type->text() == "float32"};
}

// What datasets take in memory.
Memory held(std::span<const io::Dataset> sets) {
  Memory m;
  for (const io::Dataset& d : sets) {
    m.add("rows", double(d.x.v.size() + (d.y ? d.y->v.size() : 0)));
    m.add("paths", d.path ? double(d.path->v.size()) : 0);
    io::for_columns([&](const char*, const auto& v) { m.add("columns beside them", v ? double(v->size()) : 0); }, d);
  }
  return m;
}

void make(cli::Call& call) {
  io::Dataset d;
  job::Made made = job::make(call.options, call.seed, *call.progress);
  d.x = std::move(made.x);
  if (made.y.cols) d.y = std::move(made.y);
  if (!made.support.is_null()) d.state = io::boxed_state(d.x.cols, made.support);
  io::write_dataset(call.output(), d, call.provenance, how(call));
}

void import(cli::Call& call) {
  const Value& o = call.options;
  const auto text = [&](const std::string& name) {
    if (!o[name].is_null() && o[name].text().empty())
      throw Error(name + ": found '', expected columns: names, numbers from 1 or ranges; or leave it out", Exit::spec);
    return o[name].is_null() ? "" : o[name].text();
  };
  io::TableOptions how_read{.x = text("x"),
                            .y = text("y"),
                            .t = text("t"),
                            .weights = text("weights"),
                            .log_weights = text("log_weights"),
                            .index = text("index"),
                            .obs = text("obs"),
                            .energy = text("energy"),
                            .skip = o["skip"].integer(),
                            .header = text("header"),
                            .allow_nonfinite = o["allow_nonfinite"].boolean()};
  for (const Value& w : o["where"].items()) how_read.where.push_back(w.text());
  std::vector<io::Dataset> tables;
  int64_t comments = 0;
  for (const std::string& path : call.inputs) tables.push_back(io::read_table(path, how_read)), comments += tables.back().comments;
  const io::Dataset d = tables.size() == 1 ? std::move(tables[0]) : io::concatenate(tables);
  call.note(io::counted(d.x.rows, "row") + ", " + io::counted(d.x.cols, "column") +
            (d.y ? " and " + std::to_string(d.y->cols) + " of the condition y" : ""));
  if (comments) call.note(io::counted(comments, "line") + " that could be a row but for the # at the beginning: passed over");
  if (d.y_labels.is_object())
    for (const auto& [column, labels] : d.y_labels.members()) {
      std::string all;
      for (std::size_t k = 0; k < labels.items().size(); ++k) all += (k ? ", " : " ") + std::to_string(k) + " " + labels.items()[k].text();
      call.note("the categories '" + column + "' are numbers in y:" + all);
    }
  call.progress->ready(held({&d, 1}));
  io::write_dataset(call.output(), d, call.provenance, how(call));
}

void export_table(cli::Call& call) {
  const io::Dataset d = io::read_dataset(call.inputs[0], {.allow_nonfinite = true});
  const std::string to = call.has_output() ? call.output() : "-";
  const Value& format = call.options["format"];
  const bool npy = format.is_null() ? io::has_suffix(to, ".npy") : format.text() == "npy";
  if (format.is_null() && to != "-" && !npy && !io::has_suffix(to, ".csv"))
    throw Error("-o: the suffix of '" + to + "' names no table; .csv and .npy do. Rename it or say --format.", Exit::usage);
  std::string lost = d.path ? "/path" : "";
  const auto lose = [&](const char* name, const auto& v) { lost += v && npy ? (lost.empty() ? "/" : ", /") + std::string(name) : ""; };
  lose("y", d.y), io::for_columns(lose, d);
  if (!lost.empty()) call.note((npy ? ".npy holds x alone; left out: " : "CSV has no place for ") + lost);
  Memory memory = held({&d, 1});
  memory.add("text", npy ? 8 * double(d.x.v.size()) : 3 * memory.total(), 1);  // up to 24 letters a number
  call.progress->chose("format", npy ? "npy" : "csv");
  call.progress->ready(memory);
  io::write_bytes(to, npy ? io::to_npy(d.x) : io::to_csv(d), call.force, npy);
}

void info(cli::Call& call) {
  Value all = Value::array();
  std::string text;
  for (const auto& path : call.inputs) {
    io::Info found = io::info(path);
    all.items().push_back(std::move(found.json)), text += found.text;
  }
  if (!call.json) return call.print(text);
  call.print_json(all.items().size() == 1 ? all.items()[0] : all);
}

void split(cli::Call& call) {
  const io::Dataset d = io::read_dataset(call.inputs[0], {.allow_nonfinite = true});
  const auto parts = job::split(call.options, d.x.rows, call.seed);
  if (parts.size() != call.outputs.size())
    throw Error("fractions: found " + std::to_string(parts.size()) + " fractions for " + std::to_string(call.outputs.size()) +
                    " outputs; one each was expected.",
                Exit::usage);
  call.progress->ready(held({&d, 1}).add("parts", held({&d, 1}).total(), 1).add("row numbers", 2 * double(d.x.rows)));
  io::Together all;
  for (size_t k = 0; k < parts.size(); ++k) io::write_dataset(call.outputs[k], io::take(d, parts[k]), call.provenance, how(call));
  all.commit();
}

void merge(cli::Call& call) {
  std::vector<io::Dataset> parts;
  for (const auto& path : call.inputs) parts.push_back(io::read_dataset(path, {.allow_nonfinite = true}));
  io::whole_shards(parts);
  const io::Dataset all = io::concatenate(parts);
  call.progress->ready(held(parts).add("merged rows", double(all.x.v.size())));
  io::write_dataset(call.output(), all, call.provenance, how(call));
}

void checksum(cli::Call& call) {
  Value all = Value::object();
  for (const auto& path : call.inputs) all.set(path, io::content_sha256(path));
  if (call.json) return call.print_json(all);
  for (const auto& [path, sum] : all.members()) call.print(sum.text() + "  " + path + "\n");
}

std::vector<Option> with(std::vector<Option> options, const std::vector<Option>& more) {
  options.insert(options.end(), more.begin(), more.end());
  return options;
}

const cli::Input dataset{.name = "DATASET", .doc = "a dataset, or a table that can be read as one"};
const cli::Input files{.name = "FILE", .doc = "datasets, tables, or any other file of the toolkit", .max = cli::many};

const cli::Command command{
    .name = "dm-data",
    .summary = "make, import, export, inspect, split and merge datasets",
    .description =
        "A dataset is an HDF5 file whose /x holds one row a point. Tables are read wherever a dataset is: CSV, .npy, one dataset\n"
        "of any HDF5 file as FILE.h5:/path, '-' for any of them on standard input.",
    .examples = {{"dm-data make moons -n 20000 --seed 1 -o moons.h5", "draw two moons"},
                 {"dm-data import quakes.csv --skip 4 --x 2,1 -o quakes.h5", "read columns 2 and 1 of a table"},
                 {"dm-data split quakes.h5 --fractions .8,.2 -o train.h5 test.h5", "part rows at random"}},
    .verbs = {
        {.name = "make",
         .summary = "draw a toy set",
         .description = "Row i depends on the seed, the set and i alone: a longer set begins with the shorter one.",
         .examples = {{"dm-data make moons -n 20000 --seed 1 -o moons.h5", "two moons"},
                      {"dm-data make gaussian --covariance '[[2,1],[1,1]]' -o g.h5", "a Gaussian"}},
         .inputs = {{.name = "LAW", .doc = "which set", .kind = "", .option = "law"}},
         .output = {.doc = "the dataset"},
         .options = with(job::make_options(), {dtype}),
         .run = make},
        {.name = "import",
         .summary = "read a table into a dataset",
         .description =
             "Columns are header names, numbers from 1, or ranges of either (1-5, PC1-PC10). In CSV, blank lines, lines that begin with # "
             "(errors of spreadsheets as #N/A do not count), blanks around cells, CRLF and quotes (with line breaks in them) are "
             "understood, columns that are not asked for may hold "
             "anything, a first line without "
             "a number is the header, as is one all in quotes; x1, x2, ... there are no names.\n\n"
             "--where keeps the rows for which a column is as told: NAME=VALUE, or !=, which compare numbers where both sides are numbers "
             "and else texts, <, <=, > and >=. Rows that fail are not read further, so their other cells may hold anything. Of a dataset "
             "inside an HDF5 file the column may stand beside it: as /obs/NAME, where AnnData keeps what is known of cells (numbers, "
             "texts, categories), or at any path, --where /path/in/file=VALUE. So may the columns of y, of times and of weights: --y NAME. "
             "Categories become 0, 1, ... in their order, which is said and kept in the file.\n\n"
             "Integers that no double holds (identifiers beyond 2^53) are refused where they are read, and compared as texts by --where in "
             "a "
             "CSV.\n\n"
             "A PNG image is one row: its pixels in [0, 1] line by line, for RGB three numbers a pixel; images of one size are read "
             "together. Several tables are put one after another.",
         .examples = {{"dm-data import quakes.csv --skip 4 --x 2,1 -o quakes.h5", "columns 2 and 1"},
                      {"dm-data import cells.h5ad:/obsm/X_pca --x 1-5 -o cells.h5", "a dataset inside any HDF5 file"},
                      {"dm-data import cells.csv --where day=4 --x PC1-PC10 -o d4.h5", "the rows of day 4, ten columns by their names"},
                      {"dm-data import cells.h5ad:/obsm/X_pca --where day=4 --where 'type!=B cell' -o d4.h5",
                       "the same of an AnnData file, and without one type"},
                      {"dm-data import cells.h5ad:/obsm/X_pca --y type -o typed.h5", "with the types of the cells as the condition"},
                      {"dm-data import digits/*.png -o digits.h5", "images, a row each"},
                      {"zcat t.csv.gz | dm-data import - --x 1-4 --y label -o t.h5", "a table from a pipe, with a condition"}},
         .inputs =
             {{.name = "TABLE", .doc = "CSV, .npy, PNG or FILE.h5:/path; several: their rows in order", .kind = "table", .max = cli::many}},
         .output = {.doc = "the dataset"},
         .options = {{.name = "x", .type = text(), .dflt = nullptr, .doc = "columns of x; unset: all that the others do not take"},
                     {.name = "y", .type = text(), .dflt = nullptr, .doc = "columns of the condition y; unset: none"},
                     {.name = "t", .type = text(), .dflt = nullptr, .doc = "column of the times /t; unset: none"},
                     {.name = "weights", .type = text(), .dflt = nullptr, .doc = "column of the weights; unset: none"},
                     {.name = "log_weights", .type = text(), .dflt = nullptr, .doc = "column of the log-weights; unset: none"},
                     {.name = "index", .type = text(), .dflt = nullptr, .doc = "column of the row numbers /index; unset: none"},
                     {.name = "obs", .type = text(), .dflt = nullptr, .doc = "column of the numbers of observations /obs; unset: none"},
                     {.name = "energy", .type = text(), .dflt = nullptr, .doc = "column of the energies of paths; unset: none"},
                     {.name = "where",
                      .type = texts(),
                      .dflt = Value::array(),
                      .doc = "keep the rows that are so: NAME=VALUE, or !=, <, <=, >, >=; repeatable, all must hold"},
                     {.name = "skip", .type = integer(0, 1e12), .dflt = 0, .doc = "lines of a CSV to skip at the top"},
                     {.name = "header",
                      .type = choice({"auto", "yes", "no"}),
                      .dflt = "auto",
                      .doc = "whether the first line names the columns; auto: if no cell of it is a number or all are in quotes, and one "
                             "that mixes words and numbers is refused"},
                     allow_nonfinite,
                     dtype},
         .run = import},
        {.name = "export",
         .summary = "write a dataset as CSV or .npy",
         .description =
             "CSV holds x, y, t, weights, log_weights, index, obs and energy (those that there are) under a header line; numbers "
             "have as many digits as read back to the same bits: "
             "'dm-data import FILE.csv --y y1 --t t --weights weights' takes it all back. .npy holds x. What is left out is said.",
         .examples = {{"dm-data export moved.h5 -o moved.csv", "as CSV"}, {"dm-data export moved.h5 | head", "look at it"}},
         .inputs = {dataset},
         .output = {.doc = "the table, FILE.csv or FILE.npy; left out: CSV on standard output", .name = "TABLE", .min = 0, .binary = false},
         .options =
             {{.name = "format", .type = choice({"csv", "npy"}), .dflt = nullptr, .doc = "unset: by the suffix of the output, else csv"}},
         .run = export_table},
        {.name = "info",
         .summary = "say what files hold",
         .description =
             "Of a dataset or a table: rows, columns and their moments. Of a model: what it learned and how, its losses and what --metrics "
             "measured. Of a plan or a transport: how it went, and how far the rows that it moves are from where they should be. Of a "
             "checkpoint: of which run, at which step. Of each: the line that made it, and the hash of its bytes.",
         .examples = {{"dm-data info moons.h5", "rows, columns, moments, origin"},
                      {"dm-data info model.h5", "what was learned, and how well"},
                      {"dm-data info moons.h5 --json", "the same for programs"}},
         .inputs = {files},
         .json = true,
         .run = info},
        {.name = "split",
         .summary = "part the rows of a dataset",
         .description = "Every row goes to at most one output. Rows keep their order; /index tells which rows of the input they are.",
         .examples = {{"dm-data split x.h5 --fractions .8,.2 -o train.h5 test.h5", "80 % and 20 %"}},
         .inputs = {dataset},
         .output = {.doc = "one dataset for each fraction", .max = cli::many},
         .options = with(job::split_options(), {dtype}),
         .run = split},
        {.name = "merge",
         .summary = "put the rows of datasets one after another",
         .description =
             "The shards of a run (--shard I/N) in order become the dataset that the run without shards writes. Shards of several "
             "runs, in another order, twice or not all of them are refused by what their provenance says.",
         .examples = {{"dm-data merge a.h5 b.h5 -o both.h5", ""}},
         .inputs = {{.name = "DATASET", .doc = "datasets with the same columns and fields", .min = 2, .max = cli::many}},
         .output = {.doc = "the dataset"},
         .options = {dtype},
         .run = merge},
        {.name = "checksum",
         .summary = "hash what files say, without their provenance",
         .description = "Two files agree exactly when their content does, whatever command lines, pipes or inputs they came from.",
         .examples = {{"dm-data checksum a.h5 b.h5", "one line a file"}},
         .inputs = {files},
         .json = true,
         .run = checksum}}};

}  // namespace

int main(int argc, char** argv) { return cli::main(command, argc, argv); }
