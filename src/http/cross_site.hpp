// Whether a form was posted by a page of somebody else: browsers send what any page tells them to. Pure.
#pragma once

#include "http/message.hpp"

namespace pilotlight::http {

/// A browser says where a POST comes from; scripts (curl) say nothing.
bool is_from_browser(const Request& request);
/// The browser says that it comes from another site than this one.
bool is_cross_site(const Request& request);

}  // namespace pilotlight::http
