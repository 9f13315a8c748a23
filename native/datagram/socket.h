#pragma once

#include <cstdint>

#include "datagram/outbox.h"

namespace edgeloop {

// What is true of a datagram socket. JavaScript gives the first ones when it hands a socket over:
// lib/net/adopt-flags.ts has the same numbers.
enum DatagramFlag : uint32_t {
  kDatagramEdge = 1 << 0,     // edge-triggered: drained to EAGAIN
  kControlData = 1 << 1,      // control data is asked for (IP_PKTINFO, SO_RXQ_OVFL)
  kTellOpened = 1 << 2,       // a kDatagramOpen record is due
  kDatagramLive = 1 << 3,     // has a descriptor
  kConnectedPeer = 1 << 4,    // connect(2) has named a peer
  kErrorQueue = 1 << 5,       // IP_RECVERR is on: ICMP's errors wait in a queue of their own
  kOutboxBlocked = 1 << 6,    // the kernel took less than it was given: waits for writability
  kTouchedByFlush = 1 << 7,   // in this flush's list
  kDueToTell = 1 << 8,        // in the list of sockets with something to tell
  kTellDrained = 1 << 9,      // JavaScript is to hear when nothing is queued
  kDatagramClosed = 1 << 10,  // closed; the slot stays taken until JavaScript has been told
};

constexpr uint32_t kDatagramAdoptFlags = kDatagramEdge | kControlData | kTellOpened;
static_assert(kDatagramAdoptFlags == kDatagramLive - 1, "they are the lowest");

struct DatagramCounts {
  uint64_t received;
  uint64_t received_bytes;
  uint64_t sent;
  uint64_t sent_bytes;
  uint64_t refused;  // sends that failed
  uint64_t dropped;  // by the kernel, for want of room in the receive queue
};

// One slot of the socket table: a plain record, moved when the table grows.
struct DatagramSocket {
  int32_t fd;
  uint32_t flags;
  int32_t family;  // AF_INET, AF_INET6, AF_UNIX
  int32_t error;   // the errno (positive) that closed it
  int32_t first_command;
  int32_t last_command;
  int32_t next_free;
  uint32_t interest;  // what the set holds for it
  int32_t batch;      // datagrams received in one call, at most
  int32_t expected;   // datagrams asked for in the next call
  int32_t max_size;
  Outbox outbox;
  DatagramCounts counts;

  bool Is(uint32_t flag) const { return (flags & flag) != 0; }
  void Set(uint32_t flag) { flags |= flag; }
  void Clear(uint32_t flag) { flags &= ~flag; }
};

}  // namespace edgeloop
