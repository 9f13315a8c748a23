#pragma once

#include <cstddef>
#include <cstdint>

namespace edgeloop {

// What takes the bytes of some sockets apart as they are received, so that JavaScript is told of
// requests instead of bytes. It is made on a floor above; the plane knows only this. Sockets have
// it from their listener (kDecoded).
class Decoder {
 public:
  virtual ~Decoder() = default;
  // A socket begins. False where there is no memory for it.
  virtual bool Open(int32_t id, int32_t group) = 0;
  virtual void Close(int32_t id) = 0;
  // The receive slab is used anew.
  virtual void BeginTurn() = 0;
  // False where the turn has no room for what the socket may have to tell. `bytes`: what Take may
  // need in the slab behind what it is given.
  virtual bool HasRoom(int32_t id, size_t* bytes) const = 0;
  // Bytes of an earlier turn wait, because that had no room for what they say: they are taken
  // before any more is received.
  virtual bool Waits(int32_t id) const = 0;
  // Takes what waits, and then what was received at [begin, end) of the slab. Answers up to where
  // the slab is in use now. HasRoom was asked.
  virtual size_t Take(int32_t id, size_t begin, size_t end) = 0;
  // The peer has said that it sends nothing more, what it announced has come whole, and nothing
  // came behind it: the socket can be closed as if its end had come.
  virtual bool PeerDone(int32_t id) const = 0;
};

}  // namespace edgeloop
