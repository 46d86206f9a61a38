#include "recovery/recovery_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace pilotlight::recovery {
namespace {

constexpr mode_t private_directory = 0700;
constexpr mode_t private_file = 0600;

Error cannot(const std::string& what, const std::string& path, int number) {
  std::string advice;
  if (number == EACCES || number == EPERM) advice = ": give the master's user the right to write there";
  if (number == EROFS) advice = ": mount the file system read-write";
  if (number == ENOSPC || number == EDQUOT) return retryable("disk full on " + path + ": free some space there");
  return fatal("cannot " + what + " " + path + " (" + std::strerror(number) + ")" +
               (advice.empty() ? ": look at spark.deploy.recoveryDirectory" : advice));
}

void sync_directory(const std::filesystem::path& path) {
  const int descriptor = open(path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  fsync(descriptor);
  close(descriptor);
}

Result<void> make_directory(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return {};
    return fatal(path + " is not a directory: set spark.deploy.recoveryDirectory to a directory");
  }
  if (errno != ENOENT) return cannot("reach", path, errno);
  if (mkdir(path.c_str(), private_directory) == 0) {
    // Its entry must not be lost by a power cut after records in it were acknowledged.
    sync_directory(std::filesystem::path(path).parent_path());
    return {};
  }
  if (errno == EEXIST) return {};
  if (errno == ENOENT)
    return fatal("the directory above " + path +
                 " does not exist: create it, or correct spark.deploy.recoveryDirectory");
  return cannot("create the directory", path, errno);
}

std::string holder_of(int lock) {
  std::array<char, 32> text{};
  const auto length = pread(lock, text.data(), text.size(), 0);
  std::string pid(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  while (!pid.empty() && pid.back() == '\n') pid.pop_back();
  return pid.empty() || pid.find_first_not_of("0123456789") != std::string::npos ? "" : " (pid " + pid + ")";
}

Result<int> take_lock(const std::string& directory) {
  const auto path = directory + "/pilotlight.lock";
  const int lock = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, private_file);
  if (lock < 0) return cannot("write", path, errno);
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    const int number = errno;
    auto error = number == EWOULDBLOCK
                     ? fatal("another master" + holder_of(lock) + " uses " + directory + " and holds " + path +
                             ": stop it, or give each master a spark.deploy.recoveryDirectory of its own")
                     : cannot("lock", path, number);
    close(lock);
    return error;
  }
  const auto pid = std::to_string(getpid()) + "\n";
  // The pid is only a help for people: a full disk is reported where records cannot be written.
  if (ftruncate(lock, 0) != 0 || pwrite(lock, pid.data(), pid.size(), 0) < 0) errno = 0;
  return lock;
}

/// SQLite gives its other files the mode of this one.
Result<void> make_private(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, private_file);
  if (file < 0) return cannot("write", path, errno);
  struct stat status {};
  if (fstat(file, &status) == 0 && (status.st_mode & 077U) != 0) fchmod(file, private_file);
  close(file);
  return {};
}

}  // namespace

Result<RecoveryDirectory> RecoveryDirectory::take(const std::string& path) {
  if (path.empty())
    return fatal(
        "spark.deploy.recoveryDirectory is not set: with recovery mode FILESYSTEM, name the directory for the records");
  if (auto made = make_directory(path); !made) return made.error();
  auto lock = take_lock(path);
  if (!lock) return lock.error();
  RecoveryDirectory directory(path, *lock);
  if (auto made = make_private(directory.database_path()); !made) return made.error();
  return directory;
}

RecoveryDirectory::RecoveryDirectory(RecoveryDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

RecoveryDirectory::~RecoveryDirectory() {
  if (lock_ >= 0) close(lock_);
}

}  // namespace pilotlight::recovery
