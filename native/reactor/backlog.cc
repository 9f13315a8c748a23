#include "reactor/backlog.h"

#include <cstdlib>
#include <cstring>

namespace edgeloop {

uint8_t* Backlog::Extend(size_t length) {
  // Moved only where more has left than waits: a byte is moved once for each that has gone, however
  // long the queue is.
  if (size + length > capacity && head > waiting()) {
    std::memmove(data, data + head, waiting());
    size -= head;
    head = 0;
  }
  if (size + length > capacity) {
    size_t wanted = capacity == 0 ? 4096 : capacity;
    while (wanted < size + length) wanted *= 2;
    void* grown = std::realloc(data, wanted);
    if (grown == nullptr) return nullptr;
    data = static_cast<uint8_t*>(grown);
    capacity = wanted;
  }
  uint8_t* room = data + size;
  size += length;
  return room;
}

bool Backlog::Append(const uint8_t* bytes, size_t length) {
  uint8_t* room = Extend(length);
  if (room == nullptr) return false;
  std::memcpy(room, bytes, length);
  return true;
}

void Backlog::Consume(size_t length) {
  head += length;
  if (head == size) Free();
}

void Backlog::Free() {
  std::free(data);
  *this = Backlog{};
}

}  // namespace edgeloop
