#pragma once

#include <cstdint>
#include <vector>

#include "multiplexer/growing_array.h"

namespace edgeloop {

// Idle timeouts of many sockets without a timer for each: a hashed timing wheel of four levels.
// Activity only notes the time; where a socket really stands is looked at when its slot comes up,
// and then it moves on or has expired. Setting, touching and forgetting cost the same however many
// there are. Time is milliseconds of one monotonic clock, which the caller reads.
class Wheel {
 public:
  static constexpr uint32_t kLongest = INT32_MAX;

  // Has `id` expire once `timeout_ms` (1 to kLongest) have passed without Touch. False, and nothing
  // changed, without memory for it.
  bool Set(int32_t id, uint32_t timeout_ms, int64_t now_ms);
  // Of one that was set: it is active. One that has expired is watched again.
  void Touch(int32_t id, int64_t now_ms) {
    Node& node = nodes_[id];
    node.active_ms = now_ms;
    if (node.place < 0) Link(id);
  }
  // Fine for one that was never set.
  void Forget(int32_t id);

  // When Advance has something to look at; -1 while nothing is watched.
  int64_t NextMs() const { return linked_ == 0 ? -1 : next_ << kTickBits; }
  // Adds those that have expired by `now_ms`, each once until it is touched. Never early; late by a
  // tick at most.
  void Advance(int64_t now_ms, std::vector<int32_t>* expired);

 private:
  static constexpr int kTickBits = 3;  // a tick is 8 ms
  static constexpr int kSlotBits = 8;
  static constexpr int kSlots = 1 << kSlotBits;
  static constexpr int kLevels = 4;

  struct Node {
    int64_t active_ms;
    uint32_t timeout_ms;  // 0: not set
    int32_t previous;     // neighbours in its slot, -1 for none
    int32_t next;
    int32_t place;  // level * kSlots + slot; -1 where it has expired
  };

  void Link(int32_t id);
  void Unlink(int32_t id);
  // The tick with which the first slot in use begins.
  int64_t First() const;
  void Empty(int32_t place, int64_t now_ms, std::vector<int32_t>* expired);

  GrowingArray<Node> nodes_;
  int32_t heads_[kLevels * kSlots];  // valid where the bit in used_ is set
  uint64_t used_[kLevels * kSlots / 64] = {};
  int64_t tick_ = 0;  // every slot that begins by then is empty
  int64_t next_ = 0;  // no slot in use begins before
  int32_t linked_ = 0;
};

}  // namespace edgeloop
