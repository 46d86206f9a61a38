#include "javaser/class_sharing.hpp"

#include <functional>

namespace pilotlight::javaser {
namespace {

void mix(std::size_t& hash, std::size_t more) { hash = (hash ^ more) * 0x9E3779B97F4A7C15U + (hash >> 29U); }

bool equal_fields(const ClassDesc& a, const ClassDesc& b) {
  if (a.fields.size() != b.fields.size()) return false;
  for (std::size_t i = 0; i < a.fields.size(); ++i) {
    const FieldDesc& x = a.fields[i];
    const FieldDesc& y = b.fields[i];
    if (x.type != y.type || x.name != y.name || !x.type_name != !y.type_name) return false;
    if (x.type_name && x.type_name->bytes != y.type_name->bytes) return false;
  }
  return true;
}

}  // namespace

std::size_t ByAddress::hash(const void* node) {
  const auto address = reinterpret_cast<std::size_t>(node);
  return (address >> 4U) * 0x9E3779B97F4A7C15U >> 20U;
}

std::size_t ClassSharing::ByContent::hash(const Entry& entry) {
  const ClassDesc& desc = *entry.desc;
  std::size_t hash = std::hash<std::string_view>{}(desc.name);
  mix(hash, static_cast<std::size_t>(desc.suid));
  mix(hash, desc.flags);
  mix(hash, ByAddress::hash(entry.super));
  for (const FieldDesc& field : desc.fields) {
    mix(hash, std::hash<std::string_view>{}(field.name));
    mix(hash, static_cast<unsigned char>(field.type));
    if (field.type_name) mix(hash, std::hash<std::string_view>{}(field.type_name->bytes));
  }
  return hash ^ (hash >> 32U);
}

bool ClassSharing::ByContent::equal(const Entry& a, const Entry& b) {
  return a.super == b.super && a.desc->name == b.desc->name && a.desc->suid == b.desc->suid &&
         a.desc->flags == b.desc->flags && equal_fields(*a.desc, *b.desc);
}

const ClassDesc* ClassSharing::representative(const ClassDesc* desc) {
  // From the nearest superclass that is known already down to the class itself: what differs above differs below.
  chain_.clear();
  const ClassDesc* super = nullptr;
  for (const ClassDesc* one = desc; one; one = one->super) {
    if (const auto* known = known_.find(one)) {
      super = *known;
      break;
    }
    chain_.push_back(one);
  }
  for (auto one = chain_.rbegin(); one != chain_.rend(); ++one) {
    const bool alone = (*one)->unshared || (*one)->proxy || !(*one)->annotation.empty();
    super = known_.insert(*one, alone ? *one : distinct_.insert({*one, super}, *one));
  }
  return super;
}

}  // namespace pilotlight::javaser
