// -o: the six formats, and how lists come out in them.
#pragma once

#include <string>
#include <vector>

#include "cli/cluster.hpp"
#include "cli/listing.hpp"

namespace pilotlight::cli {

enum class Format : std::uint8_t { table, wide, json, yaml, tsv, name };

Format format_of(const Words& words);
/// The look of stdout, with --no-color and --no-header.
Look look_of(const Words& words);
/// JSON is one line per answer with --watch, so that a reader can tell where one ends.
std::string in_notation(const Words& words, const std::string& document, const std::vector<std::string>& arrays);

/// A list in the format that was asked for; `arrays` are its keys in the document. An empty list says `none` on stderr.
Answer list_answer(const Words& words, const client::ClusterDocument& document, const Listing& listing,
                   const std::vector<std::string>& arrays, const std::string& none);

}  // namespace pilotlight::cli
