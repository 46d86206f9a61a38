// make_fs_store with the options that tests need. Private to recovery; everybody else includes store.hpp.
#pragma once

#include <memory>
#include <string>

#include "recovery/record_database.hpp"
#include "recovery/store.hpp"

namespace pilotlight::recovery {

Result<std::unique_ptr<Store>> make_fs_store(const std::string& directory, Post post, const DatabaseOptions& options);

}  // namespace pilotlight::recovery
