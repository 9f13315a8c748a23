#include "datagram/datagrams.h"

#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace edgeloop {

namespace {

// The kernel goes no further in one call (UIO_MAXIOV).
constexpr size_t kMostMessages = 1024;
// Room for the control data of one datagram: packet information, drops, and what else may be on.
constexpr size_t kControlBytes = 256;

int IntOption(int fd, int level, int name) {
  int value = 0;
  socklen_t length = sizeof value;
  return ::getsockopt(fd, level, name, &value, &length) < 0 ? -errno : value;
}

// The place of the port in an IPv4 or IPv6 address, where it is the same.
in_port_t& PortOf(sockaddr_storage* address) {
  static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port), "");
  return reinterpret_cast<sockaddr_in*>(address)->sin_port;
}

// Ends a connection. With it the kernel takes back a port that it chose itself: the socket is bound
// to it again, for others know it by that.
int Dissolve(int fd) {
  sockaddr_storage self{};
  socklen_t length = sizeof self;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&self), &length) < 0) return -errno;
  bool has_port = self.ss_family == AF_INET || self.ss_family == AF_INET6;
  in_port_t port = has_port ? PortOf(&self) : 0;
  sockaddr none{};
  none.sa_family = AF_UNSPEC;
  if (::connect(fd, &none, sizeof none) < 0) return -errno;
  if (port == 0) return 0;
  length = sizeof self;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&self), &length) < 0) return -errno;
  if (PortOf(&self) != 0) return 0;
  PortOf(&self) = port;
  return ::bind(fd, reinterpret_cast<sockaddr*>(&self), length) < 0 ? -errno : 0;
}

}  // namespace

Datagrams::Datagrams(Turner* turner)
    : turner_(turner),
      received_(kReceiveBytes),
      sending_(kSendBytes),
      commands_block_(kDatagramStateSize * sizeof(int32_t) +
                      kCommandCount * sizeof(DatagramCommand)),
      slots_block_((kSlots + kErrorSlots) * sizeof(DatagramSlot)),
      commands_(reinterpret_cast<DatagramCommand*>(commands_block_.data() +
                                                   kDatagramStateSize * sizeof(int32_t))),
      slots_(reinterpret_cast<DatagramSlot*>(slots_block_.data())),
      next_command_(kCommandCount),
      headers_(kMostMessages),
      parts_(kMostMessages),
      control_(kMostPerCall * kControlBytes) {
  static_assert(2 * kMostPerCall <= kMostMessages, "two parts for each datagram received");
}

Datagrams::~Datagrams() {
  for (int32_t id = 0; id < next_socket_; id++) {
    DatagramSocket& socket = sockets_[id];
    if (!socket.Is(kDatagramLive)) continue;
    turner_->Remove(socket.fd);
    if (socket.fd >= 0) ::close(socket.fd);
    socket.outbox.Free();
  }
}

bool Datagrams::Valid() const {
  return received_.data() != nullptr && sending_.data() != nullptr &&
         commands_block_.data() != nullptr && slots_ != nullptr;
}

const DatagramSlot* Datagrams::SlotAt(int32_t slot) const {
  return slot < 0 || slot >= kSlots + kErrorSlots ? nullptr : &slots_[slot];
}

DatagramSocket* Datagrams::Live(int32_t id) {
  if (id < 0 || id >= next_socket_ || !sockets_[id].Is(kDatagramLive)) return nullptr;
  return &sockets_[id];
}

int32_t Datagrams::NewSlot() {
  if (free_ >= 0) {
    int32_t id = free_;
    free_ = sockets_[id].next_free;
    return id;
  }
  if (!sockets_.Reserve(static_cast<size_t>(next_socket_) + 1)) return -ENOMEM;
  return next_socket_++;
}

void Datagrams::FreeSlot(int32_t id) {
  sockets_[id] = DatagramSocket{};
  sockets_[id].next_free = free_;
  free_ = id;
}

