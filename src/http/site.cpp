#include "http/site.hpp"

#include "http/actions.hpp"
#include "http/api.hpp"
#include "http/cross_site.hpp"
#include "http/health.hpp"
#include "http/mirrored.hpp"
#include "http/proof.hpp"
#include "http/router.hpp"
#include "recovery/mirror.hpp"

namespace pilotlight::http {

class Site::Impl {
 public:
  Impl(SiteSettings settings, MasterAccess& master)
      : about_(std::move(settings.about)),
        master_(master),
        proof_(std::move(settings.secret)),
        actions_(master, about_) {}

  void answer(const Request& request, const Reply& reply) {
    if (request.path.starts_with("/api/")) return change(request, reply);
    const auto now = master_.now();
    const auto cluster = master_.cluster(now);
    if (request.method == "GET" || request.method == "HEAD")
      if (auto response = health(request, master_.state(), cluster)) return reply(std::move(*response));
    if (request.path == "/cluster" && master_.state().recovery == core::RecoveryState::standby &&
        master_.records() != nullptr) {
      const auto state = mirrored_state(master_.state().settings, master_.records()->recovered(), now);
      return reply(respond(request, state, now, cluster, about_));
    }
    reply(respond(request, master_.state(), now, cluster, about_));
  }

 private:
  void change(const Request& request, const Reply& reply) {
    if (request.method != "POST") return reply(api_error(405, "This address answers POST only."));
    if (is_cross_site(request)) return reply(api_error(403, "This was sent by a page of another site."));
    if (const auto refusal = proof_.refusal(request, master_.now().wall)) return reply(api_error(401, *refusal));
    if (!api(request, actions_, reply)) reply(api_error(404, "There is nothing at this address."));
  }

  const About about_;
  MasterAccess& master_;
  ProofCheck proof_;
  Actions actions_;
};

Site::Site(SiteSettings settings, MasterAccess& master) : impl_(std::make_unique<Impl>(std::move(settings), master)) {}
Site::~Site() = default;
void Site::answer(const Request& request, const Reply& reply) { impl_->answer(request, reply); }

}  // namespace pilotlight::http
