#pragma once

#include <cstddef>
#include <cstdint>

namespace edgeloop {

// Bytes that the kernel did not take yet. Grows, and is freed when it is empty: an idle connection
// holds no buffer. A plain record: the tables of sockets move it.
struct Backlog {
  uint8_t* data;
  size_t head;
  size_t size;  // end of the bytes; [head, size) are waiting
  size_t capacity;

  size_t waiting() const { return size - head; }
  const uint8_t* begin() const { return data + head; }

  // Room for more bytes behind those that wait, which count as waiting from then on: the caller
  // fills it. Null, and nothing changed, without memory for it.
  uint8_t* Extend(size_t length);
  // The same, and fills it.
  bool Append(const uint8_t* bytes, size_t length);
  void Consume(size_t length);
  void Free();
};

}  // namespace edgeloop
