#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <string>

#include "answer.h"

namespace floor_server {

// Sends one file for each request head, with sendfile(2) from a descriptor that stays open. Like
// Hello it parses nothing, and takes one request at a time on each connection.
class File {
 public:
  struct State {
    HeadEnds heads;
    size_t left = 0;
  };
  // The head waits in the kernel for the file's first bytes.
  static constexpr int kSendFlags = MSG_MORE;

  File(int fd, size_t size);

  Bytes Answer(State* state, const char* data, size_t length);
  After AfterAnswer(int socket, State* state);

 private:
  int fd_;
  size_t size_;
  std::string head_;
};

}  // namespace floor_server
