// Small pieces of HTML that several pages share: links, times, lists of resources. Pure; every text is escaped here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "core/state.hpp"
#include "deploy/types.hpp"

namespace pilotlight::http {

/// <a href="url">text</a> when the URL is http or https, else only the text: a peer chose the URL.
std::string link(std::string_view url, std::string_view text);
/// One line of a summary: "URL: spark://…"; `html` is HTML already.
std::string item(std::string_view label, std::string_view html);
/// "a, b"; not escaped.
std::string joined(const std::vector<std::string>& texts);
/// "12 s", "5 min", "3 h", "4 days": whole units, so that a page which is looked at again changes little.
std::string rough_duration(std::chrono::milliseconds duration);
/// "5 min ago" in a <time> element that also has the exact moment.
std::string ago(WallTime time, const Now& now);
/// The same without "ago": how long something has lasted.
std::string lasting(WallTime since, const Now& now);
/// An exact moment as Spark prints it, in a <time> element.
std::string moment(WallTime time, const Now& now);
/// Percent-encoded for one value of a query.
std::string url_encoded(std::string_view text);
/// "m1:7077" of "spark://m1:7077"; not escaped.
std::string_view without_scheme(std::string_view url);
/// "1 worker", "2 workers".
std::string counted(std::size_t count, std::string_view one, std::string_view many);

/// "gpu: [0, 1]".
std::string addresses_text(const deploy::Resources& resources);
/// "gpu: Free: [1] / Used: [0]".
std::string worker_resources_text(const core::WorkerInfo& worker);
/// "1 gpu".
std::string requirements_text(const deploy::ResourceProfile& profile);

}  // namespace pilotlight::http
