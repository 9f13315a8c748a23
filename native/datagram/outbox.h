#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>

#include "reactor/backlog.h"

namespace edgeloop {

// Datagrams that the kernel did not take yet, each with its address, in order.
struct Outbox {
  struct Datagram {
    const void* name;  // null: the connected peer
    socklen_t name_length;
    const uint8_t* data;
    size_t length;
  };

  Backlog bytes;
  size_t count;

  // False, and nothing changed, without memory for it.
  bool Append(const Datagram& datagram);
  // Fills `out` with the oldest, at most `most`; answers how many.
  size_t Peek(Datagram* out, size_t most) const;
  // Forgets the oldest.
  void Drop(size_t how_many);
  void Free();
};

}  // namespace edgeloop
