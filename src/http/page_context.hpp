// What a page needs besides the state: where it is served and what its reader may do. Filled by whoever answers the
// request, once for each answer. Plain values. Pure.
#pragma once

#include <string>

namespace pilotlight::http {

struct PageContext {
  std::string root;           ///< stands before our own addresses behind a proxy: "" or "/spark", no slash at its end
  std::string version;        ///< of this master: "0.1.0"; "" = not shown
  std::string rest_url;       ///< "spark://host:6066"; "" = no REST server
  bool kill_enabled = false;  ///< spark.ui.killEnabled, and somebody answers the forms
  std::string csrf;           ///< the token that a form must bring back; "" = none
};

}  // namespace pilotlight::http
