#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace floor_server {

// What is sent for what was received. The view is valid until the next call.
struct Bytes {
  const char* data;
  size_t length;
};

// Gives back what it got.
class Echo {
 public:
  Bytes Answer(uint8_t* state, const char* data, size_t length);
};

// Gives a fixed answer for each empty line, which is where a request head ends. Nothing is parsed:
// no server that does its work can be cheaper, and that is what it is for.
class Hello {
 public:
  // `state` is how much of CR LF CR LF the connection has seen.
  Bytes Answer(uint8_t* state, const char* data, size_t length);

 private:
  void Refresh();

  int64_t second_ = -1;
  std::string one_;
  std::string many_;
  size_t repeated_ = 0;
};

}  // namespace floor_server
