#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "http_body.h"
#include "tally.h"

namespace load {

// Where one connection stands in its conversation.
struct Conversation {
  uint32_t connection = 0;  // its number
  uint64_t said = 0;        // messages begun since the connection stood
  uint64_t heard = 0;       // whole answers
  size_t progress = 0;      // echo: bytes of the current answer
  bool in_body = false;     // http: the head of the current answer has been read
  std::string carried;      // http: the part of a head that has arrived
  HttpBody body;            // http: of the current answer
};

// Bytes to send, valid until the next call.
struct Saying {
  const char* data;
  size_t length;
};

// What came of some received bytes.
struct Hearing {
  uint32_t answers = 0;
  size_t body = 0;  // http: bytes of bodies, without heads and chunks
  Fault fault = Fault::kNone;
  std::string story;
};

// What a connection says and what it must hear in return: the protocol, without the sockets.
class Exchange {
 public:
  virtual ~Exchange() = default;

  // The next `count` messages of this connection, one after the other. Their answers are due from
  // here on.
  virtual Saying Say(Conversation* conversation, uint32_t count) = 0;

  // Checks bytes that arrived, down to the last one.
  virtual void Hear(Conversation* conversation, const char* data, size_t length,
                    Hearing* hearing) = 0;
};

}  // namespace load
