#include "udp.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "clock.h"
#include "gate.h"
#include "socket.h"

namespace load {
namespace {

constexpr size_t kMostAtOnce = 64;
constexpr int64_t kWatchEveryNs = 10 * kMillisecond;
// Beyond the size that is expected, so that longer answers are not cut to the right length.
constexpr size_t kSpare = 16;

size_t AtOnce(const Arguments& arguments) {
  return std::min<size_t>(arguments.pipeline, kMostAtOnce);
}

}  // namespace

Datagrams::Batch::Batch(size_t count, size_t room)
    : bytes(count * room), parts(count), messages(count) {
  for (size_t index = 0; index < count; index += 1) {
    parts[index] = {bytes.data() + index * room, room};
    messages[index].msg_hdr.msg_iov = &parts[index];
    messages[index].msg_hdr.msg_iovlen = 1;
  }
}

Datagrams::Datagrams(const Arguments& arguments, Result* result)
    : arguments_(arguments),
      result_(result),
      window_(arguments, result),
      text_(arguments.size),
      incoming_(AtOnce(arguments), arguments.size + kSpare),
      outgoing_(AtOnce(arguments), arguments.size),
      peers_(arguments.connections) {
  for (uint32_t number = 0; number < peers_.size(); number += 1) {
    peers_[number].number = number;
    peers_[number].slots.resize(arguments.pipeline);
  }
}

Datagrams::~Datagrams() {
  for (const Peer& peer : peers_)
    if (peer.fd >= 0) close(peer.fd);
}

void Datagrams::Run() {
  if (!poller_.valid()) return result_->faults.Add(Fault::kOther, "no epoll descriptor");
  for (Peer& peer : peers_) Open(&peer);
  PassGate(arguments_, "open");
  const int64_t start = NowNs();
  window_.Start(start);
  for (Peer& peer : peers_) Fill(&peer, start);
  while (true) {
    const int64_t now = NowNs();
    if (now >= watch_ns_) Watch(now);
    if (!window_.Step(now, open_ > 0) || (window_.draining() && under_way_ == 0)) break;
    const int ready = poller_.Wait(window_.NextTime(now, watch_ns_) - NowNs());
    for (int index = 0; index < ready; index += 1)
      OnReadable(&peers_[poller_.events()[index].data.u32]);
  }
  for (Peer& peer : peers_)
    for (Slot& slot : peer.slots)
      if (slot.number != 0) GiveUp(&peer, &slot);
  PassGate(arguments_, "heard");
}

void Datagrams::Open(Peer* peer) {
  peer->fd = ConnectDatagrams(arguments_.target, arguments_.SourceOf(peer->number));
  open_ += 1;
  if (peer->fd < 0) return FailOnErrno(peer, "connect", -peer->fd);
  if (!poller_.Add(peer->fd, EPOLLIN, peer->number)) return FailOnErrno(peer, "epoll_ctl", errno);
  result_->connected += 1;
}

// Sends a datagram for each place that is free; what the kernel does not take has its turn later.
void Datagrams::Fill(Peer* peer, int64_t now) {
  size_t count = 0;
  uint32_t chosen[kMostAtOnce];
  for (uint32_t index = 0; index < peer->slots.size() && count < outgoing_.parts.size(); index += 1)
    if (peer->slots[index].number == 0) chosen[count++] = index;
  if (peer->fd < 0 || count == 0) return;
  for (size_t index = 0; index < count; index += 1) {
    const Head head{peer->number, chosen[index], peer->said + index + 1};
    auto* bytes = static_cast<char*>(outgoing_.parts[index].iov_base);
    std::memcpy(bytes, &head, sizeof head);
    std::memcpy(bytes + sizeof head, text_.Of(head.peer, head.number),
                arguments_.size - sizeof head);
  }
  const int sent = sendmmsg(peer->fd, outgoing_.messages.data(), static_cast<unsigned>(count), 0);
  if (sent < 0 && errno != EAGAIN && errno != EINTR && errno != ENOBUFS)
    return FailOnErrno(peer, "sendmmsg", errno);
  for (int index = 0; index < sent; index += 1) {
    peer->said += 1;
    peer->slots[chosen[index]] = {peer->said, now};
    under_way_ += 1;
  }
}

void Datagrams::OnReadable(Peer* peer) {
  if (peer->fd < 0) return;
  const auto most = static_cast<unsigned>(incoming_.messages.size());
  const int received = recvmmsg(peer->fd, incoming_.messages.data(), most, MSG_DONTWAIT, nullptr);
  if (received < 0) {
    if (errno == EAGAIN || errno == EINTR) return;
    return FailOnErrno(peer, "recvmmsg", errno);
  }
  const int64_t now = NowNs();
  for (int index = 0; index < received && peer->fd >= 0; index += 1) {
    const auto* bytes = static_cast<const char*>(incoming_.parts[index].iov_base);
    Hear(peer, bytes, incoming_.messages[index].msg_len, now);
  }
  if (!window_.draining()) Fill(peer, now);
}

void Datagrams::Hear(Peer* peer, const char* data, size_t length, int64_t now) {
  const auto name = [&] { return "socket " + std::to_string(peer->number) + ": "; };
  if (length != arguments_.size)
    return Fail(peer, Fault::kLength,
                name() + std::to_string(length) + " bytes, not " + std::to_string(arguments_.size));
  Head head;
  std::memcpy(&head, data, sizeof head);
  if (head.peer != peer->number || head.slot >= peer->slots.size() || head.number == 0 ||
      head.number > peer->said)
    return Fail(peer, Fault::kWrong, name() + "an answer to what it never sent");
  const char* expected = text_.Of(head.peer, head.number);
  if (std::memcmp(data + sizeof head, expected, length - sizeof head) != 0)
    return Fail(peer, Fault::kWrong,
                name() + "datagram " + std::to_string(head.number) + " came back changed");
  Slot* slot = &peer->slots[head.slot];
  if (slot->number != head.number) {
    const auto lost = std::find(peer->given_up.begin(), peer->given_up.end(), head.number);
    if (lost == peer->given_up.end())
      return Fail(peer, Fault::kWrong,
                  name() + "datagram " + std::to_string(head.number) + " came back twice");
    peer->given_up.erase(lost);
    result_->late += 1;
    return;
  }
  if (window_.Contains(slot->sent_ns)) result_->latency.Record(now - slot->sent_ns);
  if (window_.measuring()) {
    result_->answers += 1;
    result_->bytes += length;
  }
  result_->heard += 1;
  under_way_ -= 1;
  slot->number = 0;
}

void Datagrams::Watch(int64_t now) {
  watch_ns_ = now + kWatchEveryNs;
  for (Peer& peer : peers_) {
    for (Slot& slot : peer.slots)
      if (slot.number != 0 && now - slot.sent_ns >= arguments_.timeout_ns) GiveUp(&peer, &slot);
    if (!window_.draining()) Fill(&peer, now);
  }
}

void Datagrams::GiveUp(Peer* peer, Slot* slot) {
  if (window_.Contains(slot->sent_ns)) result_->lost += 1;
  peer->given_up.push_back(slot->number);
  slot->number = 0;
  under_way_ -= 1;
}

// The socket has no part in what follows; what it has under way is not lost, it is the fault's.
void Datagrams::Fail(Peer* peer, Fault fault, const std::string& story) {
  result_->faults.Add(fault, story);
  for (Slot& slot : peer->slots) {
    if (slot.number != 0) under_way_ -= 1;
    slot.number = 0;
  }
  if (peer->fd >= 0) close(peer->fd);
  peer->fd = -1;
  open_ -= 1;
}

void Datagrams::FailOnErrno(Peer* peer, const char* what, int error) {
  Fail(peer, FaultOf(error),
       "socket " + std::to_string(peer->number) + ": " + what + ": " + std::strerror(error));
}

}  // namespace load
