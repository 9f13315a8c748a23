#include "stream/streams.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace edgeloop {

Streams::Streams(Turner* turner)
    : turner_(turner),
      received_(kReceiveBytes),
      sending_(kSendBytes),
      commands_block_(kCommandCount * sizeof(Command)),
      commands_(reinterpret_cast<Command*>(commands_block_.data())),
      next_command_(kCommandCount) {
  reserve_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

Streams::~Streams() {
  for (int32_t id = 0; id < next_slot_; id++) {
    Socket& socket = sockets_[id];
    if (!socket.Is(kLive)) continue;
    if (!socket.Is(kAbsent)) turner_->Remove(socket.fd);
    if (socket.fd >= 0) ::close(socket.fd);
    socket.backlog.Free();
  }
  if (reserve_ >= 0) ::close(reserve_);
}

bool Streams::Valid() const {
  return received_.data() != nullptr && sending_.data() != nullptr && commands_ != nullptr;
}

Socket* Streams::Live(int32_t id) {
  if (id < 0 || id >= next_slot_ || !sockets_[id].Is(kLive)) return nullptr;
  return &sockets_[id];
}

int32_t Streams::NewSlot() {
  if (free_ >= 0) {
    int32_t id = free_;
    free_ = sockets_[id].next_free;
    return id;
  }
  if (!sockets_.Reserve(static_cast<size_t>(next_slot_) + 1)) return -ENOMEM;
  return next_slot_++;
}

void Streams::FreeSlot(int32_t id) {
  if (sockets_[id].Is(kAccepted)) groups_[sockets_[id].group].slots--;
  sockets_[id] = Socket{};
  sockets_[id].next_free = free_;
  free_ = id;
}

int64_t Streams::Adopt(int fd, int32_t group, uint32_t flags) {
  if ((flags & kListening) != 0 && (group < 0 || group >= group_count_)) return -EINVAL;
  int32_t id = NewSlot();
  if (id < 0) return id;
  Socket socket{};
  socket.fd = fd;
  socket.flags = kLive | flags;
  socket.group = group;
  socket.first_command = -1;
  socket.last_command = -1;
  socket.interest = InterestOf(socket);
  if (socket.Is(kFresh)) {
    turner_->Evict(fd);
  } else {
    socket.Set(kKnown);
  }
  bool decoded = socket.Is(kDecoded) && !socket.Is(kListening);
  if (decoded && !decoder_->Open(id, group)) {
    FreeSlot(id);
    return -ENOMEM;
  }
  if (!socket.Is(kAbsent)) {
    int64_t token = turner_->Add(fd, socket.interest, false, PlaneKind::kStreams, id);
    if (token < 0) {
      if (decoded) decoder_->Close(id);
      FreeSlot(id);
      return token;
    }
  }
  sockets_[id] = socket;
  return id;
}

bool Streams::Join(int32_t id, Socket* socket) {
  socket->interest = InterestOf(*socket);
  int64_t token = turner_->Add(socket->fd, socket->interest, false, PlaneKind::kStreams, id);
  if (token < 0) {
    Close(id, socket, static_cast<int>(-token));
    return false;
  }
  socket->Clear(kAbsent);
  return true;
}

void Streams::JoinAccepted() {
  for (int32_t id : joining_) {
    if (sockets_[id].Is(kLive) && sockets_[id].Is(kAbsent)) Join(id, &sockets_[id]);
  }
  joining_.clear();
}

int Streams::DescriptorOf(int32_t id) {
  // Whoever has the number finds it taken in the set.
  if (!joining_.empty()) JoinAccepted();
  Socket* socket = Live(id);
  if (socket == nullptr) return -1;
  socket->Set(kKnown);
  return socket->fd;
}

// A listener is level-triggered whatever its connections are: accepting has a budget, and what is
// left in the backlog must be announced again.
uint32_t Streams::InterestOf(const Socket& socket) const {
  if (socket.Is(kListening)) {
    if (socket.Is(kPaused)) return 0;
    return socket.Is(kExclusive) ? EPOLLIN | EPOLLEXCLUSIVE : EPOLLIN;
  }
  if (socket.Is(kEdge)) {
    // Writability is asked for when it is first missed, and stays: every socket begins writable,
    // and would have an event for that.
    bool missed = socket.Is(kConnecting | kBlocked) || (socket.interest & EPOLLOUT) != 0;
    return EPOLLIN | EPOLLRDHUP | EPOLLET | (missed ? EPOLLOUT : 0u);
  }
  if (socket.Is(kConnecting)) return EPOLLOUT;
  uint32_t events = 0;
  if (!socket.Is(kPaused | kReadEnded)) events |= EPOLLIN;
  if (socket.Is(kBlocked)) events |= EPOLLOUT;
  return events;
}

void Streams::UpdateInterest(Socket* socket) {
  uint32_t wanted = InterestOf(*socket);
  if (wanted == socket->interest || socket->Is(kAbsent)) return;
  if (turner_->Modify(socket->fd, wanted) == 0) socket->interest = wanted;
}

void Streams::TellLater(int32_t id, Socket* socket) {
  if (socket->Is(kDue)) return;
  socket->Set(kDue);
  due_.push_back(id);
}

int32_t Streams::CountOpen() const {
  int32_t open = 0;
  for (int32_t id = 0; id < next_slot_; id++) {
    if (sockets_[id].Is(kLive) && !sockets_[id].Is(kListening)) open++;
  }
  return open;
}

void Streams::Tell(int32_t id, Socket* socket) {
  if (socket->Is(kFile) && !socket->Is(kBlocked)) SendBacklog(id, socket);
  if (socket->Is(kTellTimeout)) {
    socket->Clear(kTellTimeout);
    turner_->Push(kTimeout, id, 0, 0);
  }
  if (socket->Is(kTellStuck) && socket->queued() > 0) {
    socket->Clear(kTellStuck);
    size_t bytes = std::min<size_t>(socket->queued(), INT32_MAX);
    turner_->Push(kStuck, id, static_cast<int32_t>(bytes), 0);
  } else if (socket->Is(kTellDrain) && !socket->Is(kBlocked | kFile) && socket->queued() == 0) {
    socket->Clear(kTellDrain | kTellStuck);
    turner_->Push(kDrain, id, 0, 0);
  } else if (socket->Is(kClosed) && !socket->Is(kTold)) {
    socket->Set(kTold);
    told_.push_back(id);
    turner_->Push(kClose, id, socket->error, 0);
  }
}

// What became known outside of a ready descriptor: at the start of the harvest.
void Streams::Harvest() {
  receive_used_ = 0;
  for (const Dropped& dropped : dropped_) groups_[dropped.group].slots--;
  dropped_.clear();
  Expire();
  if (decoder_ != nullptr) decoder_->BeginTurn();
  if (!refused_.empty() && !TellRefused()) return;
  size_t told = 0;
  // Files whose budget is spent again join at the end.
  const size_t end = due_.size();
  while (told < end && turner_->HasRoom(2)) {
    int32_t id = due_[told++];
    sockets_[id].Clear(kDue);
    Tell(id, &sockets_[id]);
  }
  due_.erase(due_.begin(), due_.begin() + static_cast<std::ptrdiff_t>(told));
  activity_uses_ = 0;  // the wait may be long
}

// Out of the set before the number is free: a copy of the descriptor elsewhere would otherwise keep
// the registration alive (epoll(7), question 6). One that never left this table has no copy: all
// are close-on-exec.
void Streams::Close(int32_t id, Socket* socket, int error) {
  if (socket->Is(kKnown)) {
    turner_->Remove(socket->fd);
  } else {
    turner_->Forget(socket->fd);
  }
  if (socket->fd >= 0) ::close(socket->fd);
  socket->backlog.Free();
  if (socket->Is(kDecoded)) decoder_->Close(id);
  if (socket->Is(kPieces)) pieces_.erase(id);
  if (!parts_.empty()) parts_.erase(id);
  socket->fd = -1;
  socket->error = error;
  if (socket->Is(kTimed)) wheel_.Forget(id);
  if (socket->Is(kAccepted)) groups_[socket->group].open--;
  socket->flags = kClosed | (socket->flags & (kDue | kTouched | kAccepted));
  TellLater(id, socket);
}

void Streams::CloseListener(int32_t id) {
  Socket* socket = Live(id);
  if (socket == nullptr || !socket->Is(kListening)) return;
  turner_->Remove(socket->fd);
  if (socket->fd >= 0) ::close(socket->fd);
  FreeSlot(id);
}

void Streams::MaybeFinish(int32_t id, Socket* socket) {
  if (socket->Is(kReadEnded) && socket->Is(kWriteEnded)) Close(id, socket, 0);
}

}  // namespace edgeloop
