#include "io/atomic_file.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "folder.h"
#include "io/claim.h"
#include "io/dataset.h"
#include "io/temporary.h"
#include "test.h"

using namespace dm;

namespace {

using Names = std::set<std::string>;

io::Dataset rows_of(int64_t n) {
  io::Dataset d;
  d.x = Matrix<double>(n, 2, 1.5);
  return d;
}

// Runs f in a child; its exit status.
template <class F>
int in_child(F&& f) {
  const pid_t child = fork();
  if (child == 0) _exit(f());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

}  // namespace

TEST_CASE("an existing output is kept unless forced, and a forced one replaces a link's target") {
  const Folder f;
  io::write_bytes(f / "a", "one", false, true);
  CHECK(slurp(f / "a") == "one");
  Exit code;
  CHECK(said([&] { io::write_bytes(f / "a", "two", false, true); }, &code).find("exists and is kept") != std::string::npos);
  CHECK(code == Exit::cannot_create);
  CHECK(slurp(f / "a") == "one");
  std::filesystem::create_symlink("a", f / "link");
  io::write_bytes(f / "link", "two", true, true);
  CHECK(slurp(f / "a") == "two");
  CHECK(std::filesystem::is_symlink(f / "link"));
  CHECK(f.names() == Names{"a", "link"});
}

TEST_CASE("a link to a file that is not there makes it, forced or not") {
  const Folder f;
  std::filesystem::create_directory(f / "there");
  std::filesystem::create_symlink("there/b", f / "near");
  std::filesystem::create_symlink(f / "near", f / "far");
  for (const bool force : {false, true}) {
    io::write_bytes(f / "far", "new", force, true);
    CHECK(std::filesystem::is_symlink(f / "far"));
    CHECK(std::filesystem::is_symlink(f / "near"));
    CHECK(slurp(f / "there/b") == "new");
    CHECK(said([&] { io::check_output(f / "far", false); }).find("exists and is kept") != std::string::npos);
    std::filesystem::remove(f / "there/b");
  }
  std::filesystem::create_symlink("gone/c", f / "lost");
  Exit code;
  CHECK(said([&] { io::check_output(f / "lost", true); }, &code).find("there is no directory '") != std::string::npos);
  CHECK(code == Exit::cannot_create);
  std::filesystem::create_symlink("ring", f / "ring");
  CHECK(said([&] { io::check_output(f / "ring", true); }, &code).find("Too many levels of symbolic links") != std::string::npos);
  CHECK(code == Exit::cannot_create);
}

TEST_CASE("a file that replaces another has its mode, and nobody reads it before") {
  using std::filesystem::perms;
  const Folder f;
  spill(f / "a", "old");
  for (const auto mode : {0600, 0640, 0444, 0777}) {
    std::filesystem::permissions(f / "a", perms(mode));
    io::AtomicFile file(f / "a", true);
    CHECK(std::filesystem::status(file.temporary()).permissions() == perms(0600));
    file.commit();
    CHECK(std::filesystem::status(f / "a").permissions() == perms(mode));
  }
}

TEST_CASE("an output that appears meanwhile is kept") {
  const Folder f;
  {
    io::AtomicFile file(f / "a", false);
    CHECK(f.names().size() == 1);
    spill(f / "a", "other");
    Exit code;
    said([&] { file.commit(); }, &code);
    CHECK(code == Exit::cannot_create);
  }
  CHECK(slurp(f / "a") == "other");
  CHECK(f.names() == Names{"a"});
}

TEST_CASE("outputs of one command appear together or not at all") {
  const Folder f;
  spill(f / "old", "old");
  {
    io::Together all;
    for (const char* name : {"a", "b"}) io::write_bytes(f / name, name, false, true);
    CHECK(!std::filesystem::exists(f / "a"));
    all.commit();
    CHECK(f.names() == Names{"a", "b", "old"});
  }
  {
    io::Together all;
    io::write_bytes(f / "c", "c", false, true);
    io::write_bytes(f / "old", "new", true, true);
    io::write_bytes(f / "d", "d", false, true);
    spill(f / "d", "other");
    Exit code;
    said([&] { all.commit(); }, &code);
    CHECK(code == Exit::cannot_create);
  }
  CHECK(f.names() == Names{"a", "b", "d", "old"});
  CHECK(slurp(f / "d") == "other");
  CHECK(slurp(f / "old") == "new");
  {
    const io::Together dropped;
    io::write_bytes(f / "e", "e", false, true);
  }
  CHECK(f.names() == Names{"a", "b", "d", "old"});
  io::write_bytes(f / "e", "e", false, true);
  CHECK(slurp(f / "e") == "e");
}

TEST_CASE("outputs that cannot be are refused at once") {
  const Folder f;
  const auto code_of = [](const std::string& path) {
    Exit code;
    said([&] { io::check_output(path, true); }, &code);
    return code;
  };
  CHECK(code_of(f.path) == Exit::cannot_create);
  CHECK(code_of(f / "missing/a") == Exit::cannot_create);
  CHECK(code_of(f / std::string(256, 'a')) == Exit::cannot_create);
  CHECK(code_of("") == Exit::usage);
  spill(f / "in", "x");
  std::filesystem::create_symlink("in", f / "same");
  Exit code;
  said([&] { io::check_output(f / "same", true, {f / "in"}); }, &code);
  CHECK(code == Exit::usage);
  said([&] { io::check_output(f / "in", true, {f / "in:/x"}); }, &code);
  CHECK(code == Exit::usage);
  io::write_bytes(f / std::string(255, 'a'), "long", false, true);
  CHECK(slurp(f / std::string(255, 'a')) == "long");
}

TEST_CASE("a full device and a file size limit are I/O errors that leave nothing behind") {
  const Folder f;
  Exit code;
  CHECK(said([&] { io::write_dataset("/dev/full", rows_of(1000)); }, &code).find("No space left") != std::string::npos);
  CHECK(code == Exit::io);
  for (const int64_t n : {100, 100000}) {
    const int status = in_child([&] {
      io::ignore_file_size_signal();
      const rlimit limit{1024, 1024};
      setrlimit(RLIMIT_FSIZE, &limit);
      Exit failed;
      const std::string sentence = said([&] { io::write_dataset(f / "a.h5", rows_of(n)); }, &failed);
      return failed == Exit::io && sentence.find("a.h5") != std::string::npos && sentence.find("File too large") != std::string::npos ? 0
                                                                                                                                      : 1;
    });
    CHECK(status == 0);
    CHECK(f.names().empty());
  }
}

TEST_CASE("temporary files go with an exception and with remove_temporaries()") {
  const Folder f;
  said([&] {
    io::AtomicFile file(f / "a", false);
    throw Error("on the way");
  });
  CHECK(f.names().empty());
  io::AtomicFile file(f / "a", false);
  CHECK(f.names().size() == 1);
  io::remove_temporaries();
  CHECK(f.names().empty());
}

TEST_CASE("a temporary file that is one too many is not left behind") {
  const Folder f;
  std::string path;
  std::vector<int> slots;
  CHECK(said([&] {
          for (;;) slots.push_back(io::make_temporary(f.path, "a", path));
        }).find("more than 1024 temporary files at once") != std::string::npos);
  CHECK(f.names().size() == slots.size());
  for (const int slot : slots) io::unlink_temporary(slot);
  CHECK(f.names().empty());
}

TEST_CASE("an output is one process's at a time; its claim ends with it, however it ends") {
  const Folder f;
  const std::string out = f / "a.h5";
  const auto refused = [&](const std::string& path) {  // in another process
    return in_child([&] {
      Exit code = Exit::ok;
      const std::string sentence = said([&] { io::Claim mine(path); }, &code);
      if (sentence.empty()) return 0;
      const bool named = sentence.find("being written by another run, process " + std::to_string(getppid()) + " on ") != std::string::npos;
      return code == Exit::cannot_create && named ? 1 : 2;
    });
  };
  spill(out, "older");
  std::filesystem::create_symlink("a.h5", f / "link");
  {
    const io::Claim claim(out);
    CHECK(refused(out) == 1);
    CHECK(refused(f / "link") == 1);
    CHECK(refused(f / "b.h5") == 0);
    CHECK(said([&] { io::Claim again(f / "link"); }).find("is named twice as output") != std::string::npos);
    CHECK(f.names().size() == 3);
  }
  CHECK(f.names() == Names{"a.h5", "link"});
  CHECK(refused(out) == 0);
  CHECK(in_child([&] {  // killed: the file lies there, the claim is gone
          new io::Claim(out);
          return raise(SIGKILL);
        }) == 1000 + SIGKILL);
  CHECK(f.names().size() == 3);
  CHECK(refused(out) == 0);
  CHECK(f.names() == Names{"a.h5", "link"});
  const io::Claim longest(f / std::string(255, 'a')), other(f / (std::string(254, 'a') + "b")), none(f / "missing/a"), stream("/dev/null");
  CHECK(refused(f / std::string(255, 'a')) == 1);
  io::remove_temporaries();
  CHECK(f.names() == Names{"a.h5", "link"});
}

TEST_CASE("left-overs of dead processes are swept after a day, nothing else") {
  const Folder f;
  const int dead = [] {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    waitpid(child, nullptr, 0);
    return int(child);
  }();
  const std::string old = ".a.dm-" + std::to_string(dead) + "-00000000.tmp", fresh = ".a.dm-" + std::to_string(dead) + "-00000001.tmp",
                    alive = ".a.dm-" + std::to_string(getpid()) + "-00000002.tmp",
                    other = ".b.dm-" + std::to_string(dead) + "-00000003.tmp";
  for (const auto& n : {old, fresh, alive, other}) {
    spill(f / n, "x");
    std::filesystem::last_write_time(f / n, std::filesystem::file_time_type::clock::now() - std::chrono::hours(n == fresh ? 23 : 25));
  }
  io::write_bytes(f / "a", "new", false, true);
  CHECK(f.names() == Names{"a", fresh, alive, other});
}
