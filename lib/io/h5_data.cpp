#include <algorithm>
#include <cstring>
#include <map>
#include <type_traits>

#include "io/h5_detail.h"

namespace dm::h5 {

namespace {

template <class T>
hid_t memory_type() {
  if constexpr (std::is_same_v<T, float>)
    return H5T_NATIVE_FLOAT;
  else if constexpr (std::is_same_v<T, double>)
    return H5T_NATIVE_DOUBLE;
  else
    return H5T_NATIVE_INT64;
}
template <class T>
hid_t file_type(bool float32) {
  if constexpr (std::is_same_v<T, float>)
    return H5T_IEEE_F32LE;
  else if constexpr (std::is_same_v<T, double>)
    return float32 ? H5T_IEEE_F32LE : H5T_IEEE_F64LE;
  else
    return H5T_STD_I64LE;
}

}  // namespace

template <class T>
void Group::write(const std::string& name, const T* data, const Shape& shape, bool float32) {
  const std::string doing = "writing " + where_ + name;
  const std::vector<hsize_t> dims(shape.begin(), shape.end());
  const Space space(checked(H5Screate_simple(int(dims.size()), dims.data(), nullptr), doing, true));
  const Plist creation(H5Pcreate(H5P_DATASET_CREATE));
  checked(H5Pset_obj_track_times(creation, false), doing, true);
  checked(H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER), doing, true);
  const hid_t id = checked(H5Dcreate2(*id_, name.c_str(), file_type<T>(float32), space, H5P_DEFAULT, creation, H5P_DEFAULT), doing, true);
  const herr_t written = dims.empty() || std::find(dims.begin(), dims.end(), hsize_t(0)) == dims.end()
                             ? H5Dwrite(id, memory_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, data)
                             : 0;
  const std::string why = written < 0 ? complaint() : "";
  const herr_t closed = H5Dclose(id);
  if (written < 0) fail(doing + " failed: " + why + ".", true);
  checked(closed, doing, true);
}

template <class T>
std::vector<T> Group::read(const std::string& path, Shape& shape) const {
  if (file_->guest) {
    look(path);
    return file_->guest->read<T>(full(path), shape);
  }
  std::vector<T> v;
  int64_t at = 0;
  stream<T>(
      path,
      [&](const Shape& s) {
        shape = s;
        int64_t count = 1;
        for (const int64_t n : s) count *= n;
        v.resize(static_cast<size_t>(count));
      },
      [&](const T* data, int64_t n) {
        std::copy_n(data, n, v.data() + at);
        at += n;
      });
  return v;
}

int64_t Group::opened(int64_t data, const Info& i, const std::string& at, int64_t element) const {
  const std::string doing = "reading " + at;
  int64_t count = 1, bytes = 0;
  for (const int64_t n : i.shape)
    if (n > max_dim || __builtin_mul_overflow(count, n, &count))
      fail(at + " has shape " + to_text(i.shape) + ", which is larger than any file.");
  if (__builtin_mul_overflow(count, element, &bytes)) fail(at + " has shape " + to_text(i.shape) + ", which is larger than any file.");
  const Plist creation(checked(H5Dget_create_plist(data), doing));
  if (checked(H5Pget_external_count(creation), doing) > 0) fail(at + " keeps its data in other files, which are not followed.");
  const H5D_layout_t layout = H5Pget_layout(creation);
  if (layout != H5D_CONTIGUOUS && layout != H5D_COMPACT && layout != H5D_CHUNKED)
    fail(at + " is a virtual dataset, which is not followed.");
  int64_t align = 1;
  if (layout == H5D_CHUNKED) {
    hsize_t chunk[max_rank];
    const int rank = int(checked(H5Pget_chunk(creation, max_rank, chunk), doing));
    int64_t chunk_bytes = i.size;
    for (int k = 0; k < rank; ++k)
      if (chunk[k] > hsize_t(max_dim) || __builtin_mul_overflow(chunk_bytes, int64_t(chunk[k]), &chunk_bytes)) chunk_bytes = max_dim;
    if (rank > 0) align = std::max<int64_t>(1, int64_t(chunk[0]));
    if (chunk_bytes > int64_t(1) << 28) fail(at + " has chunks of more than 256 MiB.");
    for (int k = 0, n = int(checked(H5Pget_nfilters(creation), doing)); k < n; ++k) {
      unsigned flags = 0, config = 0;
      size_t none = 0;
      char filter[64] = "";
      const H5Z_filter_t f = H5Pget_filter2(creation, unsigned(k), &flags, &none, nullptr, sizeof filter, filter, &config);
      if (f < 0 || f > H5Z_FILTER_SCALEOFFSET)
        fail(at + " is compressed with the filter '" + filter +
             "', which is not part of HDF5 itself. Rewrite it with gzip (h5repack -f GZIP=4).");
    }
  }
  const int64_t stored = int64_t(H5Dget_storage_size(data));
  if (layout == H5D_CONTIGUOUS && stored > file_->bytes)
    fail(at + " claims " + std::to_string(stored) + " bytes, more than the file has. It is damaged or cut short.");
  if (bytes > inflated(std::min(stored, file_->bytes)))
    fail(at + " has shape " + to_text(i.shape) + " but only " + std::to_string(stored) +
         " bytes are stored. It is damaged or was never filled.");
  return align;
}

