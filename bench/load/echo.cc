#include "echo.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace load {
namespace {

std::string WrongByte(const Conversation& conversation, size_t at, char expected, char received) {
  char bytes[32];
  std::snprintf(bytes, sizeof bytes, "0x%02x, not 0x%02x", static_cast<unsigned char>(received),
                static_cast<unsigned char>(expected));
  return "connection " + std::to_string(conversation.connection) + ", message " +
         std::to_string(conversation.heard + 1) + ": byte " + std::to_string(at) + " is " + bytes;
}

}  // namespace

Saying EchoExchange::Say(Conversation* conversation, uint32_t count) {
  if (count == 1) {
    conversation->said += 1;
    return {text_.Of(conversation->connection, conversation->said), size_};
  }
  composed_.clear();
  for (uint32_t index = 0; index < count; index += 1) {
    conversation->said += 1;
    composed_.append(text_.Of(conversation->connection, conversation->said), size_);
  }
  return {composed_.data(), composed_.size()};
}

void EchoExchange::Hear(Conversation* conversation, const char* data, size_t length,
                        Hearing* hearing) {
  size_t used = 0;
  while (used < length) {
    if (conversation->heard == conversation->said) {
      hearing->fault = Fault::kWrong;
      hearing->story = "connection " + std::to_string(conversation->connection) + ": " +
                       std::to_string(length - used) + " bytes more than were sent";
      return;
    }
    const char* expected =
        text_.Of(conversation->connection, conversation->heard + 1) + conversation->progress;
    const size_t part = std::min(length - used, size_ - conversation->progress);
    if (std::memcmp(data + used, expected, part) != 0) {
      const size_t at = static_cast<size_t>(
          std::mismatch(expected, expected + part, data + used).first - expected);
      hearing->fault = Fault::kWrong;
      hearing->story =
          WrongByte(*conversation, conversation->progress + at, expected[at], data[used + at]);
      return;
    }
    used += part;
    conversation->progress += part;
    if (conversation->progress < size_) return;
    conversation->progress = 0;
    conversation->heard += 1;
    hearing->answers += 1;
  }
}

}  // namespace load
