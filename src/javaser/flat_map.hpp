// A small hash map for the writer's tables of what has been written: insert and find only, open addressing, one
// allocation. Private to javaser; not thread-safe; lives as long as one write.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace pilotlight::javaser {

/// Key and Item are cheap to copy and default-constructible. Traits has `hash(key)` → std::size_t and `equal(a, b)`.
template <typename Key, typename Item, typename Traits>
class FlatMap {
 public:
  /// The item of the key; nullptr when there is none. Valid until the next insert.
  [[nodiscard]] const Item* find(const Key& key) const {
    const std::size_t at = slot_of(key);
    return slots_[at].used ? &slots_[at].item : nullptr;
  }

  /// The key's item if there is one already, else the new one.
  const Item& insert(const Key& key, Item item) {
    std::size_t at = slot_of(key);
    if (slots_[at].used) return slots_[at].item;
    if (2 * (used_ + 1) > slots_.size()) {
      grow();
      at = slot_of(key);
    }
    slots_[at] = {key, std::move(item), true};
    ++used_;
    return slots_[at].item;
  }

 private:
  struct Slot {
    Key key{};
    Item item{};
    bool used = false;
  };

  [[nodiscard]] std::size_t slot_of(const Key& key) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = Traits::hash(key) & mask;
    while (slots_[at].used && !Traits::equal(slots_[at].key, key)) at = (at + 1) & mask;
    return at;
  }

  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (Slot& slot : old)
      if (slot.used) slots_[slot_of(slot.key)] = std::move(slot);
  }

  std::vector<Slot> slots_ = std::vector<Slot>(128);  // a power of two
  std::size_t used_ = 0;
};

}  // namespace pilotlight::javaser
