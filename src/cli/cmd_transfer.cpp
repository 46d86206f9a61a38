#include <algorithm>
#include <chrono>

#include "cli/amounts.hpp"
#include "cli/change.hpp"
#include "cli/formats.hpp"
#include "cli/json_output.hpp"
#include "cli/terminal_text.hpp"
#include "client/change.hpp"

namespace pilotlight::cli {
namespace {

constexpr Duration default_limit = std::chrono::seconds(10);
/// Also how exactly the time is measured.
constexpr Duration between_looks = std::chrono::milliseconds(2);
constexpr Duration look_limit = std::chrono::milliseconds(500);

/// The order and, from the same moment on, the question to all others whether they lead.
class Transfer {
 public:
  Transfer(client::HttpClient& http, Duration limit) : http_(http), limit_(limit) {}

  void run(client::Request order, const std::vector<client::Address>& others) {
    started_ = std::chrono::steady_clock::now();
    http_.send(std::move(order), limit_, [this](client::Reply answer) {
      reply = std::move(answer);
      replied = true;
      const auto said = said_by(reply);
      if (successor || (said.status != 200 && said.status != 202)) http_.stop();
    });
    for (const auto& other : others) look(other);
    http_.run(limit_);
    over_ = true;
  }

  client::Reply reply;
  bool replied = false;
  std::optional<client::Address> successor;
  Duration took{};

 private:
  void look(const client::Address& other) {
    http_.send({.to = other, .target = "/leader"}, look_limit, [this, other](const client::Reply& answer) {
      if (over_ || successor) return;
      if (answer.outcome == client::Outcome::answered && answer.status == 200) {
        successor = other;
        took = std::chrono::steady_clock::now() - started_;
        if (replied) http_.stop();
        return;
      }
      http_.after(between_looks, [this, other] {
        if (!over_ && !successor) look(other);
      });
    });
  }

  client::HttpClient& http_;
  const Duration limit_;
  Instant started_;
  bool over_ = false;
};

Answer report(const Words& words, const std::string& from, const std::string& to, std::int64_t epoch, Duration took) {
  const double ms = std::chrono::duration<double, std::milli>(took).count();
  const auto format = format_of(words);
  if (format == Format::json || format == Format::yaml) {
    return {.out = object_text({{"from", json_string(from)},
                                {"to", json_string(to)},
                                {"epoch", std::to_string(epoch)},
                                {"ms", std::to_string(ms)}},
                               format == Format::yaml ? Notation::yaml : Notation::json)};
  }
  if (format == Format::name) return {.out = visible(to) + "\n"};
  Listing listing{
      {{.title = "FROM"}, {.title = "TO"}, {.title = "EPOCH", .number = true}, {.title = "AFTER", .number = true}}, {}};
  listing.rows.push_back({{{from}, {to}, {std::to_string(epoch)}, {measured_text(ms)}}});
  return {.out = format == Format::tsv ? as_tsv(listing, look_of(words)) : as_table(listing, look_of(words), true)};
}

/// The member that --to means, "" = any.
Result<std::string> target_of(const Words& words, const client::ClusterDocument& document) {
  const auto wanted = words.value("--to");
  if (!wanted) return std::string();
  auto address = client::parse_address(*wanted);
  if (!address) return address.error();
  const auto url = client::url_of(*address);
  std::string names;
  for (const auto& member : document.members) {
    if (member.url == url) return url;
    names += (names.empty() ? "" : ", ") + member.url;
  }
  return retryable(url + " is none of the masters in the election: " + names);
}

Answer transfer(const Words& words, Inquiry& inquiry) {
  const auto picture = inquiry.ask();
  const auto who = leadership(picture);
  if (!who.serves) return nobody(picture, inquiry.origin());
  const auto& document = *picture.document();
  const auto to = target_of(words, document);
  if (!to)
    return {.out = {},
            .err = visible(to.error().message) + "\n",
            .code = to.error().error_class == ErrorClass::retryable ? exit_not_found : exit_usage};
  if (*to == who.url) return {.out = {}, .err = visible(who.url) + " leads already; nothing was done\n"};
  const auto secret = secret_for(words, document);
  if (!secret) return {.out = {}, .err = visible(secret.error().message) + "\n", .code = exit_failed};
  const auto leader =
      document.from_leader() ? Result<client::Address>(*picture.address()) : client::parse_address(who.url);
  if (!leader) return nobody(picture, inquiry.origin());

  std::vector<client::Address> others;
  for (const auto& member : document.members) {
    auto address = client::parse_address(member.url);
    if (address && member.url != who.url && (to->empty() || member.url == *to)) others.push_back(std::move(*address));
  }
  Transfer run(inquiry.http(), words.time("--timeout", default_limit));
  run.run(
      client::change_request(*leader, "/api/transfer", "{\"to\":" + json_string(*to) + "}", *secret, wall_clock_ms()),
      others);
  if (run.successor) {
    const auto after = inquiry.ask();
    const auto* now = after.document();
    return report(words, who.url, client::url_of(*run.successor), now == nullptr ? 0 : now->epoch, run.took);
  }
  const auto said = said_by(run.reply);
  if (run.replied && said.status != 200 && said.status != 202) return not_done(said, run.reply, who.url);
  return {.out = {}, .err = "nobody else leads yet; look with `pilotlight status`\n", .code = exit_timeout};
}

int run(const Words& words) {
  int code = exit_failed;
  const auto inquiry = Inquiry::start(words, "transfer-leadership", code);
  if (!inquiry) return code;
  return print(transfer(words, *inquiry));
}

}  // namespace

CommandRow transfer_command() {
  auto options = where_options("how long it may take (default: 10s)");
  options.insert(options.begin(), {.names = "--to",
                                   .value = "MASTER",
                                   .sentence = "the next leader (default: the first standby in the queue)",
                                   .offer = Offer::member});
  const auto outputs = output_options();
  for (const auto& option : outputs)
    if (option.name() != "--watch") options.push_back(option);
  return {
      .name = "transfer-leadership",
      .sentence = "hand leadership over to a standby",
      .examples = {{"pilotlight transfer-leadership", "to the first standby in the queue"},
                   {"pilotlight transfer-leadership --to m2:7077", "to this one"}},
      .text =
          "Running jobs do not notice. Prints who led, who leads, the new epoch, and how long it took from the order "
          "until the new leader served.",
      .options = joined({options, secret_options()}),
      .exits = {{exit_ok, "another leads, or the one of --to led already"},
                {exit_failed, "it was refused: no standby can take over"},
                {exit_not_found, "--to is none of the masters"},
                {exit_no_leader, "nobody leads, or nobody answers"},
                {exit_timeout, "nobody else led in time"}},
      .run = run,
  };
}

}  // namespace pilotlight::cli
