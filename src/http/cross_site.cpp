#include "http/cross_site.hpp"

namespace pilotlight::http {

bool is_from_browser(const Request& request) {
  return !request.headers.fetch_site.empty() || !request.headers.origin.empty();
}

bool is_cross_site(const Request& request) {
  const auto& [host, origin, site, time, proof] = request.headers;
  // The browser's own judgement counts first: behind a proxy, Host may not be what the browser was told.
  if (!site.empty()) return site != "same-origin" && site != "none";
  return !origin.empty() && origin != "http://" + host && origin != "https://" + host;
}

}  // namespace pilotlight::http
