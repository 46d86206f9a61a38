#include "http/html_page.hpp"

#include "http/html_parts.hpp"
#include "http/text.hpp"

namespace pilotlight::http {
namespace {

constexpr std::string_view flame =
    "<svg class=\"flame\" viewBox=\"0 0 24 24\" width=\"20\" height=\"20\" aria-hidden=\"true\">"
    "<path class=\"outer\" d=\"M12 1c.6 4.2 6.6 7 6.6 13.1a6.6 6.9 0 0 1-13.2 0C5.4 10.7 8 8.7 8.9 6.1c1 .8 1.6 1.9 "
    "1.7 3.1C12.3 7.2 12.7 4 12 1z\"/><path class=\"inner\" d=\"M12 11.5c.4 1.9 2.9 2.9 2.9 5.3a2.9 2.9 0 0 1-5.8 "
    "0c0-2.2 2.5-3.4 2.9-5.3z\"/></svg>";

std::string head(std::string_view title, const std::string& root) {
  std::string html = "<head>\n<meta charset=\"utf-8\">\n";
  html += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  html += "<meta name=\"color-scheme\" content=\"light dark\">\n";
  html.append("<title>").append(title).append("</title>\n");
  html += "<link rel=\"icon\" href=\"" + root + "/static/pilotlight.svg\" type=\"image/svg+xml\">\n";
  html += "<link rel=\"stylesheet\" href=\"" + root + "/static/pilotlight.css\">\n";
  return html + "<script src=\"" + root + "/static/pilotlight.js\" defer></script>\n</head>\n";
}

std::string footer(const std::string& root) {
  std::string html = "<footer><nav aria-label=\"The same for programs\">";
  html += "<a href=\"" + root + "/json/\">/json/</a> <a href=\"" + root + "/cluster\">/cluster</a> ";
  html += "<a href=\"" + root + "/metrics\">/metrics</a> <a href=\"" + root + "/readyz?verbose\">/readyz</a>";
  return html + "</nav></footer>\n";
}

}  // namespace

std::string html_page(const PageFrame& frame, const PageContext& context) {
  const auto title = html_escaped(frame.title);
  const auto root = html_escaped(context.root);
  std::string html = "<!DOCTYPE html>\n<html lang=\"en\">\n" + head(title, root);
  html += "<body data-root=\"" + root + "\">\n<a class=\"skip\" href=\"#content\">Skip to content</a>\n";
  html.append("<header><a class=\"brand\" href=\"").append(root).append("/\">").append(flame).append("Pilotlight");
  if (!context.version.empty()) html += " <span class=\"build\">" + html_escaped(context.version) + "</span>";
  html += "</a>\n<p id=\"live\" role=\"status\"></p></header>\n<div id=\"gone\" role=\"alert\" hidden></div>\n";
  html += "<main id=\"content\"";
  if (frame.now != nullptr) html += " data-now=\"" + std::to_string(frame.now->wall.time_since_epoch().count()) + "\"";
  html.append(">\n<div class=\"title\"><h1>").append(title).append("</h1>");
  if (!frame.badge.empty()) html += " <span class=\"badge " + frame.badge + "\">" + frame.badge + "</span>";
  if (frame.now != nullptr) html += " <p class=\"as-of\">as of " + moment(frame.now->wall, *frame.now) + "</p>";
  html.append("</div>\n").append(frame.body);
  return html.append("</main>\n").append(footer(root)).append("</body>\n</html>\n");
}

}  // namespace pilotlight::http
