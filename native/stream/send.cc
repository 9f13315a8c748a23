// The flush: what one turn's handlers wrote goes to the kernel, one call per socket.

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "stream/streams.h"
#include "sys/call.h"

namespace edgeloop {

void Streams::Touch(int32_t id, Socket* socket) {
  if (socket->Is(kTouched)) return;
  socket->Set(kTouched);
  touched_.push_back(id);
}

void Streams::Obey(int32_t index, const Command& command) {
  if (command.kind == kSendHandles) {
    ObeySendHandles(index, command);
    return;
  }
  Socket* socket = Live(command.id);
  if (socket == nullptr) return;
  if (socket->Is(kListening)) {
    // One that had no descriptor left tries again.
    if (command.kind != kResume) return;
    socket->Clear(kPaused);
    UpdateInterest(socket);
    return;
  }
  switch (command.kind) {
    case kSendQueued:
    case kSendReceived: {
      size_t bytes = command.kind == kSendQueued ? kSendBytes : kReceiveBytes;
      if (command.offset < 0 || command.length <= 0 ||
          static_cast<size_t>(command.offset) + static_cast<size_t>(command.length) > bytes) {
        return;
      }
      Chain(index, socket);
      break;
    }
    case kEndSending: socket->Set(kEndWanted); break;
    case kDestroy: socket->Set(kDestroyed); break;
    case kPause:
      socket->Set(kPaused);
      UpdateInterest(socket);
      return;
    case kResume: Resume(command.id, socket); return;
    case kNotifyDrain: socket->Set(kTellDrain); break;
    default: return;
  }
  Touch(command.id, socket);
}

void Streams::Chain(int32_t index, Socket* socket) {
  next_command_[index] = -1;
  if (socket->first_command < 0) {
    socket->first_command = index;
  } else {
    next_command_[socket->last_command] = index;
  }
  socket->last_command = index;
}

void Streams::Resume(int32_t id, Socket* socket) {
  if (!socket->Is(kPaused)) return;
  socket->Clear(kPaused);
  if (socket->Is(kAbsent) && !Join(id, socket)) return;
  UpdateInterest(socket);
  if (socket->Is(kUnread)) {
    socket->Clear(kUnread);
    // No edge comes for what arrived during the pause. The hang-up bit has it read to the very end.
    uint32_t hang_up = socket->Is(kHungUp) ? static_cast<uint32_t>(EPOLLHUP) : 0u;
    turner_->Revisit(socket->fd, EPOLLIN | EPOLLRDHUP | hang_up);
  }
}

void Streams::Flush() {
  activity_uses_ = 0;
  int32_t count = std::clamp(turner_->state(kCommands), 0, kCommandCount);
  turner_->state(kCommands) = 0;
  for (int32_t i = 0; i < count; i++) Obey(i, commands_[i]);
  for (int32_t id : touched_) {
    Socket* socket = &sockets_[id];
    socket->Clear(kTouched);
    if (!socket->Is(kLive)) continue;
    if (socket->Is(kDestroyed)) {
      Close(id, socket, 0);
    } else {
      SendCommands(id, socket);
    }
  }
  touched_.clear();
  if (!joining_.empty()) JoinAccepted();
  if (!addressed_.empty()) addressed_.clear();
  // While records are being walked, one of them may still speak of a slot: it is not freed then.
  if (turner_->state(kDelivering) == 0 && turner_->state(kHeld) == 0) {
    for (int32_t id : told_) FreeSlot(id);
    told_.clear();
  }
}

void Streams::SendCommands(int32_t id, Socket* socket) {
  if (socket->Is(kPieces | kPackets) && socket->first_command >= 0) {
    if (SendCommandsInPieces(id, socket)) AfterSend(id, socket);
    return;
  }
  gathered_.clear();
  for (int32_t i = socket->first_command; i >= 0; i = next_command_[i]) {
    const Command& command = commands_[i];
    uint8_t* slab = command.kind == kSendQueued ? sending_.data() : received_.data();
    gathered_.push_back({slab + command.offset, static_cast<size_t>(command.length)});
  }
  socket->first_command = -1;
  if (!gathered_.empty()) {
    // Behind what waits already nothing is tried: writability is announced.
    bool waits = socket->Is(kConnecting | kBlocked | kFile) || socket->queued() > 0;
    int64_t sent =
        waits ? 0 : WriteGathered(socket, id == followed_ ? MSG_MORE : MoreBehind(*socket));
    if (sent < 0) {
      Close(id, socket, static_cast<int>(-sent));
      return;
    }
    size_t skip = static_cast<size_t>(sent);
    for (const iovec& part : gathered_) {
      size_t from = std::min(skip, part.iov_len);
      skip -= from;
      if (from == part.iov_len) continue;
      if (!socket->backlog.Append(static_cast<uint8_t*>(part.iov_base) + from,
                                  part.iov_len - from)) {
        Close(id, socket, ENOMEM);
        return;
      }
    }
  }
  AfterSend(id, socket);
}

void Streams::SendBacklog(int32_t id, Socket* socket) {
  socket->Clear(kBlocked);
  if (socket->Is(kFile)) ContinueFile(id, socket);
  if (socket->Is(kFile)) {
    // Nothing passes it.
  } else if (socket->Is(kPieces)) {
    if (!SendPieces(id, socket)) return;
  } else if (socket->queued() > 0) {
    gathered_.clear();
    gathered_.push_back({const_cast<uint8_t*>(socket->backlog.begin()), socket->queued()});
    int64_t sent = WriteGathered(socket, MoreBehind(*socket));
    if (sent < 0) {
      Close(id, socket, static_cast<int>(-sent));
      return;
    }
    socket->backlog.Consume(static_cast<size_t>(sent));
  }
  AfterSend(id, socket);
}

// The end that follows leaves in one packet with the last bytes. Not where others know the
// descriptor: what they have put on top of TCP (kTLS) may hold back what is not followed by bytes.
int Streams::MoreBehind(const Socket& socket) const {
  bool ends = socket.Is(kEndWanted) && !socket.Is(kWriteEnded | kKnown);
  return ends ? MSG_MORE : 0;
}

// Bytes that are not read would turn the end into a reset, and the peer could lose what was sent
// (RFC 9112 section 9.6): then its own end is waited for, as if it had said nothing.
bool Streams::NothingComes(int32_t id, const Socket& socket) const {
  if (!socket.Is(kDecoded) || !decoder_->PeerDone(id)) return false;
  int unread = 0;
  return ::ioctl(socket.fd, FIONREAD, &unread) == 0 && unread == 0;
}

int64_t Streams::WriteGathered(Socket* socket, int more) {
  const int flags = MSG_NOSIGNAL | more;
  size_t total = 0;
  for (size_t first = 0; first < gathered_.size();) {
    size_t parts = std::min<size_t>(gathered_.size() - first, IOV_MAX);
    size_t wanted = 0;
    for (size_t i = first; i < first + parts; i++) wanted += gathered_[i].iov_len;
    msghdr message{};
    message.msg_iov = &gathered_[first];
    message.msg_iovlen = parts;
    int64_t sent = Uninterrupted([&] {
      return parts == 1 ? ::send(socket->fd, gathered_[first].iov_base, wanted, flags)
                        : ::sendmsg(socket->fd, &message, flags);
    });
    // EINPROGRESS: the first write under TCP_FASTOPEN_CONNECT, whose packet could take no data.
    if (sent == -EAGAIN || sent == -EINPROGRESS) sent = 0;
    if (sent < 0) return sent;
    total += static_cast<size_t>(sent);
    if (static_cast<size_t>(sent) < wanted) {
      socket->Set(kBlocked);
      break;
    }
    first += parts;
  }
  if (total > 0) Active(socket);
  return static_cast<int64_t>(total);
}

void Streams::AfterSend(int32_t id, Socket* socket) {
  if (socket->Is(kConnecting)) return;
  if (socket->Is(kBlocked)) {
    if (!socket->Is(kStuckKnown)) {
      socket->Set(kTellDrain | kTellStuck | kStuckKnown);
      TellLater(id, socket);
    }
  } else if (socket->queued() == 0 && !socket->Is(kFile)) {
    socket->Clear(kStuckKnown);
    if (socket->Is(kTellDrain)) TellLater(id, socket);
    if (socket->Is(kEndWanted) && !socket->Is(kWriteEnded)) {
      socket->Set(kWriteEnded);
      if (socket->Is(kReadEnded) || NothingComes(id, *socket)) {
        Close(id, socket, 0);  // sends the end itself: a call less
        return;
      }
      // ENOTCONN: the peer's reset came first, and the next receive reports it.
      ::shutdown(socket->fd, SHUT_WR);
    }
  }
  UpdateInterest(socket);
}

Socket* Streams::Sendable(int32_t id) {
  Socket* socket = Live(id);
  if (socket == nullptr || socket->Is(kListening | kConnecting | kBlocked | kDestroyed | kFile) ||
      socket->queued() > 0) {
    return nullptr;
  }
  activity_uses_ = 0;  // handlers may have taken their time
  return socket;
}

void Streams::AfterSendNow(int32_t id, Socket* socket) {
  socket->Set(kTellDrain);
  if (socket->Is(kBlocked)) {
    socket->Set(kStuckKnown);  // what is left stays in JavaScript
    UpdateInterest(socket);
  } else {
    TellLater(id, socket);
  }
}

size_t Streams::SendNow(int32_t id, const uint8_t* data, size_t length) {
  Socket* socket = Sendable(id);
  if (socket == nullptr) return 0;
  int64_t sent;
  if (socket->Is(kPackets)) {
    Piece whole{length, Parcel()};
    sent = SendOne(id, socket, data, &whole);
    if (sent < 0) return 0;
  } else {
    gathered_.clear();
    gathered_.push_back({const_cast<uint8_t*>(data), length});
    sent = WriteGathered(socket);
    if (sent < 0) {
      Close(id, socket, static_cast<int>(-sent));
      return 0;
    }
  }
  AfterSendNow(id, socket);
  return static_cast<size_t>(sent);
}

}  // namespace edgeloop
