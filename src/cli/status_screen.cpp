// The one screen of `pilotlight status`: who leads, who stands by, what runs, what happened last, what is wrong.
#include <algorithm>
#include <cstdlib>
#include <map>

#include "cli/amounts.hpp"
#include "cli/terminal_text.hpp"
#include "cli/views.hpp"

namespace pilotlight::cli {
namespace {

using client::ClusterDocument;

constexpr std::size_t prose_width = 80;
constexpr std::size_t label_width = 15;
/// A screen has 24 lines; what matters most comes first.
constexpr std::size_t most_apps = 4;
constexpr std::size_t most_drivers = 3;
constexpr std::size_t most_of_one_code = 2;

class Screen {
 public:
  Screen(const Look& look, bool wide) : look_(look), wide_(wide) {}

  void line(const std::string& text) { text_ += text + '\n'; }
  void gap() { text_ += '\n'; }

  /// A label and a text, wrapped behind it.
  void field(const std::string& label, const std::string& text, Tone tone = Tone::plain) {
    std::string head = pad(label, label_width, false);
    for (const auto& part : wrap(visible(text), width() - label_width)) {
      line(head + toned(part, tone, look_));
      head = std::string(label_width, ' ');
    }
  }

  void table(Listing listing, std::size_t most, const std::string& how_to_see_more) {
    if (listing.rows.empty()) return;
    gap();
    const auto left_out = wide_ || listing.rows.size() <= most ? 0 : listing.rows.size() - most;
    listing.rows.resize(listing.rows.size() - left_out);
    auto look = look_;
    look.header = true;
    text_ += as_table(listing, look, wide_);
    more(left_out, how_to_see_more);
  }

  void more(std::size_t count, const std::string& how_to_see_them) {
    if (count > 0) line(toned("  and " + std::to_string(count) + " more: " + how_to_see_them, Tone::faint, look_));
  }

  [[nodiscard]] const Look& look() const { return look_; }
  [[nodiscard]] bool wide() const { return wide_; }
  std::string take() { return std::move(text_); }

 private:
  [[nodiscard]] std::size_t width() const {
    return look_.width == 0 ? prose_width : std::min(look_.width, std::size_t{100});
  }

