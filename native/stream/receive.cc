// The harvest: connect and receive, each within its budget.

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "stream/streams.h"
#include "sys/call.h"

namespace edgeloop {

namespace {

// What one socket may receive in a turn, so that a fast peer does not starve the rest: half of the
// slab. In pieces of 256 KiB a byte costs the kernel two thirds of what it costs in pieces of 64.
// The slab is not larger, so that what one turn touches stays in the cache.
constexpr size_t kBytesPerTurn = Streams::kReceiveBytes / 2;
// Of what is taken apart, many records come of few bytes.
constexpr size_t kDecodedPerTurn = 64 * 1024;
// Below this a receive is not worth its call.
constexpr size_t kLeastRoom = 4 * 1024;
// Chunks begin on a cache line, so that a typed array of any element can view one.
constexpr size_t kAlignment = 64;

int SocketError(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0 ? errno : error;
}

}  // namespace

Outcome Streams::OnReady(int32_t id, uint32_t events) {
  Socket* socket = Live(id);
  if (socket == nullptr) return Outcome::kDone;
  if ((events & POLLNVAL) != 0) {
    // Closed by somebody else: poll and select would say so in every wait. The number is not ours
    // to close any more.
    turner_->Remove(socket->fd);
    socket->fd = -1;
    if (!socket->Is(kListening)) Close(id, socket, EBADF);
    return Outcome::kDone;
  }
  if (socket->Is(kListening)) return Accept(id);
  if (socket->Is(kConnecting)) return FinishConnect(id, socket, events);
  // What broke the connection is met by the receive: a sendfile would take the error away.
  uint32_t writable = EPOLLOUT | EPOLLERR | EPOLLHUP;
  if (socket->Is(kFile) && (events & (EPOLLERR | EPOLLHUP)) != 0) writable = 0;
  if ((events & writable) != 0 && socket->Is(kBlocked)) {
    SendBacklog(id, socket);
    if (!socket->Is(kLive)) return Outcome::kDone;
  }
  if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP)) == 0) return Outcome::kDone;
  if (socket->Is(kPaused)) return OnHangUpWhilePaused(id, socket, events);
  if (!socket->Is(kReadEnded)) return Receive(id, socket, events);
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
    // The peer is gone for good: what is still queued here has nowhere to go.
    int error = SocketError(socket->fd);
    Close(id, socket, error != 0 ? error : socket->queued() > 0 || socket->Is(kFile) ? EPIPE : 0);
  }
  return Outcome::kDone;
}

Outcome Streams::OnHangUpWhilePaused(int32_t id, Socket* socket, uint32_t events) {
  socket->Set(kUnread);
  if ((events & EPOLLERR) != 0) {
    int error = SocketError(socket->fd);
    if (error != 0) {
      Close(id, socket, error);
      return Outcome::kDone;
    }
  }
  if ((events & (EPOLLERR | EPOLLHUP)) == 0) return Outcome::kDone;
  if (socket->Is(kEdge)) {
    socket->Set(kHungUp);
  } else {
    turner_->Remove(socket->fd);
    socket->Set(kAbsent);
  }
  return Outcome::kDone;
}

size_t Streams::RoomToReceive(int32_t id, const Socket& socket, size_t* begin) const {
  size_t reserve = 0;
  size_t budget = kBytesPerTurn;
  *begin = receive_used_;
  if (!turner_->HasRoom(3)) return 0;
  if (socket.Is(kDecoded)) {
    if (!decoder_->HasRoom(id, &reserve)) return 0;
    budget = kDecodedPerTurn;
  } else {
    *begin = std::min(kReceiveBytes, (receive_used_ + kAlignment - 1) & ~(kAlignment - 1));
  }
  size_t room = kReceiveBytes - *begin;
  return room < kLeastRoom + reserve ? 0 : std::min(room - reserve, budget);
}

