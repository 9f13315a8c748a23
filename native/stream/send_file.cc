// Files straight from the page cache to the socket: sendfile(2).

#include <sys/sendfile.h>

#include <algorithm>
#include <cerrno>

#include "stream/streams.h"
#include "sys/call.h"

namespace edgeloop {

namespace {

// What one file may send in a turn: a fast peer would keep the thread for as long as it reads.
constexpr size_t kBytesPerTurn = 1024 * 1024;

}  // namespace

int64_t Streams::SendFileNow(int32_t id, int file, int64_t offset, size_t length) {
  // What was written before goes first, and in one segment with the beginning of the file.
  followed_ = id;
  Flush();
  followed_ = -1;
  Socket* socket = Sendable(id);
  if (socket == nullptr) return 0;
  if (socket->Is(kPackets)) return -EOPNOTSUPP;  // a file has no borders of messages
  size_t wanted = std::min(length, kBytesPerTurn);
  size_t total = 0;
  off_t from = static_cast<off_t>(offset);
  while (total < wanted) {
    // No MSG_NOSIGNAL here; Node ignores SIGPIPE.
    int64_t sent =
        Uninterrupted([&] { return ::sendfile(socket->fd, file, &from, wanted - total); });
    if (sent == -EAGAIN) {
      socket->Set(kBlocked);
      break;
    }
    // Shorter than was said: the peer can't be given what it was promised.
    if (sent == 0) sent = -EIO;
    if (sent < 0) {
      if (total == 0) return sent;
      break;  // the next call meets it again
    }
    total += static_cast<size_t>(sent);
  }
  if (total > 0) Active(socket);
  AfterSendNow(id, socket);
  return static_cast<int64_t>(total);
}

}  // namespace edgeloop
