// The directory that holds a master's records, for as long as it is held: made when missing, locked against a second
// master, its files readable by nobody else (raw bytes hold secrets). Private to recovery.
//
// The lock is an flock on `pilotlight.lock`, which the kernel drops with the process however it dies; the file holds
// the holder's pid for people to read and is left behind on purpose (removing it would race with the next holder).
#pragma once

#include <string>

#include "base/result.hpp"

namespace pilotlight::recovery {

class RecoveryDirectory {
 public:
  /// Makes the directory (mode 0700, its parent must exist), locks it and sees to it that the database file exists
  /// with mode 0600. Errors name the path and what to do.
  static Result<RecoveryDirectory> take(const std::string& path);
  ~RecoveryDirectory();
  RecoveryDirectory(RecoveryDirectory&& other) noexcept;
  RecoveryDirectory& operator=(RecoveryDirectory&&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string database_path() const { return path_ + "/pilotlight.db"; }

 private:
  RecoveryDirectory(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_;  ///< descriptor; -1 when moved from
};

}  // namespace pilotlight::recovery
