#pragma once

#include <string>

#include "exchange.h"

namespace load {

// Messages of a fixed size that must come back byte for byte. What a message holds depends on its
// connection and its number, so that an answer to another one is noticed.
class EchoExchange final : public Exchange {
 public:
  explicit EchoExchange(size_t size);

  Saying Say(Conversation* conversation, uint32_t count) override;
  void Hear(Conversation* conversation, const char* data, size_t length, Hearing* hearing) override;

 private:
  // Messages are windows on one long pseudo-random text: one alone is sent without
  // being copied.
  const char* Message(const Conversation& conversation, uint64_t number) const;

  size_t size_;
  std::string text_;
  std::string composed_;  // several messages in one
};

}  // namespace load
