#include "datagram/outbox.h"

#include <cstdlib>
#include <cstring>

namespace edgeloop {

namespace {

// Stands before each datagram: its address, then its bytes.
struct Header {
  uint32_t name_length;
  uint32_t length;
};

size_t Room(size_t name_length, size_t length) {
  size_t bytes = sizeof(Header) + name_length + length;
  return (bytes + alignof(Header) - 1) & ~(alignof(Header) - 1);
}

Header HeaderAt(const uint8_t* place) {
  Header header;
  std::memcpy(&header, place, sizeof header);
  return header;
}

Outbox::Datagram DatagramAt(const uint8_t* place) {
  Header header = HeaderAt(place);
  const uint8_t* name = place + sizeof header;
  return {header.name_length == 0 ? nullptr : name, header.name_length, name + header.name_length,
          header.length};
}

}  // namespace

bool Outbox::Append(const Datagram& datagram) {
  size_t wanted = Room(datagram.name_length, datagram.length);
  if (size + wanted > capacity && head > 0) {
    std::memmove(memory, memory + head, size - head);
    size -= head;
    head = 0;
  }
  if (size + wanted > capacity) {
    size_t larger = capacity == 0 ? 4096 : capacity;
    while (larger < size + wanted) larger *= 2;
    void* grown = std::realloc(memory, larger);
    if (grown == nullptr) return false;
    memory = static_cast<uint8_t*>(grown);
    capacity = larger;
  }
  Header header = {datagram.name_length, static_cast<uint32_t>(datagram.length)};
  uint8_t* place = memory + size;
  std::memcpy(place, &header, sizeof header);
  place += sizeof header;
  if (datagram.name_length > 0) std::memcpy(place, datagram.name, datagram.name_length);
  place += datagram.name_length;
  if (datagram.length > 0) std::memcpy(place, datagram.data, datagram.length);
  size += wanted;
  count++;
  return true;
}

size_t Outbox::Peek(Datagram* out, size_t most) const {
  size_t found = 0;
  for (size_t at = head; at < size && found < most;) {
    Header header = HeaderAt(memory + at);
    out[found++] = DatagramAt(memory + at);
    at += Room(header.name_length, header.length);
  }
  return found;
}

void Outbox::Drop(size_t how_many) {
  for (; how_many > 0; how_many--) {
    Header header = HeaderAt(memory + head);
    head += Room(header.name_length, header.length);
    count--;
  }
  if (head == size) Free();
}

void Outbox::Free() {
  std::free(memory);
  *this = Outbox{};
}

}  // namespace edgeloop
