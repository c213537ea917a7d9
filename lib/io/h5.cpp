#include "io/h5.h"

#include <sys/stat.h>

#include <algorithm>
#include <type_traits>

#include "io/h5_detail.h"

namespace dm::h5 {

static_assert(std::is_same_v<hid_t, int64_t>);

std::string to_text(const Shape& s) {
  std::string t;
  for (const int64_t n : s) t += (t.empty() ? "" : ", ") + std::to_string(n);
  return "[" + t + "]";
}

// After a failed close the library's exit handler loops or crashes, and this process closes what it opens itself. Before main, because
// any earlier call into the library, a question for its version even, would install that handler for good.
static const bool no_exit_handler = H5dont_atexit() >= 0;

static void initialise() {
  static const bool once = [] {
    H5open();
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    H5PLset_loading_state(0);  // no filter plugins: code from a directory that the environment names
    return no_exit_handler;
  }();
  (void)once;
}

std::string complaint() {
  std::string text;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned, const H5E_error2_t* e, void* out) -> herr_t {
        auto& t = *static_cast<std::string*>(out);
        if (t.empty() && e->desc) t = e->desc;
        return 0;
      },
      &text);
  const std::string key = "error message = '";
  if (const auto at = text.find(key); at != std::string::npos) {
    const auto end = text.find('\'', at + key.size());
    text = text.substr(at + key.size(), end - at - key.size());
  }
  return text.empty() ? "unknown HDF5 error" : text;
}

static std::shared_ptr<int64_t> own_group(hid_t id) {
  return {new int64_t(id), [](int64_t* p) {
            H5Gclose(*p);
            delete p;
          }};
}

void Group::fail(const std::string& sentence, bool writing) const {
  if (writing && !file_->failed) file_->failed = true, file_->first_failure = sentence;
  throw Error(file_->name + ": " + sentence, writing ? Exit::io : Exit::data);
}

int64_t Group::checked(int64_t result, const std::string& doing, bool writing) const {
  if (result < 0)
    fail(doing + " failed: " + complaint() + (writing ? "." : ". The file is damaged or of a kind that this reader does not know."),
         writing);
  return result;
}

Group Group::create(const std::string& path, const std::string& name) {
  initialise();
  Group g;
  g.file_ = std::make_shared<File>();
  g.file_->name = name;
  const Plist access(H5Pcreate(H5P_FILE_ACCESS)), creation(H5Pcreate(H5P_FILE_CREATE));
  g.checked(H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110), "setting the format version", true);
  g.checked(H5Pset_fclose_degree(access, H5F_CLOSE_STRONG), "setting the close degree", true);
  g.checked(H5Pset_file_locking(access, false, true), "switching file locking off", true);
  g.checked(H5Pset_obj_track_times(creation, false), "switching object times off", true);
  g.file_->id = g.checked(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, access), "creating the file", true);
  g.id_ = own_group(g.checked(H5Gopen2(g.file_->id, "/", H5P_DEFAULT), "opening the root group", true));
  return g;
}

Group Group::open(const std::string& path, const std::string& name) {
  initialise();
  Group g;
  g.file_ = std::make_shared<File>();
  g.file_->name = name;
  struct stat st = {};
  if (::stat(path.c_str(), &st) == 0) g.file_->bytes = st.st_size;
  const Plist access(H5Pcreate(H5P_FILE_ACCESS));
  g.checked(H5Pset_fclose_degree(access, H5F_CLOSE_STRONG), "setting the close degree");
  g.checked(H5Pset_file_locking(access, false, true), "switching file locking off");
  g.file_->id = g.checked(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), "opening it as HDF5");
  g.id_ = own_group(g.checked(H5Gopen2(g.file_->id, "/", H5P_DEFAULT), "opening the root group"));
  return g;
}

Group Group::open_isolated(const std::string& path, const std::string& name) {
  Group g;
  g.file_ = std::make_shared<File>();
  g.file_->name = name;
  struct stat st = {};
  if (::stat(path.c_str(), &st) == 0) g.file_->bytes = st.st_size;
  g.file_->guest = std::make_unique<Guest>(path, name, g.file_->bytes);
  return g;
}

std::string Group::full(const std::string& path) const {
  std::string s = where_.substr(1) + (path == "." ? "" : path);
  while (s.ends_with('/')) s.pop_back();
  return s.empty() ? "." : s;
}

int64_t Group::room() const { return inflated(file_->bytes); }

Group Group::make(const std::string& name) {
  const Plist creation(H5Pcreate(H5P_GROUP_CREATE));
  checked(H5Pset_obj_track_times(creation, false), "switching object times off", true);
  Group g;
  g.file_ = file_, g.where_ = where_ + name + "/";
  g.id_ =
      own_group(checked(H5Gcreate2(*id_, name.c_str(), H5P_DEFAULT, creation, H5P_DEFAULT), "creating the group " + where_ + name, true));
  return g;
}

Group Group::at(const std::string& name) const {
  const Info i = info(name);
  if (i.kind == Info::none) fail("has no group " + where_ + name + ".");
  if (i.kind != Info::group) fail(where_ + name + " is a dataset; a group was expected.");
  Group g;
  g.file_ = file_, g.where_ = where_ + name + "/";
  if (file_->guest) return g;
  g.id_ = own_group(checked(H5Gopen2(*id_, name.c_str(), H5P_DEFAULT), "opening the group " + where_ + name));
  return g;
}

