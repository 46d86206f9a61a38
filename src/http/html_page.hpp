// The frame around every page: head, skip link, name, footer. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"
#include "http/page_context.hpp"

namespace pilotlight::http {

struct PageFrame {
  std::string title;         ///< escaped here; also the page's first heading
  std::string badge;         ///< one word beside the heading: "leader"; a literal
  std::string body;          ///< HTML
  const Now* now = nullptr;  ///< when the page is of one moment: it says so, and is kept up to date by the script
};

std::string html_page(const PageFrame& frame, const PageContext& context);

}  // namespace pilotlight::http
