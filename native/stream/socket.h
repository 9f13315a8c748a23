#pragma once

#include <cstddef>
#include <cstdint>

#include "reactor/backlog.h"

namespace edgeloop {

// What is true of a stream socket. JavaScript gives the first ones when it hands a socket over:
// lib/net/adopt-flags.ts has the same numbers.
enum SocketFlag : uint32_t {
  kListening = 1 << 0,    // accepts; has no stream of its own
  kConnecting = 1 << 1,   // connect(2) is under way
  kEdge = 1 << 2,         // edge-triggered: drained to EAGAIN, interest only grows
  kFresh = 1 << 3,        // the kernel has just given out its number: nobody else has it
  kExclusive = 1 << 4,    // of the sets that watch this listener, the kernel wakes not all
  kDecoded = 1 << 5,      // a decoder takes apart what it receives
  kHandles = 1 << 6,      // descriptors may come with its bytes: they are received, not discarded
  kPackets = 1 << 7,      // SOCK_SEQPACKET: each write is a message
  kLive = 1 << 8,         // has a descriptor
  kPaused = 1 << 9,       // nothing is received
  kUnread = 1 << 10,      // found readable while paused
  kAbsent = 1 << 11,      // not in the set: just accepted, or hung up while paused, which the set
                          // would repeat for ever
  kReadEnded = 1 << 12,   // the peer has sent all
  kEndWanted = 1 << 13,   // shut down for writing once all is sent
  kWriteEnded = 1 << 14,  // shut down for writing
  kDestroyed = 1 << 15,   // to be closed at once
  kBlocked = 1 << 16,     // the kernel took less than it was given: waits for writability
  kTellStuck = 1 << 17,   // a kStuck record is due
  kTellDrain = 1 << 18,   // JavaScript is to hear when nothing is queued
  kTouched = 1 << 19,     // in this flush's list
  kDue = 1 << 20,         // in the list of sockets with something to tell
  kClosed = 1 << 21,      // closed; the slot stays taken until JavaScript has been told
  kTold = 1 << 22,        // ... and it has
  kStuckKnown = 1 << 23,  // JavaScript knows (or is about to hear) that something is queued
  kAccepted = 1 << 24,    // counts for its group
  kHungUp = 1 << 25,  // edge-triggered, and hung up while paused: nothing will announce it again
  kTimed = 1 << 26,   // has an idle timeout
  kTellTimeout = 1 << 27,  // a kTimeout record is due
  kPieces = 1 << 28,       // what it sends must not be joined: messages, or bytes with descriptors
  kKnown = 1 << 29,        // others know its descriptor, and may have made copies of it
  kFile = 1 << 30,         // a part of a file is under way: in front of all that is queued
};

constexpr uint32_t kAdoptFlags =
    kListening | kConnecting | kEdge | kFresh | kExclusive | kDecoded | kHandles | kPackets;
static_assert(kAdoptFlags == kLive - 1, "they are the lowest");

// One slot of the socket table: a plain record, moved when the table grows.
struct Socket {
  int32_t fd;
  uint32_t flags;
  int32_t group;  // JavaScript's handlers
  int32_t error;  // the errno (positive) that closed it
  int32_t first_command;
  int32_t last_command;
  int32_t next_free;
  uint32_t interest;  // what the set holds for it
  Backlog backlog;

  bool Is(uint32_t flag) const { return (flags & flag) != 0; }
  void Set(uint32_t flag) { flags |= flag; }
  void Clear(uint32_t flag) { flags &= ~flag; }
  size_t queued() const { return backlog.waiting(); }
};

}  // namespace edgeloop