bool Streams::Deliver(int32_t id, const Socket& socket, size_t begin, size_t end) {
  if (!socket.Is(kDecoded)) {
    turner_->Push(kData, id, static_cast<int32_t>(begin), static_cast<int32_t>(end - begin));
    receive_used_ = end;
    return true;
  }
  receive_used_ = decoder_->Take(id, begin, end);
  return !decoder_->Waits(id);
}

Outcome Streams::Receive(int32_t id, Socket* socket, uint32_t events) {
  if (socket->Is(kHandles | kPackets)) return ReceiveMessages(id, socket, events);
  // A hang-up has no edge of its own to come: then nothing short of the end or EAGAIN will do.
  bool to_the_end = (events & (EPOLLRDHUP | EPOLLERR | EPOLLHUP)) != 0;
  size_t begin;
  size_t limit = RoomToReceive(id, *socket, &begin);
  if (limit == 0) return Outcome::kNoRoom;
  if (socket->Is(kDecoded) && decoder_->Waits(id)) {
    Deliver(id, *socket, begin, begin);
    return Outcome::kMore;
  }
  limit += begin;
  size_t end = begin;
  int64_t result = 0;
  bool drained = false;
  while (end < limit && !drained) {
    size_t room = limit - end;
    result = Uninterrupted([&] { return ::recv(socket->fd, received_.data() + end, room, 0); });
    if (result <= 0) break;
    end += static_cast<size_t>(result);
    // Level-triggered, the kernel announces the rest. Edge-triggered, a short read has emptied the
    // queue, and what comes later brings an edge of its own (epoll(7), question 9).
    drained = !socket->Is(kEdge) || (static_cast<size_t>(result) < room && !to_the_end);
  }
  if (end > begin) Active(socket);
  bool all = end == begin || Deliver(id, *socket, begin, end);
  if (result < 0 && result != -EAGAIN) {
    Close(id, socket, static_cast<int>(-result));
    return Outcome::kDone;
  }
  // The end is told behind what waits: it is found again then.
  if (!all) return Outcome::kMore;
  if (drained || result == -EAGAIN) return Outcome::kDone;
  if (result > 0) return Outcome::kMore;
  return ReceivedEnd(id, socket, events);
}

Outcome Streams::ReceivedEnd(int32_t id, Socket* socket, uint32_t events) {
  socket->Set(kReadEnded);
  turner_->Push(kEnd, id, 0, 0);
  UpdateInterest(socket);
  MaybeFinish(id, socket);
  // Edge-triggered, a hang-up that came with the end is not announced again: the next turn, when
  // the handlers have seen the end, closes.
  bool hung_up = socket->Is(kLive) && socket->Is(kEdge) && (events & (EPOLLERR | EPOLLHUP)) != 0;
  return hung_up ? Outcome::kMore : Outcome::kDone;
}

Outcome Streams::FinishConnect(int32_t id, Socket* socket, uint32_t events) {
  if (!turner_->HasRoom(1)) return Outcome::kNoRoom;
  int error = SocketError(socket->fd);
  if (error != 0) {
    Close(id, socket, error);
    return Outcome::kDone;
  }
  // An edge-triggered socket reports a hang-up before it is connected, without an error: not yet.
  sockaddr_storage peer;
  socklen_t length = sizeof peer;
  bool connected = ::getpeername(socket->fd, reinterpret_cast<sockaddr*>(&peer), &length) == 0;
  // Under TCP_FASTOPEN_CONNECT it has no peer and is writable all the same: the first write
  // connects.
  bool deferred = (events & ~static_cast<uint32_t>(EPOLLOUT)) == 0;
  if (!connected && !deferred) return Outcome::kDone;
  socket->Clear(kConnecting);
  Active(socket);
  turner_->Push(kOpen, id, socket->group, socket->fd);
  // The same edge may have told of the peer's first bytes, and no other will.
  bool more = socket->Is(kEdge) && (events & ~static_cast<uint32_t>(EPOLLOUT)) != 0;
  SendBacklog(id, socket);
  return more ? Outcome::kMore : Outcome::kDone;
}

}  // namespace edgeloop
