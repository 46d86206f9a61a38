#include "http/html_parts.hpp"

#include <algorithm>

#include "http/spark_format.hpp"
#include "http/text.hpp"
#include "http/totals.hpp"

namespace pilotlight::http {
namespace {

using namespace std::chrono;

/// "2024-01-02T03:04:05Z".
std::string iso_date(WallTime time) {
  auto text = page_date(time, seconds(0)) + "Z";
  std::ranges::replace(text, '/', '-');
  std::ranges::replace(text, ' ', 'T');
  return text;
}

std::string time_element(std::string_view kind, WallTime time, const Now& now, std::string_view text) {
  std::string html = "<time";
  if (!kind.empty()) html.append(" class=\"").append(kind).append("\"");
  html.append(" datetime=\"").append(iso_date(time)).append("\"");
  if (!kind.empty()) html.append(" title=\"").append(page_date(time, now.utc_offset)).append("\"");
  return html.append(">").append(text).append("</time>");
}

}  // namespace

std::string link(std::string_view url, std::string_view text) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) return html_escaped(text);
  return "<a href=\"" + html_escaped(url) + "\">" + html_escaped(text) + "</a>";
}

std::string item(std::string_view label, std::string_view html) {
  return std::string("<li><strong>").append(label).append(":</strong> ").append(html).append("</li>\n");
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all.append(all.empty() ? "" : ", ").append(text);
  return all;
}

std::string rough_duration(milliseconds duration) {
  const auto whole = std::max<std::int64_t>(floor<seconds>(duration).count(), 0);
  if (whole < 60) return std::to_string(whole) + " s";
  if (whole < 60 * 60) return std::to_string(whole / 60) + " min";
  if (whole < 48 * 60 * 60) return std::to_string(whole / (60 * 60)) + " h";
  return std::to_string(whole / (24 * 60 * 60)) + " days";
}

std::string ago(WallTime time, const Now& now) {
  return time_element("ago", time, now, rough_duration(now.wall - time) + " ago");
}

std::string lasting(WallTime since, const Now& now) {
  return time_element("lasting", since, now, rough_duration(now.wall - since));
}

std::string moment(WallTime time, const Now& now) {
  return time_element("", time, now, page_date(time, now.utc_offset));
}

std::string url_encoded(std::string_view text) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (plain.find(c) != std::string_view::npos) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(hex[byte >> 4U]);
    out.push_back(hex[byte & 15U]);
  }
  return out;
}

std::string_view without_scheme(std::string_view url) {
  constexpr std::string_view scheme = "spark://";
  if (url.starts_with(scheme)) url.remove_prefix(scheme.size());
  return url;
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return (std::to_string(count) + " ").append(count == 1 ? one : many);
}

std::string addresses_text(const deploy::Resources& resources) {
  std::vector<std::string> texts;
  for (const auto& [name, addresses] : resources) texts.push_back(name + ": [" + joined(addresses) + "]");
  return html_escaped(joined(texts));
}

std::string worker_resources_text(const core::WorkerInfo& worker) {
  std::vector<std::string> texts;
  for (const auto& [name, addresses] : worker.record.resources) {
    const auto used = worker.resources_used.find(name);
    texts.push_back(name + ": Free: [" + joined(free_addresses(worker, name)) + "] / Used: [" +
                    (used == worker.resources_used.end() ? "" : joined(used->second)) + "]");
  }
  return html_escaped(joined(texts));
}

std::string requirements_text(const deploy::ResourceProfile& profile) {
  std::vector<std::string> texts;
  for (const auto& [name, amount] : profile.custom) texts.push_back(std::to_string(amount) + " " + name);
  return html_escaped(joined(texts));
}

}  // namespace pilotlight::http