  const Look look_;
  const bool wide_;
  std::string text_;
};

/// "3 alive, 1 dead"; what is not there is left out, except the first.
std::string counts(std::initializer_list<std::pair<std::int64_t, const char*>> parts) {
  std::string text;
  for (const auto& [count, what] : parts)
    if (count > 0 || text.empty())
      text.append(text.empty() ? "" : ", ").append(std::to_string(count)).append(" ").append(what);
  return text;
}

void show_leader(Screen& screen, const ClusterDocument& document, const Leadership& who) {
  const auto& look = screen.look();
  const auto bold = [&](const std::string& url) { return toned(visible(url), Tone::strong, look); };
  if (who.url.empty()) {
    screen.line(toned("Nobody leads", Tone::bad, look) + ", epoch " + std::to_string(document.epoch));
  } else if (!who.serves) {
    screen.line(bold(who.url) + toned(" led last and does not serve", Tone::bad, look) + ", epoch " +
                std::to_string(document.epoch));
  } else {
    auto text = bold(who.url) + " leads";
    if (document.epoch > 0) text += ", epoch " + std::to_string(document.epoch);
    if (document.since > 0)
      text += ", since " + moment_text(document.since) + " (" + span_text(document.observed - document.since) + ")";
    screen.line(text);
    if (document.from_leader() && document.status != "ALIVE") screen.field("State", document.status, Tone::warning);
  }
  if (!document.held.empty()) screen.field("Held", document.held, Tone::bad);
}

std::string recovery_of(const ClusterDocument& document) {
  if (document.zookeeper.empty()) return document.recovery_mode;
  return document.recovery_mode + ", " + document.zookeeper + ", session " + span_text(document.session_timeout_ms);
}

void show_totals(Screen& screen, const ClusterDocument& document) {
  const auto& totals = document.totals;
  std::string workers = counts({{totals.workers_alive, "alive"}, {totals.workers_dead, "dead"}});
  workers += "; cores " + std::to_string(totals.cores_used) + "/" + std::to_string(totals.cores) + ", memory " +
             memory_text(totals.memory_used_mb) + "/" + memory_text(totals.memory_mb) + " in use";
  screen.field("Workers", workers);
  screen.field("Applications", counts({{totals.apps_running, "running"},
                                       {totals.apps_waiting, "waiting"},
                                       {totals.apps_completed, "completed"}}) +
                                   "; " + count_text(totals.executors, "executor"));
  screen.field("Drivers", counts({{totals.drivers_running, "running"},
                                  {totals.drivers_waiting, "waiting"},
                                  {totals.drivers_completed, "completed"}}));
  screen.field("Recovery", recovery_of(document));
}

void show_failover(Screen& screen, const ClusterDocument& document) {
  if (document.failovers.empty()) return;
  const auto& last = document.failovers.back();
  std::string text = "epoch " + std::to_string(last.epoch) + " at " + moment_text(last.at) + ", cause " + last.cause;
  if (!last.previous.empty()) text += ": " + short_name(last.previous) + " -> " + short_name(last.leader);
  screen.field("Last failover", text);
  std::string phases;
  for (const auto& [name, ms] : last.phases_ms) {
    std::string words = name;
    std::replace(words.begin(), words.end(), '_', ' ');
    phases += (phases.empty() ? "" : ", ") + words + " " + measured_text(ms);
  }
  if (!phases.empty()) screen.field("", phases);
}

Tone tone_of_severity(const std::string& severity) {
  if (severity == "critical") return Tone::bad;
  return severity == "warning" ? Tone::warning : Tone::plain;
}

void show_health(Screen& screen, const ClusterDocument& document) {
  const auto count = [&](const char* severity) {
    return std::count_if(document.findings.begin(), document.findings.end(),
                         [&](const auto& one) { return one.severity == severity; });
  };
  if (document.findings.empty()) {
    screen.field("Health", "healthy, no findings", Tone::good);
    return;
  }
  const auto critical = count("critical");
  const auto warnings = count("warning");
  std::string text = critical > 0 ? std::to_string(critical) + " critical, " : "healthy, ";
  screen.field("Health", text + count_text(warnings, "warning"), critical > 0 ? Tone::bad : Tone::warning);
  auto findings = document.findings;
  std::stable_sort(findings.begin(), findings.end(), [](const auto& left, const auto& right) {
    const auto rank = [](const auto& one) {
      return one.severity == "critical" ? 0 : one.severity == "warning" ? 1 : 2;
    };
    return rank(left) < rank(right);
  });
  // Thirty workers that died together are one trouble, and must not push the masters off the screen.
  std::map<std::string, std::size_t> shown;
  std::size_t left_out = 0;
  for (const auto& finding : findings) {
    if (!screen.wide() && ++shown[finding.code] > most_of_one_code) {
      ++left_out;
      continue;
    }
    screen.field("  " + visible(finding.code),
                 finding.severity + ": " + finding.sentence + (finding.hint.empty() ? "" : " " + finding.hint),
                 tone_of_severity(finding.severity));
  }
  screen.more(left_out, "pilotlight status -o wide");
}

/// Those that wait first: somebody is waiting for them.
Listing waiting_first(Listing listing, std::size_t state) {
  std::stable_sort(listing.rows.begin(), listing.rows.end(), [state](const Row& left, const Row& right) {
    return left.cells[state].tone == Tone::warning && right.cells[state].tone != Tone::warning;
  });
  return listing;
}

}  // namespace

std::string status_screen(const ClusterDocument& document, const Leadership& who, const Look& look, bool wide) {
  Screen screen(look, wide);
  show_leader(screen, document, who);
  screen.gap();
  show_totals(screen, document);
  show_failover(screen, document);
  show_health(screen, document);
  screen.table(masters_listing(document), SIZE_MAX, {});
  screen.table(waiting_first(apps_listing(document, false), 3), most_apps, "pilotlight apps");
  screen.table(waiting_first(drivers_listing(document, false), 1), most_drivers, "pilotlight drivers");
  return screen.take();
}

std::string status_tsv(const ClusterDocument& document, const Leadership& who) {
  std::string text;
  const auto add = [&](const std::string& key, const std::string& value) {
    text += key + "\t" + visible(value) + "\n";
  };
  const auto add_number = [&](const std::string& key, std::int64_t value) { add(key, std::to_string(value)); };
  add("leader", who.url);
  add("serves", who.serves ? "yes" : "no");
  add("status", document.status);
  add_number("epoch", document.epoch);
  add_number("since", document.since);
  add("recovery_mode", document.recovery_mode);
  add("zookeeper", document.zookeeper);
  add("answered_by", document.self);
  const auto& totals = document.totals;
  add_number("workers_alive", totals.workers_alive);
  add_number("workers_dead", totals.workers_dead);
  add_number("cores", totals.cores);
  add_number("cores_used", totals.cores_used);
  add_number("memory_mb", totals.memory_mb);
  add_number("memory_used_mb", totals.memory_used_mb);
  add_number("executors", totals.executors);
  add_number("apps_running", totals.apps_running);
  add_number("apps_waiting", totals.apps_waiting);
  add_number("apps_completed", totals.apps_completed);
  add_number("drivers_running", totals.drivers_running);
  add_number("drivers_waiting", totals.drivers_waiting);
  add_number("drivers_completed", totals.drivers_completed);
  for (const auto& member : document.members) add("master", member.role + " " + member.url);
  for (const auto& finding : document.findings)
    add("finding", finding.code + " " + finding.severity + " " + finding.sentence);
  return text;
}

}  // namespace pilotlight::cli
