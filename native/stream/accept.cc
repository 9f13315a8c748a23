// Accepting, and what stands in its way: a limit, or no descriptor left.

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "stream/streams.h"
#include "sys/call.h"

namespace edgeloop {

namespace {

constexpr int kAcceptsPerTurn = 64;

}  // namespace

int Streams::ConfigureGroup(int32_t group, uint32_t idle_ms, int32_t limit, bool tells_drops,
                            bool reads_at_once) {
  if (group < 0 || group > group_count_) return -EINVAL;
  if (!groups_.Reserve(static_cast<size_t>(group) + 1)) return -ENOMEM;
  if (group == group_count_) group_count_++;
  if (groups_[group].slots > 0) return -EBUSY;
  groups_[group] = Group{0, 0, limit, idle_ms, tells_drops, reads_at_once, kAcceptsPerTurn, 0};
  return 0;
}

int32_t Streams::GroupInUse(int32_t group) const {
  return group < 0 || group >= group_count_ ? 0 : groups_[group].slots;
}

// To find nobody waiting costs as much as to accept: the kernel makes a socket and a file before it
// looks. So no more are taken than came the last time; the rest is announced again, for a listener
// is level-triggered, and where that happens at once there is a crowd.
int Streams::AcceptsInOneGo(Group* group) {
  const uint64_t turn = turner_->stats().turns;
  if (turn - group->burst_turn == 1) group->burst = std::min(group->burst * 2, kAcceptsPerTurn);
  group->burst_turn = turn;
  return group->burst;
}

Outcome Streams::Accept(int32_t id) {
  const int most = AcceptsInOneGo(&groups_[sockets_[id].group]);
  // Where the kernel keeps the set, joining it is a call, and many a connection is over before.
  const bool late = turner_->multiplexer().Fd() >= 0;
  for (int accepted = 0; accepted < most; accepted++) {
    if (!turner_->HasRoom(1)) return Outcome::kDone;  // level-triggered: announced again
    const Socket listener = sockets_[id];             // a copy: the table may grow below
    int64_t fd = Uninterrupted(
        [&] { return ::accept4(listener.fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC); });
    if (fd == -EMFILE || fd == -ENFILE) {
      if (!RefuseOne(listener.fd)) Starve(id);
      return Outcome::kDone;
    }
    // The other errors are those of a connection that broke before it was taken, or of a kernel
    // short of memory (accept(2)): the next one may do better.
    if (fd < 0) {
      Group* waited = &groups_[listener.group];
      waited->burst = std::max(accepted, 1);
      waited->burst_turn = 0;
      return Outcome::kDone;
    }
    Group& group = groups_[listener.group];
    if (group.limit >= 0 && group.open >= group.limit) {
      Drop(listener, static_cast<int>(fd));
      continue;
    }
    constexpr uint32_t kInherited = kEdge | kDecoded | kHandles | kPackets;
    uint32_t flags = (listener.flags & kInherited) | kFresh | kAccepted;
    if (late) flags |= kAbsent;
    int64_t socket = Adopt(static_cast<int>(fd), listener.group, flags);
    if (socket < 0) {
      ::close(static_cast<int>(fd));
      return Outcome::kDone;
    }
    group.slots++;
    group.open++;
    const bool reads_at_once = group.reads_at_once;
    // Without memory for its timeout it has none.
    if (group.idle_ms > 0) SetIdle(static_cast<int32_t>(socket), group.idle_ms);
    turner_->Push(kOpen, static_cast<int32_t>(socket), listener.group, static_cast<int32_t>(fd));
    if (late) joining_.push_back(static_cast<int32_t>(socket));
    if (reads_at_once) ReceiveFirst(static_cast<int32_t>(socket));
  }
  return Outcome::kDone;
}

// Who connects mostly speaks at once: what has come already is told in this turn, without a wait.
// Not where a handler hears of the connection first: it may pass the descriptor on, with all its
// bytes.
void Streams::ReceiveFirst(int32_t id) {
  const int fd = sockets_[id].fd;
  if (Receive(id, &sockets_[id], EPOLLIN) != Outcome::kMore) return;
  Socket* socket = Live(id);
  if (socket == nullptr || (socket->Is(kAbsent) && !Join(id, socket))) return;
  turner_->Revisit(fd, EPOLLIN);
}

void Streams::Drop(const Socket& listener, int fd) {
  if (groups_[listener.group].tells_drops) {
    Dropped dropped{};
    dropped.group = listener.group;
    dropped.local_length = sizeof dropped.local;
    dropped.remote_length = sizeof dropped.remote;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&dropped.local), &dropped.local_length) < 0) {
      dropped.local_length = 0;
    }
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&dropped.remote), &dropped.remote_length) <
        0) {
      dropped.remote_length = 0;
    }
    turner_->Push(kDrop, listener.group, static_cast<int32_t>(dropped_.size()), 0);
    dropped_.push_back(dropped);
    groups_[listener.group].slots++;
  }
  ::close(fd);
}

const Dropped* Streams::DroppedAt(int32_t index) const {
  if (index < 0 || static_cast<size_t>(index) >= dropped_.size()) return nullptr;
  return &dropped_[static_cast<size_t>(index)];
}

// With no descriptor left a connection can be neither taken nor dismissed, and the listener stays
// ready for ever. The reserve makes room to take it and close it, so that the client knows.
bool Streams::RefuseOne(int listener) {
  if (reserve_ >= 0) ::close(reserve_);
  int64_t fd = Uninterrupted([&] { return ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC); });
  if (fd >= 0) ::close(static_cast<int>(fd));
  reserve_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  return fd != -EMFILE && fd != -ENFILE;
}

// Another thread took the reserve's place: nothing can be done but to look away for a while.
void Streams::Starve(int32_t id) {
  sockets_[id].Set(kPaused);
  UpdateInterest(&sockets_[id]);
  turner_->Push(kStarved, id, 0, 0);
}

}  // namespace edgeloop
