// Every address that a master answers over HTTP: who may ask, and which part answers (docs/HTTP.md).
//
// Owned by the runtime, used on its strand. Health and changes are answered here, from the master as it is; documents
// and pages are rendered from a snapshot, on another thread.
#pragma once

#include <memory>
#include <string>

#include "http/about.hpp"
#include "http/forms.hpp"
#include "http/master_access.hpp"
#include "http/message.hpp"

namespace pilotlight::http {

struct SiteSettings {
  About about;
  std::string secret;  ///< of the cluster; "" = changes need no proof. Never shown
  AllowDecommission allow_decommission = AllowDecommission::local;
};

class Site {
 public:
  /// `master` outlives it.
  Site(SiteSettings settings, MasterAccess& master);
  ~Site();
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  void answer(const Request& request, const Reply& reply);
  /// On spark.master.rest.port, where Spark's REST protocol is all there is.
  void answer_rest(const Request& request, const Reply& reply);
  /// HTTP answers, snapshots and rendering so far.
  [[nodiscard]] const Stats& stats() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pilotlight::http
