#include <cstdlib>
#include <cstring>

#include "stream/socket.h"

namespace edgeloop {

bool Backlog::Append(const uint8_t* bytes, size_t length) {
  if (size + length > capacity && head > 0) {
    std::memmove(data, data + head, size - head);
    size -= head;
    head = 0;
  }
  if (size + length > capacity) {
    size_t wanted = capacity == 0 ? 4096 : capacity;
    while (wanted < size + length) wanted *= 2;
    void* grown = std::realloc(data, wanted);
    if (grown == nullptr) return false;
    data = static_cast<uint8_t*>(grown);
    capacity = wanted;
  }
  std::memcpy(data + size, bytes, length);
  size += length;
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
