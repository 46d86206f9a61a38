// What documents say of this process that never changes while it runs. Plain values, made once by the runtime. Pure.
#pragma once

#include <string>

#include "base/time.hpp"

namespace pilotlight::http {

struct About {
  std::string version;                 ///< "0.1.0"
  std::string recovery_mode = "NONE";  ///< as in the configuration
  WallTime started{};
  bool kill_enabled = true;      ///< spark.ui.killEnabled
  std::string rest_url;          ///< "spark://host:6066"; "" = nothing listens there
  std::string form_token;        ///< pages carry it in their forms; of this process
  bool secret_required = false;  ///< pilotlight.cluster.secretFile is set: changes need a proof
};

}  // namespace pilotlight::http
