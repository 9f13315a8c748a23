#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "multiplexer/growing_array.h"
#include "multiplexer/multiplexer.h"
#include "reactor/plane.h"
#include "reactor/shared_block.h"

namespace edgeloop {

// What JavaScript is told, four numbers each. lib/reactor/records.ts has the same numbers. Those of
// the floors above have ranges of their own.
enum RecordKind : int32_t {
  kReady = 0,           // slot, events, token: a descriptor that JavaScript registered
  kOpen = 1,            // socket, group, descriptor
  kData = 2,            // socket, offset, length in the receive slab
  kEnd = 3,             // socket: the peer has sent all
  kDrain = 4,           // socket: what was queued is with the kernel
  kClose = 5,           // socket, errno (0 where nothing failed)
  kStuck = 6,           // socket, bytes queued: the kernel takes no more for now; kDrain follows
  kStarved = 7,         // listener: no descriptor is left; it waits to be resumed
  kLost = 8,            // slot, token: its descriptor was closed, and the number has a new owner
  kTimeout = 9,         // socket: nothing was received or sent for as long as it may be idle
  kDrop = 10,           // group, index of its addresses: a connection over the limit was closed
  kHandlesCame = 16,    // socket, number of descriptors, 1 where not all could be received
  kMessageLost = 17,    // socket, errno, 1 where it came: a message is lost, the connection stands
  kDecodedKinds = 24,   // up to 31: what a decoder (stream/decoder.h) tells of a socket
  kDatagramKinds = 64,  // and beyond: datagram/layout.h
};
constexpr int32_t kMostDecodedKinds = 8;
static_assert(kMessageLost < kDecodedKinds, "a record of this floor's stays below the decoders'");
static_assert(kDecodedKinds + kMostDecodedKinds <= kDatagramKinds, "the ranges are apart");

struct Record {
  int32_t kind;
  int32_t id;
  int32_t a;
  int32_t b;
};

// Numbers that both sides read and write without a call: an Int32Array in JavaScript.
enum StateIndex : int {
  kCommands = 0,    // commands that JavaScript has queued for the plane
  kDelivering = 1,  // 1 while records are being delivered: what is queued now is flushed afterwards
  kHeld = 2,        // 1 while JavaScript keeps records of an earlier turn for the next run
  kStateSize = 4,
};

struct TurnStats {
  uint64_t turns = 0;
  uint64_t events = 0;
  uint64_t wait_ns = 0;
};

// The turn: flush, wait, harvest. Owns the multiplexer and the table of registrations; knows
// nothing of JavaScript or of libuv. Belongs to one thread.
class Turner {
 public:
  static constexpr int kBatch = 1024;            // ready descriptors taken from the kernel at once
  static constexpr int32_t kRecords = 4 * 1024;  // records per turn

  explicit Turner(std::unique_ptr<Multiplexer> multiplexer);
  Turner(const Turner&) = delete;
  Turner& operator=(const Turner&) = delete;

  // False where there was no memory for it.
  bool Valid() const { return records_block_.data() != nullptr && state_block_.data() != nullptr; }
  Multiplexer& multiplexer() { return *multiplexer_; }
  const SharedBlock& records_block() const { return records_block_; }
  const SharedBlock& state_block() const { return state_block_; }
  int32_t& state(StateIndex index) {
    return reinterpret_cast<int32_t*>(state_block_.data())[index];
  }
  const TurnStats& stats() const { return stats_; }

  // The floor whose descriptors are added under `kind`.
  void Attach(PlaneKind kind, Plane* plane) { planes_[static_cast<size_t>(kind)] = plane; }

  // Registers a descriptor: for JavaScript (kNone, `index` is JavaScript's slot), for a plane that
  // is attached, or, with `index` kOutside, for the host, which only wants the wait to end. Answers
  // a token above 0, or -errno. All or nothing.
  static constexpr int32_t kOutside = -1;
  int64_t Add(int fd, uint32_t events, bool once, PlaneKind plane, int32_t index);
  // New interest; arms a fired `once` again, and re-announces what is ready under edge triggering.
  int Modify(int fd, uint32_t events);
  // Forgets a descriptor, also one that was closed meanwhile.
  int Remove(int fd);
  // Before it is closed, where no copy of it exists: see Multiplexer::Forget.
  void Forget(int fd);
  // Whether `token` is that of what is registered under `fd` now.
  bool Owns(int fd, uint32_t token);
  // For a number that the kernel has just given out: whatever stands under it was closed without
  // being removed. It leaves the table, and its owner hears of it.
  void Evict(int fd);

  // When a plane has something to tell though no descriptor is ready, by MonotonicNs(); -1: never.
  int64_t DueNs() const;
  // One turn. Waits at most `timeout_ns` (-1: for ever) unless something is due already. Answers
  // the number of records, or -errno. `wanted`, if given, is asked now and then during a wait:
  // where it says no, nobody waits for the outcome any more, and the turn ends without one.
  using Wanted = bool (*)(void* context);
  int Turn(int64_t timeout_ns, Wanted wanted = nullptr, void* context = nullptr);
  void Flush() {
    for (Plane* plane : planes_) {
      if (plane != nullptr) plane->Flush();
    }
  }
  // Without those that are added as kOutside.
  size_t registered() const { return registered_; }
  // Ready descriptors that are carried over to the next turn.
  size_t carried() const { return queue_.size() - queue_head_; }
  // Where true the next turn has something to do without waiting for the kernel.
  bool Pending() const;
  // Whether the last turn found a descriptor ready that was added as kOutside.
  bool outside_ready() const { return outside_ready_; }

  // Records of this turn so far.
  int32_t used() const { return used_; }
  bool HasRoom(int32_t records) const { return used_ + records <= kRecords; }
  // The caller has asked HasRoom.
  void Push(int32_t kind, int32_t id, int32_t a, int32_t b) {
    records_[used_++] = {kind, id, a, b};
  }
  // A plane's wish to be called for a descriptor in the next turn though the kernel says nothing.
  void Revisit(int fd, uint32_t events);

 private:
  struct Entry {
    uint32_t token;  // 0: none
    uint32_t events;
    int32_t index;
    PlaneKind plane;
    bool once;
    bool fired;   // `once` has been spent
    bool absent;  // in this table but not in the kernel's set
  };

  Entry* Find(int fd);
  int Drop(int fd, bool closing);
  // Tells JavaScript what it has lost.
  void DeliverLost();
  // Acts on one; false where the turn has no room for it.
  bool Deliver(const Ready& ready);
  // False where the turn had no room for all of it.
  bool DeliverQueued();
  int DeliverDead();
  void Harvest();
  // Waits, and harvests what comes due meanwhile. The number of ready descriptors, or -errno.
  int Wait(int64_t timeout_ns, Wanted wanted, void* context);

  std::unique_ptr<Multiplexer> multiplexer_;
  std::array<Plane*, kPlaneKinds> planes_{};
  SharedBlock records_block_;
  SharedBlock state_block_;
  Record* records_;
  int32_t used_ = 0;
  uint32_t last_token_ = 0;
  bool outside_ready_ = false;
  size_t registered_ = 0;
  GrowingArray<Entry> entries_;
  std::vector<Ready> batch_;
  // Ready descriptors that the last turns had no room or no budget for, oldest first.
  std::vector<Ready> queue_;
  size_t queue_head_ = 0;
  std::vector<Record> lost_;
  TurnStats stats_;
};

}  // namespace edgeloop