int64_t Datagrams::Adopt(int fd, const Options& options) {
  int type = IntOption(fd, SOL_SOCKET, SO_TYPE);
  if (type < 0) return type;
  // What has a stream's end would be read for ever.
  if (type != SOCK_DGRAM) return -EPROTOTYPE;
  int32_t id = NewSlot();
  if (id < 0) return id;
  DatagramSocket socket{};
  socket.fd = fd;
  socket.flags = kDatagramLive | options.flags;
  socket.family = IntOption(fd, SOL_SOCKET, SO_DOMAIN);
  // A Unix socket's control data may carry descriptors, which nobody here asks for.
  if (socket.family == AF_UNIX) socket.Clear(kControlData);
  socket.batch = std::clamp(options.batch, 1, kMostPerCall);
  socket.expected = std::min(socket.batch, 4);
  socket.max_size = std::clamp(options.max_size, 1, static_cast<int32_t>(kLargeSize));
  socket.first_command = -1;
  socket.last_command = -1;
  socket.interest = InterestOf(socket);
  int64_t token = turner_->Add(fd, socket.interest, false, PlaneKind::kDatagrams, id);
  if (token < 0) {
    FreeSlot(id);
    return token;
  }
  sockaddr_storage peer;
  socklen_t length = sizeof peer;
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &length) == 0) SetPeer(&socket, true);
  sockets_[id] = socket;
  if (socket.Is(kTellOpened)) TellLater(id, &sockets_[id]);
  return id;
}

int Datagrams::Connect(int32_t id, const sockaddr* name, socklen_t length) {
  DatagramSocket* socket = Live(id);
  if (socket == nullptr) return -EBADF;
  Flush();
  // What waits without an address of its own would go to the new peer.
  if (socket->outbox.count > 0) return -EBUSY;
  int result = name == nullptr                           ? Dissolve(socket->fd)
               : ::connect(socket->fd, name, length) < 0 ? -errno
                                                         : 0;
  if (result == 0) SetPeer(socket, name != nullptr);
  return result;
}

// With a queue of their own each of ICMP's errors is told, with its address. Otherwise one send
// would meet the error of another, and the next ones in its call would hide it.
void Datagrams::SetPeer(DatagramSocket* socket, bool connected) {
  socket->Clear(kConnectedPeer | kErrorQueue);
  if (connected) socket->Set(kConnectedPeer);
  if (socket->family == AF_UNIX) return;
  bool six = socket->family == AF_INET6;
  int on = connected ? 1 : 0;
  int result = ::setsockopt(socket->fd, six ? IPPROTO_IPV6 : IPPROTO_IP,
                            six ? IPV6_RECVERR : IP_RECVERR, &on, sizeof on);
  if (connected && result == 0) socket->Set(kErrorQueue);
}

int Datagrams::DescriptorOf(int32_t id) const {
  if (id < 0 || id >= next_socket_ || !sockets_[id].Is(kDatagramLive)) return -1;
  return sockets_[id].fd;
}

size_t Datagrams::QueuedOf(int32_t id) const {
  return id < 0 || id >= next_socket_ ? 0 : sockets_[id].outbox.bytes.waiting();
}

DatagramCounts Datagrams::CountsOf(int32_t id) {
  if (id < 0 || id >= next_socket_) return {};
  DatagramSocket& socket = sockets_[id];
  if (socket.Is(kDatagramLive)) {
    uint32_t info[SK_MEMINFO_VARS] = {};
    socklen_t length = sizeof info;
    if (::getsockopt(socket.fd, SOL_SOCKET, SO_MEMINFO, info, &length) == 0) {
      // The kernel counts in 32 bits.
      uint32_t more = info[SK_MEMINFO_DROPS] - static_cast<uint32_t>(socket.counts.dropped);
      socket.counts.dropped += more;
    }
  }
  return socket.counts;
}

void Datagrams::WantDrain(int32_t id) {
  DatagramSocket* socket = Live(id);
  if (socket == nullptr) return;
  socket->Set(kTellDrained);
  if (socket->outbox.count == 0) TellLater(id, socket);
}

// Writability is asked for only while something waits for it, under edge triggering too: each
// datagram that has left would be an edge.
uint32_t Datagrams::InterestOf(const DatagramSocket& socket) const {
  uint32_t events = EPOLLIN;
  if (socket.Is(kOutboxBlocked)) events |= EPOLLOUT;
  if (socket.Is(kDatagramEdge)) events |= EPOLLET;
  return events;
}

void Datagrams::UpdateInterest(DatagramSocket* socket) {
  uint32_t wanted = InterestOf(*socket);
  if (wanted == socket->interest) return;
  if (turner_->Modify(socket->fd, wanted) == 0) socket->interest = wanted;
}

