#pragma once

#include <string>

#include "exchange.h"
#include "http_body.h"
#include "http_head.h"

namespace load {

// What is asked for on each connection, again and again.
struct HttpRequest {
  std::string host;
  std::string path = "/";
  std::string headers;  // whole lines, beyond Host
  bool close = false;   // "Connection: close": the server ends the connection behind its answer
};

// `GET` requests, each answered with status 200 and a body that is as long as its head says and, as
// far as the rule knows it, the right one.
class HttpExchange final : public Exchange {
 public:
  HttpExchange(const HttpRequest& request, HttpBodyRule rule);

  Saying Say(Conversation* conversation, uint32_t count) override;
  void Hear(Conversation* conversation, const char* data, size_t length, Hearing* hearing) override;

 private:
  Fault Head(const char* data, size_t length, HttpHead* head, std::string* story);
  bool HearBody(Conversation* conversation, const char** data, size_t* length, Hearing* hearing);
  bool HearHead(Conversation* conversation, const char** data, size_t* length, Hearing* hearing);

  std::string request_;
  std::string requests_;  // as often as was asked for last
  uint32_t repeated_ = 0;
  HttpBodyRule rule_;
  // The last head that was read, and what it announced: an answer with the same head needs no
  // second look. Heads differ once a second, by their date.
  std::string known_head_;
  HttpHead known_;
};

}  // namespace load
