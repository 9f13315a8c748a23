#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "after.h"

namespace floor_server {

// What is sent for what was received. The view is valid until the next call.
struct Bytes {
  const char* data;
  size_t length;
};

// Gives back what it got.
class Echo {
 public:
  using State = Nothing;
  static constexpr int kSendFlags = 0;

  Bytes Answer(State*, const char* data, size_t length) { return {data, length}; }
  After AfterAnswer(int, State*) { return After::kAwait; }
};

// How many request heads end in what comes in: each is an empty line. Nothing else is looked at.
class HeadEnds {
 public:
  size_t Count(const char* data, size_t length);

 private:
  uint8_t seen_ = 0;  // of CR LF CR LF
};

// A fixed answer with the date, made once a second.
class Page {
 public:
  // The lines of the head between the status and Content-Length, and the body.
  Page(std::string fields, std::string body);

  // So many of them, one behind the other.
  Bytes Repeated(size_t count);

 private:
  void Refresh();

  std::string fields_;
  std::string body_;
  int64_t second_ = -1;
  std::string one_;
  std::string many_;
  size_t repeated_ = 0;
};

// Gives a fixed answer for each request head. Nothing is parsed: no server that does its work can
// be cheaper, and that is what it is for.
class Hello {
 public:
  using State = HeadEnds;
  static constexpr int kSendFlags = 0;

  explicit Hello(Page page) : page_(static_cast<Page&&>(page)) {}

  Bytes Answer(State* state, const char* data, size_t length) {
    return page_.Repeated(state->Count(data, length));
  }
  After AfterAnswer(int, State*) { return After::kAwait; }

 private:
  Page page_;
};

// The same, and the end of the connection behind it.
class HelloAndGoodbye {
 public:
  using State = HeadEnds;
  static constexpr int kSendFlags = 0;

  explicit HelloAndGoodbye(Page page) : page_(static_cast<Page&&>(page)) {}

  Bytes Answer(State* state, const char* data, size_t length) {
    return page_.Repeated(state->Count(data, length) > 0 ? 1 : 0);
  }
  After AfterAnswer(int, State*) { return After::kClose; }

 private:
  Page page_;
};

}  // namespace floor_server
