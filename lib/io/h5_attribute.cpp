#include <algorithm>
#include <cstring>

#include "io/h5_detail.h"

namespace dm::h5 {

static hid_t new_text_type() {
  const hid_t t = H5Tcopy(H5T_C_S1);
  H5Tset_size(t, H5T_VARIABLE);
  H5Tset_cset(t, H5T_CSET_UTF8);
  return t;
}

void Group::set(const std::string& name, const Value& v, const std::string& of) {
  const std::string doing = "writing the attribute " + where_ + (of == "." ? "" : of) + "@" + name;
  const auto put = [&](hid_t type, hid_t memory, const Space& space, const void* data) {
    const Attribute a(
        checked(H5Acreate_by_name(*id_, of.c_str(), name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), doing, true));
    checked(H5Awrite(a, memory, data), doing, true);
  };
  bool texts = v.is_array() && !v.items().empty();
  if (v.is_array())
    for (const Value& item : v.items()) texts = texts && item.is_text();
  if (v.is_integer()) {
    const int64_t i = v.integer();
    put(H5T_STD_I64LE, H5T_NATIVE_INT64, Space(H5Screate(H5S_SCALAR)), &i);
  } else if (v.is_number()) {
    const double x = v.number();
    put(H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, Space(H5Screate(H5S_SCALAR)), &x);
  } else if (texts) {
    const Type type(checked(new_text_type(), doing, true));
    std::vector<const char*> p;
    for (const Value& item : v.items()) p.push_back(item.text().c_str());
    const hsize_t n = p.size();
    put(type, type, Space(H5Screate_simple(1, &n, nullptr)), p.data());
  } else {
    const Type type(checked(new_text_type(), doing, true));
    const std::string s = v.is_text() ? v.text() : to_json(v);
    const char* p = s.c_str();
    put(type, type, Space(H5Screate(H5S_SCALAR)), &p);
  }
}

Value Group::get(const std::string& name, const std::string& of) const {
  if (file_->guest) return file_->guest->get(name, full(of));
  const std::string at = where_ + (of == "." ? "" : of) + "@" + name, doing = "reading the attribute " + at;
  if (!checked(H5Aexists_by_name(*id_, of.c_str(), name.c_str(), H5P_DEFAULT), doing)) return {};
  const Attribute a(checked(H5Aopen_by_name(*id_, of.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT), doing));
  const Type type(checked(H5Aget_type(a), doing));
  const Space space(checked(H5Aget_space(a), doing));
  const int rank = int(checked(H5Sget_simple_extent_ndims(space), doing));
  const hssize_t count = checked(H5Sget_simple_extent_npoints(space), doing);
  if (rank > 1 || count > max_links) fail("the attribute " + at + " is too large.");
  const auto wrap = [&](std::vector<Value> all) { return rank == 0 && !all.empty() ? all[0] : Value(Value::Array(std::move(all))); };
  std::vector<Value> out;
  switch (H5Tget_class(type)) {
    case H5T_INTEGER: {
      std::vector<int64_t> v(size_t(std::max<hssize_t>(count, 1)));
      checked(H5Aread(a, H5T_NATIVE_INT64, v.data()), doing);
      out.assign(v.begin(), v.begin() + count);
      break;
    }
    case H5T_FLOAT: {
      std::vector<double> v(size_t(std::max<hssize_t>(count, 1)));
      checked(H5Aread(a, H5T_NATIVE_DOUBLE, v.data()), doing);
      out.assign(v.begin(), v.begin() + count);
      break;
    }
    case H5T_STRING: {
      if (checked(H5Tis_variable_str(type), doing)) {
        std::vector<char*> p(size_t(std::max<hssize_t>(count, 1)), nullptr);
        const Type memory(checked(new_text_type(), doing));
        H5Tset_cset(memory, H5Tget_cset(type));
        checked(H5Aread(a, memory, p.data()), doing);
        for (hssize_t k = 0; k < count; ++k) out.emplace_back(p[size_t(k)] ? std::string(p[size_t(k)]) : std::string());
        checked(H5Dvlen_reclaim(memory, space, H5P_DEFAULT, p.data()), doing);
      } else {
        const size_t size = H5Tget_size(type);
        if (int64_t(size) * count > max_text) fail("the attribute " + at + " is too large.");
        std::vector<char> v(size * size_t(count) + 1);
        checked(H5Aread(a, type, v.data()), doing);
        for (hssize_t k = 0; k < count; ++k) out.emplace_back(std::string(&v[size_t(k) * size], strnlen(&v[size_t(k) * size], size)));
      }
      break;
    }
    default: fail("the attribute " + at + " is neither a number nor text.");
  }
  return wrap(std::move(out));
}

std::string Group::text(const std::string& name) const {
  const Value v = get(name);
  if (!v.is_text()) fail("the attribute " + where_ + "@" + name + (v.is_null() ? " is missing." : " is not text."));
  return v.text();
}

}  // namespace dm::h5
