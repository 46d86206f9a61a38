#include "recovery/record_fields.hpp"

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "recovery/base64.hpp"

namespace pilotlight::recovery {
namespace {

constexpr std::int64_t end_of_year_9999 = 253402300799999;

}  // namespace

Fields::Fields(const nlohmann::json& object, std::string path, std::optional<std::string>& error)
    : object_(object), path_(std::move(path)), error_(error) {
  if (!object_.is_object() && !error_)
    error_ = path_.empty() ? "it is not a JSON object" : "field \"" + path_ + "\" is not an object";
}

std::string Fields::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

void Fields::fail(std::string_view name, std::string_view complaint) {
  if (!error_) error_ = "field \"" + path_of(name) + "\" " + std::string(complaint);
}

const nlohmann::json* Fields::find(std::string_view name) const {
  if (!object_.is_object()) return nullptr;
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

const nlohmann::json* Fields::required(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) fail(name, "is missing");
  return value;
}

std::string Fields::text(std::string_view name) {
  return required(name) == nullptr ? std::string() : text_or_empty(name);
}

std::string Fields::text_or_empty(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return {};
  if (const auto* text = value->get_ptr<const std::string*>()) return *text;
  fail(name, "is not a text");
  return {};
}

std::optional<std::int64_t> Fields::whole_number(const nlohmann::json& value, std::string_view name, std::int64_t least,
                                                 std::int64_t most) {
  if (value.is_number_integer()) {
    const bool too_large = value.is_number_unsigned() &&
                           value.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()};
    const auto number = too_large ? 0 : value.get<std::int64_t>();
    if (!too_large && number >= least && number <= most) return number;
  }
  fail(name, "is not a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::int64_t Fields::number(std::string_view name, std::int64_t least, std::int64_t most) {
  const auto* value = required(name);
  return value == nullptr ? 0 : whole_number(*value, name, least, most).value_or(0);
}

std::optional<std::int64_t> Fields::optional_number(std::string_view name, std::int64_t least, std::int64_t most) {
  const auto* value = find(name);
  return value == nullptr ? std::nullopt : whole_number(*value, name, least, most);
}

std::optional<std::int32_t> Fields::optional_count(std::string_view name) {
  const auto value = optional_number(name, 0, std::numeric_limits<std::int32_t>::max());
  return value ? std::optional(static_cast<std::int32_t>(*value)) : std::nullopt;
}

std::optional<WallTime> Fields::optional_time(std::string_view name) {
  const auto milliseconds = optional_number(name, 0, end_of_year_9999);
  return milliseconds ? std::optional(WallTime(std::chrono::milliseconds(*milliseconds))) : std::nullopt;
}

std::vector<std::string> Fields::texts(std::string_view name) {
  std::vector<std::string> texts;
  const auto* value = required(name);
  if (value == nullptr) return texts;
  if (!value->is_array()) fail(name, "is not a list");
  for (const auto& element : *value) {
    const auto* text = element.get_ptr<const std::string*>();
    if (text == nullptr) {
      fail(name, "is not a list of texts");
      break;
    }
    texts.push_back(*text);
  }
  return texts;
}

deploy::Address Fields::address(std::string_view name) {
  const auto* value = required(name);
  if (value == nullptr) return {};
  Fields fields(*value, path_of(name), error_);
  deploy::Address address;
  address.host = fields.text("host");
  address.port = fields.port("port");
  return address;
}

deploy::EndpointRef Fields::endpoint(std::string_view name) {
  const auto* value = required(name);
  if (value == nullptr) return {};
  Fields fields(*value, path_of(name), error_);
  return {fields.text("name"), address(name)};
}

deploy::Resources Fields::resources(std::string_view name) {
  deploy::Resources resources;
  const auto* value = find(name);
  if (value == nullptr) return resources;
  Fields fields(*value, path_of(name), error_);
  if (failed()) return resources;
  for (const auto& [resource, addresses] : value->items()) resources[resource] = fields.texts(resource);
  return resources;
}

deploy::RawBytes Fields::raw(std::string_view name) {
  auto bytes = from_base64(text(name));
  if (!bytes || bytes->empty()) {
    fail(name, "is not base64");
    return nullptr;
  }
  return std::make_shared<const std::string>(std::move(*bytes));
}

}  // namespace pilotlight::recovery
