#include "datagram/outbox.h"

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
  uint8_t* place = bytes.Extend(Room(datagram.name_length, datagram.length));
  if (place == nullptr) return false;
  Header header = {datagram.name_length, static_cast<uint32_t>(datagram.length)};
  std::memcpy(place, &header, sizeof header);
  place += sizeof header;
  if (datagram.name_length > 0) std::memcpy(place, datagram.name, datagram.name_length);
  place += datagram.name_length;
  if (datagram.length > 0) std::memcpy(place, datagram.data, datagram.length);
  count++;
  return true;
}

size_t Outbox::Peek(Datagram* out, size_t most) const {
  size_t found = 0;
  for (size_t at = bytes.head; at < bytes.size && found < most; found++) {
    out[found] = DatagramAt(bytes.data + at);
    at += Room(out[found].name_length, out[found].length);
  }
  return found;
}

void Outbox::Drop(size_t how_many) {
  for (; how_many > 0; how_many--) {
    Datagram oldest = DatagramAt(bytes.begin());
    bytes.Consume(Room(oldest.name_length, oldest.length));
    count--;
  }
}

void Outbox::Free() {
  bytes.Free();
  count = 0;
}

}  // namespace edgeloop
