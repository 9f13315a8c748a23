// The harvest: as many datagrams in one call as are likely to be there.

#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "datagram/datagrams.h"
#include "sys/call.h"

namespace edgeloop {

namespace {

// What one socket may receive in a turn, so that a busy one does not starve the rest.
constexpr int32_t kDatagramsPerTurn = 128;
// Errors met in a row before the socket has to wait for its next turn.
constexpr int kErrorsInARow = 8;

}  // namespace

void Datagrams::Prepare(const DatagramSocket& socket, int32_t count) {
  auto max_size = static_cast<size_t>(socket.max_size);
  size_t control_room = control_.size() / kMostPerCall;
  for (int32_t i = 0; i < count; i++) {
    int32_t place = slots_used_ + i;
    iovec* parts = &parts_[static_cast<size_t>(2 * i)];
    uint8_t* small = received_.data() + static_cast<size_t>(place) * kSmallStride;
    parts[0] = {small, std::min(max_size, kSmallSize)};
    msghdr& message = headers_[static_cast<size_t>(i)].msg_hdr;
    message = msghdr{};
    message.msg_name = &slots_[place].name;
    message.msg_namelen = sizeof(sockaddr_storage);
    message.msg_iov = parts;
    message.msg_iovlen = 1;
    if (max_size > kSmallSize) {
      int32_t large = large_free_[large_free_.size() - 1 - static_cast<size_t>(i)];
      uint8_t* rest = received_.data() + kSlots * kSmallStride +
                      static_cast<size_t>(large) * kLargeSize + kSmallSize;
      parts[1] = {rest, max_size - kSmallSize};
      message.msg_iovlen = 2;
    }
    if (socket.Is(kControlData)) {
      message.msg_control = &control_[static_cast<size_t>(i) * control_room];
      message.msg_controllen = control_room;
    }
  }
}

void Datagrams::Complete(DatagramSocket* socket, int32_t count) {
  bool large_used = false;
  for (int32_t i = 0; i < count; i++) {
    mmsghdr& header = headers_[static_cast<size_t>(i)];
    msghdr& message = header.msg_hdr;
    DatagramSlot& slot = slots_[slots_used_ + i];
    uint32_t size = header.msg_len;  // the true length (MSG_TRUNC), which may exceed what came
    uint32_t length = std::min(size, static_cast<uint32_t>(socket->max_size));
    auto* data = static_cast<uint8_t*>(message.msg_iov[0].iov_base);
    if (length > kSmallSize) {
      uint8_t* rest = static_cast<uint8_t*>(message.msg_iov[1].iov_base);
      std::memcpy(rest - kSmallSize, data, kSmallSize);
      data = rest - kSmallSize;
      large_free_[large_free_.size() - 1 - static_cast<size_t>(i)] = -1;
      large_used = true;
    }
    slot.offset = static_cast<int32_t>(data - received_.data());
    slot.length = static_cast<int32_t>(length);
    slot.size = static_cast<int32_t>(size);
    slot.flags = size > length ? kTruncated : 0;
    slot.name_length =
        static_cast<int32_t>(std::min<socklen_t>(message.msg_namelen, sizeof slot.name));
    // An unnamed Unix socket has no address at all; the slot must not show an earlier one.
    if (slot.name_length == 0) slot.name.ss_family = static_cast<sa_family_t>(socket->family);
    if (message.msg_controllen > 0) ReadControl(&message, &slot);
    socket->counts.received_bytes += length;
  }
  socket->counts.received += static_cast<uint64_t>(count);
  slots_used_ += count;
  if (large_used) {
    large_free_.erase(std::remove(large_free_.begin(), large_free_.end(), -1), large_free_.end());
  }
}

void Datagrams::ReadControl(msghdr* message, DatagramSlot* slot) {
  for (cmsghdr* header = CMSG_FIRSTHDR(message); header != nullptr;
       header = CMSG_NXTHDR(message, header)) {
    const void* data = CMSG_DATA(header);
    if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, data, sizeof info);
      slot->flags |= kHasLocal;
      slot->local_family = AF_INET;
      slot->interface = info.ipi_ifindex;
      std::memcpy(slot->local, &info.ipi_addr, sizeof info.ipi_addr);
    } else if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, data, sizeof info);
      slot->flags |= kHasLocal;
      slot->local_family = AF_INET6;
      slot->interface = static_cast<int32_t>(info.ipi6_ifindex);
      std::memcpy(slot->local, &info.ipi6_addr, sizeof info.ipi6_addr);
    } else if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SO_RXQ_OVFL) {
      std::memcpy(&slot->dropped, data, sizeof slot->dropped);
      slot->flags |= kHasDropped;
    }
  }
}

Outcome Datagrams::Receive(int32_t id, DatagramSocket* socket) {
  int32_t taken = 0;
  int errors = 0;
  // Level-triggered, the kernel announces the rest by itself.
  Outcome more = socket->Is(kDatagramEdge) ? Outcome::kMore : Outcome::kDone;
  while (taken < kDatagramsPerTurn) {
    auto large = static_cast<int32_t>(large_free_.size());
    int32_t room = std::min({socket->expected, kSlots - slots_used_, large});
    if (room <= 0 || !turner_->HasRoom(1)) return taken > 0 ? more : Outcome::kNoRoom;
    Prepare(*socket, room);
    int64_t result = Uninterrupted([&] {
      return ::recvmmsg(socket->fd, headers_.data(), static_cast<unsigned>(room),
                        MSG_DONTWAIT | MSG_TRUNC, nullptr);
    });
    if (result == -EAGAIN) return Outcome::kDone;
    if (result < 0) {
      // An error that a datagram sent earlier has met; the socket is as good as before.
      if (socket->Is(kErrorQueue)) {
        ReadErrorQueue(id, *socket);
      } else {
        Fail(id, static_cast<int>(-result), 0, nullptr, 0);
      }
      if (++errors == kErrorsInARow) return more;
      continue;
    }
    auto count = static_cast<int32_t>(result);
    turner_->Push(kDatagrams, id, slots_used_, count);
    Complete(socket, count);
    taken += count;
    socket->expected = std::clamp(2 * count, std::min(socket->batch, 4), socket->batch);
    // Fewer than asked for: the queue was empty, and what comes later has an edge of its own.
    if (count < room) return Outcome::kDone;
  }
  return more;
}

}  // namespace edgeloop
