#pragma once

#include <sys/socket.h>

#include <cstdint>

namespace edgeloop {

// What the connections of one listener have in common. JavaScript has handlers under its number.
struct Group {
  int32_t slots;     // sockets in the table and connections dropped in this turn
  int32_t open;      // those with a descriptor
  int32_t limit;     // of `open`; -1 for none
  uint32_t idle_ms;  // 0: none
  bool tells_drops;
  bool reads_at_once;  // nobody is told of a connection before its first bytes
  // Connections that are taken in one go, and the turn in which as many were waiting.
  int32_t burst;
  uint64_t burst_turn;
};

// A connection over the limit: its two ends.
struct Dropped {
  int32_t group;
  sockaddr_storage local;
  sockaddr_storage remote;
  socklen_t local_length;  // 0 where the kernel could not say
  socklen_t remote_length;
};

}  // namespace edgeloop
