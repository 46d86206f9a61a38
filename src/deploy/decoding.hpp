// Reading one message out of its graph: where we are, what went wrong first, what was learnt of the peer's build.
//
// A Decoding lives for one decode call. Fields is a view of one object of the graph: its accessors give a field's
// value or, when it is missing, null or of the wrong type, record an error that names the path
// ("RegisterWorker.worker.endpointAddress is null") and give a harmless default, so that a reader of a message is a
// list of its fields and looks for errors once, at the end. Private to deploy; never throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "deploy/codec.hpp"
#include "deploy/dialect_tables.hpp"
#include "javaser/value.hpp"

namespace pilotlight::deploy {

class Decoding {
 public:
  /// What is copied out of a stream may cost a small multiple of the stream's size: back references are 5 bytes
  /// each, so without a budget a small stream could fill the memory.
  explicit Decoding(std::size_t content_bytes) : budget_(65'536 + 8 * content_bytes) {}

  /// Takes note of a descriptor and its superclasses.
  void see(const javaser::ClassDesc* desc);
  /// Only the first failure is kept.
  void fail(std::string message);
  [[nodiscard]] bool failed() const { return error_.has_value(); }
  [[nodiscard]] const Error& error() const { return *error_; }
  /// False, and a failure, when the budget is used up.
  bool charge(std::size_t bytes);

  [[nodiscard]] const Evidence& evidence() const { return evidence_; }

 private:
  void see_one(const javaser::ClassDesc& desc);

  std::size_t budget_;
  std::optional<Error> error_;
  Evidence evidence_;
};

class Fields {
 public:
  /// `object` may be null: every accessor then gives its default in silence (the failure was recorded before).
  Fields(Decoding& decoding, const javaser::ObjectNode* object, std::string_view name, const Fields* outer = nullptr)
      : decoding_(decoding), object_(object), name_(name), outer_(outer) {}

  [[nodiscard]] Decoding& decoding() const { return decoding_; }
  [[nodiscard]] const javaser::ObjectNode* object() const { return object_; }
  /// Whether the stream's descriptor has the field at all.
  [[nodiscard]] bool has(std::string_view field) const { return object_ && object_->field(field); }

  /// A required String.
  [[nodiscard]] std::string text(std::string_view field) const;
  /// A String that may be null or missing: "".
  [[nodiscard]] std::string text_or_empty(std::string_view field) const;
  [[nodiscard]] std::int32_t int32(std::string_view field) const;
  /// A long that must fit an int.
  [[nodiscard]] std::int32_t int32_of_long(std::string_view field) const;
  [[nodiscard]] bool flag(std::string_view field) const;
  /// A required object of the class or of a subclass, given by its JVM name.
  [[nodiscard]] Fields object(std::string_view field, Class of) const;
  /// The same for a value found in this field's collection or option.
  [[nodiscard]] Fields object_in(std::string_view field, const javaser::Value& value, Class of) const;

  /// Option: nullopt for None, null, Some(null) and a missing field.
  [[nodiscard]] std::optional<javaser::Value> option(std::string_view field) const;
  [[nodiscard]] std::optional<std::string> optional_text(std::string_view field) const;
  [[nodiscard]] std::optional<std::int32_t> optional_int32(std::string_view field) const;
  /// The elements of a Seq, List, Set …; required.
  [[nodiscard]] std::vector<javaser::Value> sequence(std::string_view field) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view field) const;
  /// The entries of a Map; required.
  [[nodiscard]] std::vector<std::pair<javaser::Value, javaser::Value>> entries(std::string_view field) const;
  /// A java.lang.String inside this field's collection.
  [[nodiscard]] std::string text_in(std::string_view field, const javaser::Value& value) const;
  /// A java.lang.Integer inside this field's collection or option.
  [[nodiscard]] std::int32_t int32_in(std::string_view field, const javaser::Value& value) const;
  /// The number of an Enumeration's value, 0…size-1 (spec §3.4). `of` is the Enumeration's class.
  [[nodiscard]] std::uint8_t enumeration(std::string_view field, Class of, std::uint8_t size) const;
  [[nodiscard]] std::uint8_t enumeration_in(std::string_view field, const javaser::Value& value, Class of,
                                            std::uint8_t size) const;

  /// "<path>.<field> <problem>".
  void fail(std::string_view field, std::string_view problem) const;

 private:
  /// Null with a failure when the field is missing or null.
  const javaser::Value* required(std::string_view field) const;
  [[nodiscard]] std::string path() const;

  Decoding& decoding_;
  const javaser::ObjectNode* object_;
  std::string_view name_;
  const Fields* outer_;
};

}  // namespace pilotlight::deploy
