#pragma once

#include <string>

#include "exchange.h"

namespace load {

// Keep-alive `GET /`, each answered with status 200 and a body of the length that Content-Length
// promises (and of `expected_length`, where that is not -1).
class HttpExchange final : public Exchange {
 public:
  HttpExchange(const std::string& host, int64_t expected_length);

  Saying Say(Conversation* conversation, uint32_t count) override;
  void Hear(Conversation* conversation, const char* data, size_t length, Hearing* hearing) override;

 private:
  bool Head(const Conversation& conversation, const char* data, size_t length, size_t* body,
            Hearing* hearing);

  std::string request_;
  std::string requests_;  // as often as was asked for last
  uint32_t repeated_ = 0;
  int64_t expected_length_;
  // The last head that was read, and the body it announced: an answer with the same head needs no
  // second look. Heads differ once a second, by their date.
  std::string known_head_;
  size_t known_body_ = 0;
};

}  // namespace load
