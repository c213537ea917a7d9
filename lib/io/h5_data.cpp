#include <algorithm>
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
  if (file_->guest) return file_->guest->read<T>(full(path), shape);
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

template <class T>
void Group::stream(const std::string& path, const std::function<void(const Shape&)>& begin,
                   const std::function<void(const T*, int64_t)>& block) const {
  const std::string at = where_ + path, doing = "reading " + at;
  const Info i = info(path);
  if (i.kind == Info::none) fail("has no dataset " + at + ".");
  if (i.kind == Info::group) fail(at + " is a group; a dataset was expected.");
  const bool fits = std::is_same_v<T, int64_t> ? i.kind == Info::integer : i.kind == Info::real || i.kind == Info::integer;
  if (!fits) fail(at + " does not hold " + (std::is_same_v<T, int64_t> ? "integers" : "numbers") + ".");
  int64_t count = 1, bytes = 0;
  for (const int64_t n : i.shape)
    if (n > max_dim || __builtin_mul_overflow(count, n, &count))
      fail(at + " has shape " + to_text(i.shape) + ", which is larger than any file.");
  if (__builtin_mul_overflow(count, int64_t(std::max<size_t>(sizeof(T), size_t(i.size))), &bytes))
    fail(at + " has shape " + to_text(i.shape) + ", which is larger than any file.");

  const Data data(checked(H5Dopen2(*id_, path.c_str(), H5P_DEFAULT), doing));
  const Plist creation(checked(H5Dget_create_plist(data), doing));
  if (checked(H5Pget_external_count(creation), doing) > 0) fail(at + " keeps its data in other files, which are not followed.");
  const H5D_layout_t layout = H5Pget_layout(creation);
  if (layout != H5D_CONTIGUOUS && layout != H5D_COMPACT && layout != H5D_CHUNKED)
    fail(at + " is a virtual dataset, which is not followed.");
  int64_t align = 1;  // rows that are read at once are whole chunks
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
  // deflate cannot do better than 1030 : 1, so a larger ratio is a bomb or a hole
  if (bytes > 1200 * std::min(stored, file_->bytes) + (1 << 20))
    fail(at + " has shape " + to_text(i.shape) + " but only " + std::to_string(stored) +
         " bytes are stored. It is damaged or was never filled.");

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
