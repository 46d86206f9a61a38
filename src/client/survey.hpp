// Asks every master that is known for /cluster, all at once, and the masters that their answers name as well.
//
// One survey serves one command, however often it asks: what was learned stays known. Each ask() ends as soon as the
// leader has answered, at once when nobody is there, and at the end of its limit otherwise: until then those who
// answered without leading are asked again, because in a failover another leads a moment later. Uses an HttpClient that
// must outlive it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/cluster_document.hpp"
#include "client/http_client.hpp"
#include "client/place.hpp"

namespace pilotlight::client {

/// What came of one master, last.
struct Heard {
  Address address;
  Reply reply;
  std::optional<ClusterDocument> document;
  std::string trouble;  ///< no document: why, in words
};

struct Picture {
  std::vector<Heard> heard;         ///< in the order in which they became known
  std::string queue_trouble;        ///< ZooKeeper was asked and did not help: why
  std::size_t strangers = 0;        ///< Spark's own masters in the queue
  std::optional<std::size_t> best;  ///< index of the answer that tells the truth

  [[nodiscard]] const ClusterDocument* document() const { return best ? &*heard[*best].document : nullptr; }
  /// Where the document's master was reached.
  [[nodiscard]] const Address* address() const { return best ? &heard[*best].address : nullptr; }
};

class Survey {
 public:
  Survey(HttpClient& http, Place place);
  ~Survey();
  Survey(const Survey&) = delete;
  Survey& operator=(const Survey&) = delete;

  Picture ask(Duration limit);
  /// Asks this one as well from now on.
  void learn(const Address& address);

 private:
  class Round;
  HttpClient& http_;
  Place place_;  ///< masters: all that are known
  bool queue_helped_ = false;
};

}  // namespace pilotlight::client
