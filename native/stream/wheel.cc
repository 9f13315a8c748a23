#include "stream/wheel.h"

#include <algorithm>

namespace edgeloop {

bool Wheel::Set(int32_t id, uint32_t timeout_ms, int64_t now_ms) {
  if (!nodes_.Reserve(static_cast<size_t>(id) + 1)) return false;
  Forget(id);
  // While nothing is watched the wheel stands still.
  if (linked_ == 0) tick_ = now_ms >> kTickBits;
  nodes_[id] = Node{now_ms, timeout_ms, -1, -1, -1};
  Link(id);
  return true;
}

void Wheel::Forget(int32_t id) {
  if (static_cast<size_t>(id) >= nodes_.size() || nodes_[id].timeout_ms == 0) return;
  if (nodes_[id].place >= 0) Unlink(id);
  nodes_[id] = Node{};
}

// A slot of level 0 is a tick wide, one of each further level as wide as the whole level below.
void Wheel::Link(int32_t id) {
  Node& node = nodes_[id];
  if (linked_ == 0) tick_ = std::max(tick_, node.active_ms >> kTickBits);
  int64_t deadline_ms = node.active_ms + node.timeout_ms;
  int64_t tick = (deadline_ms + (1 << kTickBits) - 1) >> kTickBits;
  tick = std::max(tick, tick_ + 1);
  int level = 0;
  while (level < kLevels - 1 && (tick - tick_) >> (kSlotBits * (level + 1)) != 0) level++;
  int64_t turn = tick >> (kSlotBits * level);
  int32_t place = level * kSlots + static_cast<int32_t>(turn & (kSlots - 1));
  uint64_t bit = uint64_t{1} << (place % 64);
  uint64_t& word = used_[place / 64];
  node.place = place;
  node.previous = -1;
  node.next = (word & bit) != 0 ? heads_[place] : -1;
  if (node.next >= 0) nodes_[node.next].previous = id;
  heads_[place] = id;
  word |= bit;
  int64_t begins = turn << (kSlotBits * level);
  next_ = linked_ == 0 ? begins : std::min(next_, begins);
  linked_++;
}

void Wheel::Unlink(int32_t id) {
  Node& node = nodes_[id];
  if (node.next >= 0) nodes_[node.next].previous = node.previous;
  if (node.previous >= 0) {
    nodes_[node.previous].next = node.next;
  } else if (node.next >= 0) {
    heads_[node.place] = node.next;
  } else {
    used_[node.place / 64] &= ~(uint64_t{1} << (node.place % 64));
  }
  node.place = -1;
  linked_--;
}

int64_t Wheel::First() const {
  int64_t first = INT64_MAX;
  for (int level = 0; level < kLevels; level++) {
    // Slots behind the current one, which itself stands for a whole round from now.
    int64_t from = (tick_ >> (kSlotBits * level)) + 1;
    int begin = static_cast<int>(from & (kSlots - 1));
    const uint64_t* words = used_ + level * kSlots / 64;
    for (int i = 0; i <= kSlots / 64; i++) {
      int word = (begin / 64 + i) % (kSlots / 64);
      uint64_t bits = words[word];
      uint64_t behind = ~uint64_t{0} << (begin % 64);
      if (i == 0) bits &= behind;
      if (i == kSlots / 64) bits &= ~behind;
      if (bits == 0) continue;
      int slot = word * 64 + __builtin_ctzll(bits);
      int64_t turn = from + ((slot - begin) & (kSlots - 1));
      first = std::min(first, turn << (kSlotBits * level));
      break;
    }
  }
  return first;
}

void Wheel::Empty(int32_t place, int64_t now_ms, std::vector<int32_t>* expired) {
  uint64_t bit = uint64_t{1} << (place % 64);
  if ((used_[place / 64] & bit) == 0) return;
  used_[place / 64] &= ~bit;
  for (int32_t id = heads_[place]; id >= 0;) {
    Node& node = nodes_[id];
    int32_t next = node.next;
    linked_--;
    node.place = -1;
    if (now_ms - node.active_ms >= static_cast<int64_t>(node.timeout_ms)) {
      expired->push_back(id);
    } else {
      Link(id);
    }
    id = next;
  }
}

void Wheel::Advance(int64_t now_ms, std::vector<int32_t>* expired) {
  int64_t now = now_ms >> kTickBits;
  while (linked_ > 0) {
    next_ = First();
    if (next_ > now) break;
    const int64_t begins = tick_ = next_;
    // Slots of several levels may begin with one tick.
    for (int level = 0; level < kLevels; level++) {
      int64_t turn = begins >> (kSlotBits * level);
      if (turn << (kSlotBits * level) != begins) break;
      Empty(level * kSlots + static_cast<int32_t>(turn & (kSlots - 1)), now_ms, expired);
    }
  }
  tick_ = std::max(tick_, now);
}

}  // namespace edgeloop
