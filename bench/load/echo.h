#pragma once

#include <string>

#include "exchange.h"
#include "text.h"

namespace load {

// Messages of a fixed size that must come back byte for byte. What a message holds depends on its
// connection and its number, so that an answer to another one is noticed.
class EchoExchange final : public Exchange {
 public:
  explicit EchoExchange(size_t size) : size_(size), text_(size) {}

  Saying Say(Conversation* conversation, uint32_t count) override;
  void Hear(Conversation* conversation, const char* data, size_t length, Hearing* hearing) override;

 private:
  size_t size_;
  MessageText text_;      // one message alone is sent from it without being copied
  std::string composed_;  // several messages in one
};

}  // namespace load