static int64_t elements(const Shape& shape) {
  int64_t count = 1;
  for (const int64_t n : shape) count *= n;
  return count;
}

// What a dataset holds that is not read as numbers.
static std::string held(hid_t data) {
  const Type type(H5Dget_type(data));
  switch (H5Tget_class(type)) {
    case H5T_FLOAT: return "floating point numbers";
    case H5T_STRING: return "texts";
    case H5T_COMPOUND: return "records of several fields, as complex numbers are";
    case H5T_ENUM: return "values that have names";
    default: return "something of another type";
  }
}

std::vector<std::string> Group::texts(const std::string& path, Shape& shape) const {
  if (file_->guest) return file_->guest->texts(full(path), shape);
  const std::string at = where_ + path, doing = "reading " + at;
  const Info i = info(path);
  if (i.kind != Info::other) fail(at + (i.kind == Info::none ? " is not there; a dataset of texts was expected." : " holds no texts."));
  const Object object(checked(H5Oopen(*id_, path.c_str(), H5P_DEFAULT), doing));
  if (H5Iget_type(object) != H5I_DATASET) fail(at + " is no dataset; texts were expected.");
  const Data data(checked(H5Dopen2(*id_, path.c_str(), H5P_DEFAULT), doing));
  opened(data, i, at, std::max(1, i.size));
  shape = i.shape;
  const int64_t count = elements(shape);
  if (count > max_text) fail(at + " has shape " + to_text(shape) + "; at most " + std::to_string(max_text) + " texts are read.");
  if (i.size < 1 || i.size > 1 << 20 || count * i.size > max_letters) fail(at + " is too large to be read as texts.");
  std::vector<std::string> out;
  if (count == 0) return out;
  const Type type(checked(H5Dget_type(data), doing));
  const bool named = H5Tget_class(type) == H5T_ENUM;
  if (!named && H5Tget_class(type) != H5T_STRING) fail(at + " holds " + held(data) + "; numbers or texts were expected.");
  if (!named && checked(H5Tis_variable_str(type), doing)) {
    const Space space(checked(H5Dget_space(data), doing));
    const Type memory(H5Tcopy(H5T_C_S1));
    checked(H5Tset_size(memory, H5T_VARIABLE), doing);
    checked(H5Tset_cset(memory, H5Tget_cset(type)), doing);
    std::vector<char*> p(static_cast<size_t>(count), nullptr);
    checked(H5Dread(data, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, p.data()), doing);
    int64_t letters = 0;
    for (const char* s : p) {
      out.emplace_back(s ? s : "");
      if ((letters += int64_t(out.back().size())) > max_letters) fail(at + " is too large to be read as texts.");
    }
    checked(H5Dvlen_reclaim(memory, space, H5P_DEFAULT, p.data()), doing);
    return out;
  }
  const size_t size = size_t(i.size);
  std::vector<char> v(size * size_t(count));
  checked(H5Dread(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, v.data()), doing);
  std::map<std::string, std::string> names;  // of the values that occur
  for (size_t k = 0; k < size_t(count); ++k) {
    const char* cell = &v[k * size];
    if (!named) {
      out.emplace_back(cell, strnlen(cell, size));
      continue;
    }
    const auto [known, fresh] = names.try_emplace(std::string(cell, size));
    if (char name[256]; fresh) checked(H5Tenum_nameof(type, cell, name, sizeof name), doing), known->second = name;
    out.push_back(known->second);
  }
  return out;
}

