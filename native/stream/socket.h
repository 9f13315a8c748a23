#pragma once

#include <cstddef>
#include <cstdint>

namespace edgeloop {

// What is true of a stream socket.
enum SocketFlag : uint32_t {
  kLive = 1 << 0,         // has a descriptor
  kListening = 1 << 1,    // accepts; has no stream of its own
  kConnecting = 1 << 2,   // connect(2) is under way
  kEdge = 1 << 3,         // edge-triggered: drained to EAGAIN, interest never changes
  kPaused = 1 << 4,       // nothing is received
  kUnread = 1 << 5,       // found readable while paused
  kAbsent = 1 << 6,       // hung up while paused: out of the set, which would repeat it for ever
  kReadEnded = 1 << 7,    // the peer has sent all
  kEndWanted = 1 << 8,    // shut down for writing once all is sent
  kWriteEnded = 1 << 9,   // shut down for writing
  kDestroyed = 1 << 10,   // to be closed at once
  kBlocked = 1 << 11,     // the kernel took less than it was given: waits for writability
  kTellStuck = 1 << 12,   // a kStuck record is due
  kTellDrain = 1 << 13,   // JavaScript is to hear when nothing is queued
  kTouched = 1 << 14,     // in this flush's list
  kDue = 1 << 15,         // in the list of sockets with something to tell
  kClosed = 1 << 16,      // closed; the slot stays taken until JavaScript has been told
  kTold = 1 << 17,        // ... and it has
  kStuckKnown = 1 << 18,  // JavaScript knows (or is about to hear) that something is queued
  kFresh = 1 << 19,       // the kernel has just given out its number: nobody else has it
  kDecoded = 1 << 20,     // a decoder takes apart what it receives
  kExclusive = 1 << 21,   // of the sets that watch this listener, the kernel wakes not all
  kAccepted = 1 << 22,    // counts for its group
  kHungUp = 1 << 23,  // edge-triggered, and hung up while paused: nothing will announce it again
  kTimed = 1 << 24,   // has an idle timeout
  kTellTimeout = 1 << 25,  // a kTimeout record is due
  kHandles = 1 << 26,      // descriptors may come with its bytes: they are received, not discarded
  kPackets = 1 << 27,      // SOCK_SEQPACKET: each write is a message
  kPieces = 1 << 28,       // what it sends must not be joined: messages, or bytes with descriptors
};

// Bytes that the kernel did not take yet. Grows, and is freed when it is empty: an idle connection
// holds no buffer.
struct Backlog {
  uint8_t* data;
  size_t head;
  size_t size;  // end of the bytes; [head, size) are waiting
  size_t capacity;

  // False, and nothing changed, without memory for it.
  bool Append(const uint8_t* bytes, size_t length);
  void Consume(size_t length);
  void Free();
};

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
  size_t queued() const { return backlog.size - backlog.head; }
};

}  // namespace edgeloop
