// Temporary files of this process, in a table that a signal handler can walk.
#pragma once
#include <string>

namespace dm::io {

// Creates an empty file O_EXCL with mode 0666 & ~umask; returns its slot. Throws Exit::cannot_create.
int make_temporary(const std::string& directory, const std::string& stem, std::string& path);
int note_temporary(const std::string& path);  // a file that is there and shall go likewise
void unlink_temporary(int slot) noexcept;
void forget_temporary(int slot) noexcept;  // it was renamed or unlinked
// Removes ".STEM.dm-PID-*.tmp" in the directory that are older than a day and whose process is dead.
void remove_stale(const std::string& directory, const std::string& stem);

// "could not be opened: No such file or directory"
std::string because(const std::string& what, int error);
// Writes all bytes; returns 0 or errno.
int write_all(int fd, const char* bytes, size_t n);

}  // namespace dm::io
