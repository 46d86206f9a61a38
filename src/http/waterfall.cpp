#include "http/waterfall.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <vector>

#include "http/html_parts.hpp"
#include "http/html_table.hpp"
#include "http/text.hpp"

namespace pilotlight::http {
namespace {

constexpr std::size_t shown_at_once = 8;
/// A first launch later than this many times the rest is not part of the failover's picture: somebody submitted late.
constexpr double late_launch = 2;

double milliseconds(Duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

struct Bar {
  std::string_view name;
  std::optional<Duration> end;
  double from = 0;  ///< ms
  double to = 0;
  bool beyond = false;  ///< it ends outside the picture
};

struct Picture {
  std::array<Bar, 6> bars;
  double width = 1;  ///< ms
};

Picture picture_of(const replica::Flight::Phases& phases) {
  Picture picture{{{{"Epoch won", phases.claimed},
                    {"State ready", phases.state_ready},
                    {"First worker", phases.first_worker},
                    {"All workers", phases.all_workers},
                    {"All applications", phases.all_applications},
                    {"First launch", phases.first_launch}}}};
  // What each phase had to wait for; workers and applications answer side by side.
  constexpr std::array<int, 6> after = {-1, 0, 1, 2, 1, 1};
  double longest = 0;
  for (std::size_t i = 0; i < picture.bars.size(); ++i) {
    auto& bar = picture.bars[i];
    if (!bar.end) continue;
    bar.to = std::max(milliseconds(*bar.end), 0.0);
    for (int before = after[i]; before >= 0; before = after[static_cast<std::size_t>(before)])
      if (const auto& other = picture.bars[static_cast<std::size_t>(before)]; other.end) {
        bar.from = std::min(other.to, bar.to);
        break;
      }
    if (i + 1 < picture.bars.size()) longest = std::max(longest, bar.to);
  }
  auto& launch = picture.bars.back();
  launch.beyond = launch.end && longest > 0 && launch.to > late_launch * longest;
  picture.width = std::max({longest, launch.beyond ? 0 : launch.to, 0.001});
  return picture;
}

std::string number(double value) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

/// A bar on a scale of `units`, never too short to be seen.
std::string rect(const Bar& bar, double width, double units, double y, double height) {
  constexpr double least = 1.5;
  const double to = bar.beyond ? units : bar.to / width * units;
  const double from = std::min(bar.from / width * units, units - least);
  return std::string("<rect").append(bar.beyond ? " class=\"beyond\"" : "") + " x=\"" + number(from) + "\" y=\"" +
         number(y) + "\" width=\"" + number(std::max(to - from, least)) + "\" height=\"" + number(height) + "\"/>";
}

std::string cause_text(const replica::Flight& flight) {
  if (flight.cause == "connection") return "its connections broke";
  if (flight.cause == "heartbeat") return "it fell silent";
  if (flight.cause == "session") return "its ZooKeeper session ended";
  if (flight.cause == "handover") return "it handed over";
  if (flight.cause == "start") return "nobody led";
  return flight.cause;
}

std::string small_picture(const Picture& picture) {
  constexpr double units = 96;
  constexpr double line = 4;
  std::string html = "<svg class=\"fall\" viewBox=\"0 0 96 24\" width=\"96\" height=\"24\" aria-hidden=\"true\">";
  for (std::size_t i = 0; i < picture.bars.size(); ++i)
    if (picture.bars[i].end)
      html += rect(picture.bars[i], picture.width, units, line * static_cast<double>(i), line - 1);
  return html + "</svg>";
}

void add_row(HtmlTable& table, const replica::Flight& flight, const Now& now) {
  const auto& phases = flight.phases;
  table.row({std::to_string(flight.epoch.value), ago(flight.at, now), html_escaped(without_scheme(flight.leader)),
             html_escaped(without_scheme(flight.previous)), html_escaped(flight.cause),
             small_picture(picture_of(phases)), phase_text(phases.claimed), phase_text(phases.state_ready),
             phase_text(phases.first_worker), phase_text(phases.all_workers), phase_text(phases.all_applications),
             phase_text(phases.first_launch)});
}

HtmlTable empty_table(std::string_view title, std::string_view anchor) {
  return {title,
          anchor,
          "failovers",
          {"Epoch", "When", "Leader", "Before", "Cause", "Phases", "Epoch Won", "State Ready", "First Worker",
           "All Workers", "All Applications", "First Launch"}};
}

}  // namespace

std::string phase_text(const std::optional<Duration>& phase) {
  if (!phase) return "";
  const double ms = milliseconds(*phase);
  return ms < 1000 ? number(ms) + " ms" : number(ms / 1000) + " s";
}

std::string waterfall(const replica::Flight& flight, const Now& now) {
  const auto picture = picture_of(flight.phases);
  std::string html = "<p>Epoch " + std::to_string(flight.epoch.value) + ", " + ago(flight.at, now) + ": <strong>" +
                     html_escaped(without_scheme(flight.leader)) + "</strong> took the lead";
  if (!flight.previous.empty() && flight.previous != flight.leader)
    html += " after " + html_escaped(without_scheme(flight.previous));
  html += ", because " + html_escaped(cause_text(flight)) + ".</p>\n";
  html += "<table class=\"phases\">\n<caption class=\"unseen\">Milliseconds after the first sign</caption>\n<tbody>\n";
  constexpr double units = 200;
  for (const auto& bar : picture.bars) {
    if (!bar.end) continue;
    html.append("<tr><th scope=\"row\">").append(bar.name);
    html += "</th><td><svg class=\"fall\" viewBox=\"0 0 200 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">";
    html += rect(bar, picture.width, units, 0, 10) + "</svg></td><td>" + phase_text(bar.end) + "</td></tr>\n";
  }
  return html + "</tbody>\n</table>\n";
}

std::string failovers_table(std::span<const replica::Flight> oldest_first, const Now& now) {
  auto newest = empty_table("Failovers", "failovers");
  auto older = empty_table("Earlier Failovers", "earlier-failovers");
  for (auto flight = oldest_first.rbegin(); flight != oldest_first.rend(); ++flight)
    add_row(newest.rows() < shown_at_once ? newest : older, *flight, now);
  newest.count_as(oldest_first.size());
  if (older.rows() == 0) return newest.html();
  return newest.html() + "<details id=\"more-failovers\"><summary>" + std::to_string(older.rows()) +
         " earlier ones</summary>\n" + older.html() + "</details>\n";
}

}  // namespace pilotlight::http