void Datagrams::TellLater(int32_t id, DatagramSocket* socket) {
  if (socket->Is(kDueToTell)) return;
  socket->Set(kDueToTell);
  due_.push_back(id);
}

void Datagrams::Tell(int32_t id, DatagramSocket* socket) {
  if (socket->Is(kDatagramClosed)) {
    turner_->Push(kDatagramClose, id, socket->error, 0);
    told_.push_back(id);
    return;
  }
  if (socket->Is(kTellOpened)) {
    socket->Clear(kTellOpened);
    turner_->Push(kDatagramOpen, id, 0, 0);
  }
  if (socket->Is(kTellDrained) && socket->outbox.count == 0) {
    socket->Clear(kTellDrained);
    turner_->Push(kDatagramDrain, id, 0, 0);
  }
}

void Datagrams::Harvest() {
  // The records of the last turn have been walked: what they spoke of may be used again.
  for (int32_t id : told_) FreeSlot(id);
  told_.clear();
  slots_used_ = 0;
  if (large_free_.size() < kLargePlaces) {
    large_free_.clear();
    for (int32_t place = kLargePlaces - 1; place >= 0; place--) large_free_.push_back(place);
  }
  size_t told = 0;
  for (; told < due_.size() && turner_->HasRoom(2); told++) {
    int32_t id = due_[told];
    sockets_[id].Clear(kDueToTell);
    Tell(id, &sockets_[id]);
  }
  due_.erase(due_.begin(), due_.begin() + static_cast<std::ptrdiff_t>(told));
  if (failures_.empty()) return;
  size_t failed = 0;
  for (; failed < failures_.size() && failed < kErrorSlots && turner_->HasRoom(1); failed++) {
    const Failure& failure = failures_[failed];
    auto number = static_cast<int32_t>(kSlots + failed);
    DatagramSlot& slot = slots_[number];
    slot.size = failure.error;
    slot.flags = failure.flags;
    slot.name_length = static_cast<int32_t>(failure.name_length);
    std::memcpy(&slot.name, &failure.name, failure.name_length);
    turner_->Push(kDatagramError, failure.id, number, 0);
  }
  failures_.erase(failures_.begin(), failures_.begin() + static_cast<std::ptrdiff_t>(failed));
}

Outcome Datagrams::OnReady(int32_t id, uint32_t events) {
  DatagramSocket* socket = Live(id);
  if (socket == nullptr) return Outcome::kDone;
  if ((events & POLLNVAL) != 0) {
    // Closed by somebody else: poll and select would say so in every wait. The number is not ours
    // to close any more.
    turner_->Remove(socket->fd);
    socket->fd = -1;
    Close(id, socket, EBADF);
    return Outcome::kDone;
  }
  if ((events & EPOLLERR) != 0 && socket->Is(kErrorQueue)) ReadErrorQueue(id, *socket);
  if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0 && socket->Is(kOutboxBlocked)) {
    SendOutbox(id, socket);
  }
  if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) == 0) return Outcome::kDone;
  return Receive(id, socket);
}

void Datagrams::CloseNow(int32_t id) {
  DatagramSocket* socket = Live(id);
  if (socket == nullptr) return;
  Flush();
  if (socket->outbox.count > 0) {
    SendOutbox(id, socket);
    socket->counts.refused += socket->outbox.count;
  }
  CountsOf(id);
  Close(id, socket, 0);
}

// Out of the set before the number is free: a copy of the descriptor elsewhere would otherwise keep
// the registration alive (epoll(7), question 6).
void Datagrams::Close(int32_t id, DatagramSocket* socket, int error) {
  if (socket->fd >= 0) {
    turner_->Remove(socket->fd);
    ::close(socket->fd);
  }
  SetBlocked(socket, false);
  socket->outbox.Free();
  socket->fd = -1;
  socket->error = error;
  socket->flags = kDatagramClosed | (socket->flags & (kDueToTell | kTouchedByFlush));
  auto of_it = [id](const Failure& failure) { return failure.id == id; };
  failures_.erase(std::remove_if(failures_.begin(), failures_.end(), of_it), failures_.end());
  TellLater(id, socket);
}

}  // namespace edgeloop
