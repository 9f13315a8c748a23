#include "file.h"

#include <sys/sendfile.h>

#include <algorithm>
#include <cerrno>

namespace floor_server {
namespace {

// In one go: others have their turn in between.
constexpr size_t kMostAtOnce = 1024 * 1024;

}  // namespace

File::File(int fd, size_t size)
    : fd_(fd),
      size_(size),
      head_("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: " +
            std::to_string(size) + "\r\n\r\n") {}

Bytes File::Answer(State* state, const char* data, size_t length) {
  if (state->heads.Count(data, length) == 0) return {nullptr, 0};
  state->left = size_;
  return {head_.data(), head_.size()};
}

After File::AfterAnswer(int socket, State* state) {
  if (state->left == 0) return After::kAwait;
  auto from = static_cast<off_t>(size_ - state->left);
  const ssize_t sent = sendfile(socket, fd_, &from, std::min(state->left, kMostAtOnce));
  if (sent == 0 || (sent < 0 && errno != EAGAIN && errno != EINTR)) return After::kClose;
  if (sent > 0) state->left -= static_cast<size_t>(sent);
  return state->left == 0 ? After::kAwait : After::kResume;
}

}  // namespace floor_server
