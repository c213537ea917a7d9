// Columns of rows that stand beside a table in the same HDF5 file, as AnnData (.h5ad) keeps them under /obs.
#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "io/h5.h"

namespace dm::io {

// The cells of a column: numbers or texts. A cell that is missing is an empty text.
using Cells = std::variant<std::vector<double>, std::vector<std::string>>;

// 0 and 1 for FALSE and TRUE, the names that h5py gives to the values of booleans; nothing where there is another text.
std::optional<std::vector<double>> booleans(const std::vector<std::string>&);

// The column `name` that has as many `rows` as the table: "/path/in/file", else /obs/name. It is a dataset of numbers, texts or named
// values (booleans), or a group of codes and categories. Throws Exit::usage where there is none, with the nearest of the names there and in
// `header`; `file` is what sentences call the input. `categories`: what its codes stand for, in their order, where these are texts.
Cells read_beside(const h5::Group& root, const std::string& name, int64_t rows, const std::vector<std::string>& header,
                  const std::string& file, std::vector<std::string>* categories = nullptr);

// The same column as numbers: those of `rows`, all of `total` where that is empty. Categories that are texts become 0, 1, ... in the order
// in which `labels` tells them, false and true 0 and 1. Throws Exit::data for a cell that is missing, and for other texts.
std::vector<double> numbers_beside(const h5::Group& root, const std::string& name, int64_t total, const std::vector<int64_t>& rows,
                                   const std::string& file, std::vector<std::string>& labels);

}  // namespace dm::io
