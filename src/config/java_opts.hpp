// The -Dkey=value words of SPARK_DAEMON_JAVA_OPTS and SPARK_MASTER_OPTS (spec §10.3).
//
// Pure. Words are split as Spark's launcher does it: blanks part them, ' and " keep blanks together, a backslash takes
// the next character as it is (not between '). Other words (-Xmx2g, -verbose:gc, agents) are the JVM's and are left
// out.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace pilotlight::config {

/// The words. An error (a quote that does not end) says nothing of the text: it may hold a secret.
Result<std::vector<std::string>> split_words(std::string_view text);
/// Keys and values of the -D words, in their order; "-Dkey" alone has an empty value.
Result<std::vector<std::pair<std::string, std::string>>> parse_java_opts(std::string_view text);

}  // namespace pilotlight::config
