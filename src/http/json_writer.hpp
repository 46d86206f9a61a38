// Writes JSON as Spark does (json4s, pretty): two spaces, `"key" : value`, `[ ]` and `{ }` when empty, objects of a
// list on the line of its bracket. Pure. Calls must nest properly (a wrong order is a bug); text may be any bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pilotlight::http {

class JsonWriter {
 public:
  void begin_object();
  void end_object();
  void begin_array();
  void end_array();
  /// Before each value inside an object.
  void key(std::string_view name);
  void text(std::string_view value);
  void number(std::int64_t value);
  void boolean(bool value);
  void null();
  /// With three digits behind the point.
  void fraction(double value);

  void field(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }
  void field(std::string_view name, std::int64_t value) {
    key(name);
    number(value);
  }

  void flag(std::string_view name, bool value) {
    key(name);
    boolean(value);
  }
  /// The finished document; everything must be closed.
  std::string take();

 private:
  struct Level {
    bool is_array = false;
    bool empty = true;
  };
  void before_value();
  void new_line();

  std::string out_;
  std::vector<Level> levels_;
  std::size_t open_objects_ = 0;
};

}  // namespace pilotlight::http
