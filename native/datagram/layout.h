#pragma once

#include <sys/socket.h>

#include <cstdint>

#include "reactor/turner.h"

namespace edgeloop {

// What the datagram plane and JavaScript share without a call. lib/net/datagram-layout.ts has the
// same numbers.

// Records, beyond those of the other floors.
enum DatagramRecord : int32_t {
  kDatagrams = kDatagramKinds,          // socket, first slot, how many: received, in order
  kDatagramOpen = kDatagramKinds + 1,   // socket
  kDatagramDrain = kDatagramKinds + 2,  // socket: nothing is queued any more
  kDatagramError = kDatagramKinds + 3,  // socket, slot
  kDatagramClose = kDatagramKinds + 4,  // socket, errno (0 where nothing failed)
};

enum DatagramCommandKind : int32_t {
  kFromSendSlab = 0,
  kFromReceiveSlab = 1,  // an answer made of what was received copies nothing
};

// One datagram to be sent.
struct DatagramCommand {
  int32_t kind;
  int32_t id;
  int32_t offset;
  int32_t length;
  int32_t name;         // the address: an offset in the send slab, or a slot whose sender it is
  int32_t name_length;  // 0: the connected peer; kToSender: `name` is a slot
};
constexpr int32_t kToSender = -1;

// Numbers before the commands: an Int32Array in JavaScript.
enum DatagramStateIndex : int {
  kQueuedCommands = 0,  // commands not yet flushed
  kBlockedSockets = 1,  // sockets whose datagrams wait in C++
  kDatagramStateSize = 16,
};

enum DatagramSlotFlag : int32_t {
  kTruncated = 1 << 0,   // longer than maxDatagramSize: `size` is the true length
  kHasLocal = 1 << 1,    // `local` and `interface` are given
  kHasDropped = 1 << 2,  // `dropped` is given
  kWhileSending = 1 << 3,
};

// What is told of one datagram, or of one error. The kernel writes `name` itself.
struct alignas(64) DatagramSlot {
  int32_t offset;  // in the receive slab
  int32_t length;
  int32_t size;  // of an error: its errno
  int32_t flags;
  int32_t name_length;
  int32_t interface;
  uint32_t dropped;
  int32_t local_family;
  uint8_t local[16];
  sockaddr_storage name;
};
static_assert(sizeof(DatagramSlot) == 192, "as lib/net/datagram-layout.ts has it");

}  // namespace edgeloop