void Group::look(const std::string& path) const {
  const std::string at = full(path);
  if (std::count(at.begin(), at.end(), '/') >= max_depth)
    fail("holds groups nested deeper than " + std::to_string(max_depth) + " levels. Do its links run in a circle?");
  if (++file_->looks > max_looks) fail("holds more than " + std::to_string(max_looks) + " things. Do its links run in a circle?");
}

// Walks the path link by link, so that neither a missing parent nor a link into another file is an accident.
Info Group::info(const std::string& path) const {
  look(path);
  if (file_->guest) return file_->guest->info(full(path));
  std::string upto;
  for (size_t from = 0; from <= path.size();) {
    const size_t to = std::min(path.find('/', from), path.size());
    const std::string part = path.substr(from, to - from);
    from = to + 1;
    if (part.empty() || part == ".") continue;
    upto += (upto.empty() ? "" : "/") + part;
    if (!checked(H5Lexists(*id_, upto.c_str(), H5P_DEFAULT), "looking for " + where_ + upto)) return {};
    H5L_info_t link;
    checked(H5Lget_info(*id_, upto.c_str(), &link, H5P_DEFAULT), "reading the link " + where_ + upto);
    if (link.type != H5L_TYPE_HARD && link.type != H5L_TYPE_SOFT)
      fail(where_ + upto + " is a link to another file, which is not followed. Name that file itself.");
    if (link.type == H5L_TYPE_SOFT && checked(H5Oexists_by_name(*id_, upto.c_str(), H5P_DEFAULT), "following " + where_ + upto) == 0)
      return {};
    const Object object(checked(H5Oopen(*id_, upto.c_str(), H5P_DEFAULT), "opening " + where_ + upto));
    const H5I_type_t type = H5Iget_type(object);
    if (type != H5I_GROUP && from <= path.size() && path.find_first_not_of('/', from) != std::string::npos) return {};
    if (type == H5I_DATASET) {
      Info i;
      const Type t(checked(H5Dget_type(object), "reading the type of " + where_ + upto));
      const H5T_class_t c = H5Tget_class(t);
      i.kind = c == H5T_FLOAT ? Info::real : c == H5T_INTEGER ? Info::integer : Info::other;
      i.size = int(H5Tget_size(t));
      const Space space(checked(H5Dget_space(object), "reading the shape of " + where_ + upto));
      const int rank = int(checked(H5Sget_simple_extent_ndims(space), "reading the shape of " + where_ + upto));
      if (rank > max_rank)
        fail(where_ + upto + " has rank " + std::to_string(rank) + "; at most " + std::to_string(max_rank) + " is read.");
      hsize_t dims[max_rank];
      checked(H5Sget_simple_extent_dims(space, dims, nullptr), "reading the shape of " + where_ + upto);
      for (int k = 0; k < rank; ++k) i.shape.push_back(int64_t(std::min<hsize_t>(dims[k], hsize_t(1) << 62)));
      return i;
    }
    if (type != H5I_GROUP) {
      Info i;
      i.kind = Info::other;
      return i;
    }
  }
  Info i;
  i.kind = Info::group;
  return i;
}

// 0: go on; 1: one name more than are read.
static herr_t take_name(const char* name, void* out) {
  auto& v = *static_cast<std::vector<std::string>*>(out);
  v.emplace_back(name);
  return int64_t(v.size()) > max_links;
}

std::vector<std::string> Group::names() const {
  if (file_->guest) return file_->guest->names(full("") == "." ? "" : full(""));
  std::vector<std::string> out;
  hsize_t at = 0;
  if (checked(H5Literate(
                  *id_, H5_INDEX_NAME, H5_ITER_NATIVE, &at,
                  [](hid_t, const char* n, const H5L_info_t*, void* o) -> herr_t { return take_name(n, o); }, &out),
              "listing " + where_))
    fail(where_ + " holds more than " + std::to_string(max_links) + " links.");
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> Group::attributes(const std::string& of) const {
  if (file_->guest) return file_->guest->attributes(full(of));
  std::vector<std::string> out;
  hsize_t at = 0;
  if (checked(H5Aiterate_by_name(
                  *id_, of.c_str(), H5_INDEX_NAME, H5_ITER_NATIVE, &at,
                  [](hid_t, const char* n, const H5A_info_t*, void* o) -> herr_t { return take_name(n, o); }, &out, H5P_DEFAULT),
              "listing the attributes of " + where_ + of))
    fail(where_ + of + " has more than " + std::to_string(max_links) + " attributes.");
  std::sort(out.begin(), out.end());
  return out;
}

void Group::flush() { checked(H5Fflush(file_->id, H5F_SCOPE_GLOBAL), "flushing", true); }

void Group::close() {
  const hid_t id = std::exchange(file_->id, -1);
  const herr_t flushed = H5Fflush(id, H5F_SCOPE_GLOBAL);
  const std::string why = flushed < 0 ? complaint() : "";
  const herr_t closed = H5Fclose(id);  // may succeed although a write has failed, so it is no proof by itself
  if (file_->failed) fail(file_->first_failure, true);
  if (flushed < 0) fail("flushing failed: " + why + ".", true);
  checked(closed, "closing", true);
}

}  // namespace dm::h5
