// Makes the graph of one message of ours in a dialect, and its bytes: the forms of golden/…/foreign (spec §3.3–3.8).
//
// One Build per encode call. Objects that the recipe repeats (None, proxies) are made anew each time, as real and
// foreign writers do; equal strings and descriptors are shared when the graph is written. Values die with the Build.
// A field that the dialect's class does not have, or one left out, is a bug (assertion). Private to deploy.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "deploy/dialect.hpp"
#include "deploy/types.hpp"
#include "javaser/reader.hpp"
#include "javaser/value.hpp"

namespace pilotlight::deploy {

struct Named {
  std::string_view field;
  javaser::Value value;
};

class Build {
 public:
  explicit Build(Dialect dialect) : dialect_(dialect), descriptors_(Descriptors::of(dialect)) {}

  [[nodiscard]] Dialect dialect() const { return dialect_; }
  [[nodiscard]] bool has_profiles() const { return dialect_ != Dialect::spark_3_3; }

  javaser::ObjectNode* object(Class id, std::initializer_list<Named> fields);
  javaser::Value text(std::string_view utf8) { return graph_.string(utf8); }
  javaser::Value integer(std::int32_t number);
  javaser::Value boolean(bool value);
  /// A Scala object: an instance of its class (2.12), a module proxy (2.13).
  javaser::Value module(Class id);
  javaser::Value none() { return module(Class::none); }
  javaser::Value some(javaser::Value value);
  javaser::Value option(const std::optional<std::string>& text);
  javaser::Value option(std::optional<std::int32_t> number);
  javaser::Value sequence(const std::vector<javaser::Value>& elements);
  javaser::Value texts(std::span<const std::string> elements);
  javaser::Value map(const std::vector<std::pair<javaser::Value, javaser::Value>>& entries);
  javaser::Value string_array(std::span<const std::string> elements);
  /// The value with this number of the Enumeration with this class (spec §3.4).
  javaser::Value enumeration(Class of, std::uint8_t number);

  javaser::Value address(const Address& address);
  /// An endpoint reference with an ask timeout of 120 s (spec §3.5).
  javaser::Value ref(const EndpointRef& ref);
  javaser::Value resources(const Resources& resources);
  javaser::Value executor_state(ExecutorState state);
  javaser::Value driver_state(DriverState state);
  /// The peer's own exception where the receiver can read it, else one of Java's that says the same (spec §3.8).
  javaser::Value exception(const Exception& exception);
  javaser::Value executor_description(const ExecutorDescription& description);
  javaser::Value resource_profile(const ResourceProfile& profile);

  /// A message of which only the class is known: the object it stands for, or an instance with every field null.
  javaser::Value bare(std::string_view class_name);
  /// The root of a peer's part (raw.hpp), which lives as long as the Build. Unreadable bytes are a bug.
  javaser::Value embed(const RawBytes& raw);
  /// A copy of a node with one field replaced; the other values are the original's.
  javaser::Value with_field(const javaser::ObjectNode& original, std::string_view field, javaser::Value value);

  /// The whole content stream.
  [[nodiscard]] std::string finish(const javaser::Value& root) const;

 private:
  Dialect dialect_;
  const Descriptors& descriptors_;
  javaser::Graph graph_;
  std::list<javaser::Stream> embedded_;
};

}  // namespace pilotlight::deploy
