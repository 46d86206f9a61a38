// What a master answers at /cluster, spoilt in any way: what can be read can be shown, and nothing that a terminal
// obeys comes out.
#include <cstdint>
#include <string>

#include "base/assert.hpp"
#include "cli/json_output.hpp"
#include "cli/terminal_text.hpp"
#include "cli/views.hpp"
#include "client/cluster_document.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pilotlight;
  const auto document = client::parse_cluster({reinterpret_cast<const char*>(data), size});
  if (!document) return 0;
  const cli::Look terminal{.width = 80, .color = false, .header = true};
  const cli::Look pipe;
  const cli::Leadership who{document->leader, true, {}};
  std::string out = cli::status_screen(*document, who, terminal, false) +
                    cli::status_screen(*document, who, pipe, true) + cli::status_tsv(*document, who);
  for (const auto& listing :
       {cli::masters_listing(*document), cli::workers_listing(*document), cli::apps_listing(*document, true),
        cli::drivers_listing(*document, true), cli::failovers_listing(*document)})
    out += cli::as_table(listing, terminal, true) + cli::as_table(listing, pipe, false) + cli::as_tsv(listing, pipe) +
           cli::as_names(listing);
  for (const auto notation : {cli::Notation::json, cli::Notation::json_line, cli::Notation::yaml})
    out += cli::document_text(document->text, notation);
  // A line end or tab of our own, otherwise only what is visible: then nothing is left to escape.
  for (auto& c : out)
    if (c == '\n' || c == '\t') c = ' ';
  PILOTLIGHT_ASSERT(cli::visible(out) == out);
  return 0;
}