template <class T>
void Group::stream(const std::string& path, const std::function<void(const Shape&)>& begin,
                   const std::function<void(const T*, int64_t)>& block) const {
  const std::string at = where_ + path, doing = "reading " + at;
  const Info i = info(path);
  if (i.kind == Info::none) fail("has no dataset " + at + ".");
  if (i.kind == Info::group) fail(at + " is a group; a dataset was expected.");
  const bool fits = std::is_same_v<T, int64_t> ? i.kind == Info::integer : i.kind == Info::real || i.kind == Info::integer;
  const Data data(checked(H5Dopen2(*id_, path.c_str(), H5P_DEFAULT), doing));
  if (!fits) fail(at + " does not hold " + (std::is_same_v<T, int64_t> ? "integers" : "numbers") + " but " + held(data) + ".");
  const int64_t align = opened(data, i, at, std::max<int64_t>(sizeof(T), i.size)), count = elements(i.shape);

  begin(i.shape);
  if (count == 0) return;
  if (i.shape.empty()) {
    T one;
    checked(H5Dread(data, memory_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, &one), doing);
    return block(&one, 1);
  }
  const int64_t rows = i.shape[0], width = count / rows;
  const int64_t some = std::max<int64_t>(1, (int64_t(8) << 20) / std::max<int64_t>(1, width * int64_t(sizeof(T))));
  const int64_t step = std::min(rows, (some + align - 1) / align * align);
  std::vector<T> buffer(static_cast<size_t>(step * width));
  const Space space(checked(H5Dget_space(data), doing));
  for (int64_t first = 0; first < rows; first += step) {
    std::vector<hsize_t> start(i.shape.size(), 0), extent(i.shape.begin(), i.shape.end());
    start[0] = hsize_t(first), extent[0] = hsize_t(std::min(step, rows - first));
    const hsize_t n = extent[0] * hsize_t(width);
    checked(H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr), doing);
    const Space memory(checked(H5Screate_simple(1, &n, nullptr), doing));
    checked(H5Dread(data, memory_type<T>(), memory, space, H5P_DEFAULT, buffer.data()), doing);
    block(buffer.data(), int64_t(n));
  }
}

template void Group::write<float>(const std::string&, const float*, const Shape&, bool);
template void Group::write<double>(const std::string&, const double*, const Shape&, bool);
template void Group::write<int64_t>(const std::string&, const int64_t*, const Shape&, bool);
template void Group::stream<float>(const std::string&, const std::function<void(const Shape&)>&,
                                   const std::function<void(const float*, int64_t)>&) const;
template void Group::stream<double>(const std::string&, const std::function<void(const Shape&)>&,
                                    const std::function<void(const double*, int64_t)>&) const;
template void Group::stream<int64_t>(const std::string&, const std::function<void(const Shape&)>&,
                                     const std::function<void(const int64_t*, int64_t)>&) const;
template std::vector<float> Group::read<float>(const std::string&, Shape&) const;
template std::vector<double> Group::read<double>(const std::string&, Shape&) const;
template std::vector<int64_t> Group::read<int64_t>(const std::string&, Shape&) const;

}  // namespace dm::h5
