#include "http/site.hpp"

#include "http/actions.hpp"
#include "http/api.hpp"
#include "http/cross_site.hpp"
#include "http/documents.hpp"
#include "http/events.hpp"
#include "http/health.hpp"
#include "http/proof.hpp"
#include "http/rest.hpp"
#include "http/static_files.hpp"
#include "http/views.hpp"
#include "system/crypto.hpp"

namespace pilotlight::http {
namespace {

bool reads(const Request& request) { return request.method == "GET" || request.method == "HEAD"; }

Response page(int status, std::string_view title, std::string_view sentence) {
  return {status, "text/html;charset=utf-8", error_page(title, sentence), ""};
}

Response file(const Request& request) {
  constexpr auto some_minutes = std::chrono::minutes(5);
  const auto found = static_file(request.path);
  if (!found) return page(404, "404 Not Found", "There is no file at this address.");
  Response response{200, std::string(found->content_type), std::string(found->body), ""};
  response.max_age = some_minutes;
  return response;
}

}  // namespace

class Site::Impl {
 public:
  Impl(SiteSettings settings, MasterAccess& master)
      : settings_(std::move(settings)),
        master_(master),
        proof_(settings_.secret),
        actions_(master, settings_.about),
        rest_(master, settings_.about),
        events_(master),
        documents_(settings_.about, master, stats_) {}

  void answer(const Request& request, const Reply& to) {
    const auto reply = counted(to);
    if (request.path.starts_with("/api/")) return api_change(request, reply);
    if (is_form(request)) return form_change(request, reply);
    if (is_rest(request)) return rest(request, reply);
    if (!reads(request)) return reply(page(405, "405 Method Not Allowed", "This address answers GET and HEAD only."));
    if (is_health(request.path)) return reply(*health(request, master_.state(), master_.cluster(master_.now())));
    if (request.path.starts_with("/static/")) return reply(file(request));
    if (request.path == "/events") return reply(events_.follow());
    documents_.ask(request, reply);
  }

  void answer_rest(const Request& request, const Reply& to) { rest(request, counted(to)); }

  [[nodiscard]] const Stats& stats() const { return stats_; }

 private:
  Reply counted(const Reply& reply) {
    return [this, reply](Response response) {
      ++stats_.requests[std::to_string(response.status / 100) + "xx"];
      reply(std::move(response));
    };
  }

  void api_change(const Request& request, const Reply& reply) {
    if (request.method != "POST") return reply(api_error(405, "This address answers POST only."));
    if (is_cross_site(request)) return reply(api_error(403, "This was sent by a page of another site."));
    if (const auto refusal = proof_.refusal(request, master_.now().wall)) return reply(api_error(401, *refusal));
    if (!api(request, actions_, reply)) reply(api_error(404, "There is nothing at this address."));
  }

  void form_change(const Request& request, const Reply& reply) {
    if (request.method != "POST") {
      auto response = page(405, "405 Method Not Allowed", "This address answers POST only.");
      response.allow = "POST";
      return reply(std::move(response));
    }
    const bool foreign =
        is_cross_site(request) ||
        (is_from_browser(request) && !system::equal_in_constant_time(form_token(request), settings_.about.form_token));
    if (foreign)
      return reply(page(403, "403 Forbidden",
                        "This was not sent by a page of this master, or by one of before its last start: reload it."));
    if (const auto refusal = proof_.refusal(request, master_.now().wall))
      return reply(page(401, "401 Unauthorized", *refusal));
    form(request, settings_.allow_decommission, master_.state().settings.decommission_enabled, actions_, reply);
  }

  void rest(const Request& request, const Reply& reply) {
    if (rest_changes(request)) {
      if (is_cross_site(request))
        return reply(rest_error(403, "This was sent by a page of another site.", settings_.about));
      if (const auto refusal = proof_.refusal(request, master_.now().wall))
        return reply(rest_error(401, *refusal, settings_.about));
    }
    rest_.answer(request, reply);
  }

  const SiteSettings settings_;
  MasterAccess& master_;
  Stats stats_;
  ProofCheck proof_;
  Actions actions_;
  Rest rest_;
  Events events_;
  Documents documents_;
};

Site::Site(SiteSettings settings, MasterAccess& master) : impl_(std::make_unique<Impl>(std::move(settings), master)) {}
Site::~Site() = default;
void Site::answer(const Request& request, const Reply& reply) { impl_->answer(request, reply); }
void Site::answer_rest(const Request& request, const Reply& reply) { impl_->answer_rest(request, reply); }
const Stats& Site::stats() const { return impl_->stats(); }

}  // namespace pilotlight::http
