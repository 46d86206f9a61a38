#include "deploy/codec.hpp"

namespace pilotlight::deploy {
namespace {

/// The RpcEndpointRef of Spark 3.4 and 3.5 built for Scala 2.13: a distribution of Spark's own that is worth naming.
constexpr std::int64_t ref_of_3_4_for_2_13 = 7061521101402579207;

std::string_view scala_text(std::optional<Scala> scala) {
  if (!scala) return "of an unknown Scala version";
  return *scala == Scala::v2_12 ? "Scala 2.12" : "Scala 2.13";
}

}  // namespace

void PeerBuild::observe(const Evidence& evidence) {
  dialects_ &= evidence.dialects;
  if (!scala_) scala_ = evidence.scala;
  if (evidence.ref_suid) ref_suid_ = evidence.ref_suid;
  if (!unknown_class_) unknown_class_ = evidence.unknown_class;
}

std::vector<Dialect> PeerBuild::candidates() const {
  std::vector<Dialect> fitting;
  if (unknown_class_) return fitting;
  for (const Dialect dialect : all_dialects)
    if ((dialects_ & set_of(dialect)) != 0) fitting.push_back(dialect);
  return fitting;
}

std::optional<Dialect> PeerBuild::dialect() const {
  const auto fitting = candidates();
  return fitting.empty() ? std::nullopt : std::optional(fitting.back());
}

std::optional<std::string> PeerBuild::complaint() const {
  if (!unknown_class_ && dialects_ != 0) return std::nullopt;
  const std::string served = "; this master serves Spark " + std::string(served_versions());
  if (ref_suid_ == ref_of_3_4_for_2_13)
    return "this peer's build is not served: it is Spark 3.4 or 3.5 built for Scala 2.13" + served +
           " (3.3, 3.4 and 3.5 built for Scala 2.12)";
  if (!unknown_class_) return "this peer's build is not served: its classes are of different Spark versions" + served;
  const auto space = unknown_class_->rfind(' ');
  return "this peer's build is not served: its " + unknown_class_->substr(0, space) + " has serialVersionUID " +
         unknown_class_->substr(space + 1) + " (" + std::string(scala_text(scala_)) + ")" + served;
}

}  // namespace pilotlight::deploy
