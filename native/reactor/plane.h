#pragma once

#include <cstddef>
#include <cstdint>

namespace edgeloop {

// Whose a registered descriptor is: JavaScript's, or that of a floor above the reactor. A reactor
// has at most one plane of each kind.
enum class PlaneKind : uint8_t { kNone, kStreams, kDatagrams };
constexpr size_t kPlaneKinds = 3;

// What a floor above the reactor made of a ready descriptor.
enum class Outcome {
  kDone,    // all that is due; the kernel announces what comes next
  kMore,    // its budget is spent before the descriptor was drained: call again in the next turn
  kNoRoom,  // nothing was done, for the turn has no room left: call again in the next turn
};

// A floor above the reactor that has descriptors of its own in its set (streams, datagrams). The
// reactor calls it in each turn; it answers with records.
class Plane {
 public:
  virtual ~Plane() = default;
  // Before the wait: hand to the kernel what the last turn's handlers left to be done.
  virtual void Flush() = 0;
  // After the wait, once per ready descriptor. `index` is what the plane gave to Turner::Add.
  virtual Outcome OnReady(int32_t index, uint32_t events) = 0;
  // True where records are due that no descriptor will announce.
  virtual bool Pending() const = 0;
  // Adds the records that are due without a descriptor.
  virtual void Harvest() = 0;
  // When Harvest will have something to tell though nothing happens, by MonotonicNs(); -1: never.
  virtual int64_t DueNs() const { return -1; }
};

}  // namespace edgeloop
