// What is wrong with the cluster, as a list that people and machines read alike: /cluster, the page, `status`. Pure.
//
// A code never changes its meaning (docs/HTTP.md lists them). "Healthy" means that no finding is critical. Sentences
// name what is concerned in the words of logs and pages; they hold names that peers chose, so whoever shows them
// escapes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "core/state.hpp"
#include "replica/cluster.hpp"

namespace pilotlight::http {

enum class Severity : std::uint8_t { critical, warning, info };
std::string_view to_string(Severity severity);  ///< "critical"

struct Finding {
  std::string_view code;  ///< "PL101"
  Severity severity = Severity::warning;
  std::string subject;   ///< what it is about: a master's URL, an id, "cluster"
  std::string sentence;  ///< what is so
  std::string hint;      ///< what to do
};

/// Critical ones first, then in order of their codes; of one code at most 20 (the last one says how many more).
std::vector<Finding> findings(const core::State& state, const replica::Cluster& cluster, const Now& now);
bool healthy(const std::vector<Finding>& findings);

}  // namespace pilotlight::http
