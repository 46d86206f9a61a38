// What every command does that asks a cluster: find it, ask, choose the answer, say on stderr what went wrong.
//
// A command makes an Inquiry of its words and gives it a function that turns the chosen document into an answer; the
// inquiry prints, repeats it with --watch, and returns the exit code. One thread, no signals: Ctrl-C ends the process.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "cli/words.hpp"
#include "client/http_client.hpp"
#include "client/locate.hpp"
#include "client/survey.hpp"

namespace pilotlight::cli {

/// What goes where, and how it ends.
struct Answer {
  std::string out;
  std::string err = {};  ///< sentences with their line ends
  int code = exit_ok;
};

/// Who leads, by all that was heard.
struct Leadership {
  std::string url;      ///< the leader's, or who led last; "" = nobody as far as is known
  bool serves = false;  ///< it has answered, or cannot be reached from here and the others say that it leads
  std::string trouble;  ///< why not, or why the answer comes from another; "" = all is well
};
Leadership leadership(const client::Picture& picture);

/// What one says of a cluster that nobody leads or where nobody answers, with exit_no_leader. One sentence a line.
Answer nobody(const client::Picture& picture, const std::string& origin);

/// The real environment and files. The node's own name costs no look-up: a name server that hangs holds no command up.
config::Inputs quick_inputs();
client::Wanted wanted_by(const Words& words);

/// "spark://m1:7077" → "m1:7077", as tables show it.
std::string short_name(const std::string& url);

class Inquiry {
 public:
  static constexpr Duration default_limit = std::chrono::seconds(1);

  /// Prints and returns an exit code (in `code`) when the cluster cannot even be looked for.
  static std::unique_ptr<Inquiry> start(const Words& words, const std::string& command, int& code);

  /// Once, or again and again with --watch. `make` gets a document and who leads.
  int answer(const std::function<Answer(const client::ClusterDocument&, const Leadership&)>& make);

  client::Picture ask(Duration limit = default_limit) { return survey_.ask(limit); }
  [[nodiscard]] client::HttpClient& http() { return http_; }
  [[nodiscard]] const std::string& origin() const { return origin_; }

 private:
  Inquiry(const Words& words, client::Located located);
  Answer once(const std::function<Answer(const client::ClusterDocument&, const Leadership&)>& make);

  const Words& words_;
  const std::string origin_;
  const Duration limit_;
  client::HttpClient http_;
  client::Survey survey_;
};

/// All that a command does which only shows something: finds the cluster, asks, prints. The exit code.
int show_cluster(const Words& words, const std::string& command,
                 const std::function<Answer(const client::ClusterDocument&, const Leadership&)>& make);
/// Writes both parts; the code, or exit_failed when stdout takes nothing.
int print(const Answer& answer);
/// "pilotlight leader: …" and how to get help; exit_usage.
int usage_error(std::string_view command, const std::string& message);

}  // namespace pilotlight::cli
