// Files straight from the page cache to the socket: sendfile(2).

#include <sys/sendfile.h>

#include <algorithm>
#include <cerrno>

#include "stream/streams.h"
#include "sys/call.h"

namespace edgeloop {

namespace {

// What one file may send in a turn: a fast peer would keep the thread for as long as it reads.
constexpr size_t kBytesPerTurn = 2 * 1024 * 1024;

}  // namespace

void Streams::SendPart(Socket* socket, FilePart* part) {
  size_t least = part->left - std::min(part->left, kBytesPerTurn);
  const size_t before = part->left;
  while (part->left > least) {
    // No MSG_NOSIGNAL here; Node ignores SIGPIPE.
    int64_t sent = Uninterrupted(
        [&] { return ::sendfile(socket->fd, part->file, &part->offset, part->left - least); });
    if (sent == -EAGAIN) {
      socket->Set(kBlocked);
      break;
    }
    if (sent <= 0) {
      // Shorter than was said: the peer can't be given what it was promised.
      part->error = sent == 0 ? EIO : static_cast<int>(-sent);
      break;
    }
    part->left -= static_cast<size_t>(sent);
  }
  if (part->left < before) Active(socket);
}

int64_t Streams::SendFileNow(int32_t id, int file, int64_t offset, size_t length) {
  // What was written before goes first, and in one segment with the beginning of the file.
  followed_ = id;
  Flush();
  followed_ = -1;
  Socket* socket = Sendable(id);
  if (socket == nullptr) return 0;
  if (socket->Is(kPackets)) return -EOPNOTSUPP;  // a file has no borders of messages
  auto before = parts_.find(id);
  if (before != parts_.end()) {
    int error = before->second.error;
    parts_.erase(before);
    if (error != 0) return -error;
  }
  FilePart part{file, static_cast<off_t>(offset), length, 0};
  SendPart(socket, &part);
  if (part.error != 0 && part.left == length) return -part.error;
  // Where it has all gone there is nothing to tell: nobody waits for it.
  if (part.left > 0) {
    parts_[id] = part;
    if (part.error == 0) socket->Set(kFile | kStuckKnown);
    AfterSendNow(id, socket);
  }
  return static_cast<int64_t>(length - part.left);
}

void Streams::ContinueFile(int32_t id, Socket* socket) {
  FilePart* part = &parts_[id];
  SendPart(socket, part);
  if (part->left == 0 || part->error != 0) {
    socket->Clear(kFile);
  } else if (!socket->Is(kBlocked)) {
    TellLater(id, socket);  // its budget for this turn is spent
  }
}

int64_t Streams::FileLeft(int32_t id) {
  auto found = parts_.find(id);
  if (found == parts_.end()) return -1;
  auto left = static_cast<int64_t>(found->second.left);
  if (left == 0) parts_.erase(found);
  return left;
}

}  // namespace edgeloop
