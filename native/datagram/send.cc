// The flush: what one turn's handlers sent goes to the kernel, one call per socket.

#include <poll.h>

#include <algorithm>
#include <cerrno>

#include "datagram/datagrams.h"
#include "sys/call.h"

namespace edgeloop {

void Datagrams::Obey(int32_t index, const DatagramCommand& command) {
  DatagramSocket* socket = Live(command.id);
  if (socket == nullptr) return;
  next_command_[static_cast<size_t>(index)] = -1;
  if (socket->first_command < 0) {
    socket->first_command = index;
  } else {
    next_command_[static_cast<size_t>(socket->last_command)] = index;
  }
  socket->last_command = index;
  if (socket->Is(kTouchedByFlush)) return;
  socket->Set(kTouchedByFlush);
  touched_.push_back(command.id);
}

// False for a command that does not fit the memory it speaks of.
bool Datagrams::ResolveName(const DatagramCommand& command, Outbox::Datagram* out) {
  bool queued = command.kind == kFromSendSlab;
  if (!queued && command.kind != kFromReceiveSlab) return false;
  size_t bytes = queued ? kSendBytes : kReceiveBytes;
  if (command.offset < 0 || command.length < 0 ||
      static_cast<size_t>(command.offset) + static_cast<size_t>(command.length) > bytes) {
    return false;
  }
  const uint8_t* slab = queued ? sending_.data() : received_.data();
  *out = {nullptr, 0, slab + command.offset, static_cast<size_t>(command.length)};
  if (command.name_length == 0) return true;
  if (command.name_length == kToSender) {
    if (command.name < 0 || command.name >= kSlots) return false;
    const DatagramSlot& slot = slots_[command.name];
    int32_t length = std::clamp(slot.name_length, 0, static_cast<int32_t>(sizeof slot.name));
    out->name = &slot.name;
    out->name_length = static_cast<socklen_t>(length);
    return true;
  }
  if (command.name < 0 || command.name_length < 0 ||
      static_cast<size_t>(command.name_length) > sizeof(sockaddr_storage) ||
      static_cast<size_t>(command.name) + static_cast<size_t>(command.name_length) > kSendBytes) {
    return false;
  }
  out->name = sending_.data() + command.name;
  out->name_length = static_cast<socklen_t>(command.name_length);
  return true;
}

void Datagrams::Flush() {
  int32_t count = std::clamp(state(kQueuedCommands), 0, kCommandCount);
  if (count == 0) return;
  state(kQueuedCommands) = 0;
  for (int32_t i = 0; i < count; i++) Obey(i, commands_[i]);
  for (int32_t id : touched_) {
    DatagramSocket* socket = &sockets_[id];
    socket->Clear(kTouchedByFlush);
    if (socket->Is(kDatagramLive)) SendCommands(id, socket);
  }
  touched_.clear();
}

void Datagrams::SendCommands(int32_t id, DatagramSocket* socket) {
  outgoing_.clear();
  for (int32_t i = socket->first_command; i >= 0; i = next_command_[static_cast<size_t>(i)]) {
    Outbox::Datagram datagram;
    if (ResolveName(commands_[i], &datagram)) outgoing_.push_back(datagram);
  }
  socket->first_command = -1;
  TransmitOrKeep(id, socket);
}

void Datagrams::SendNow(int32_t id, const Outbox::Datagram& datagram) {
  Flush();
  DatagramSocket* socket = Live(id);
  if (socket == nullptr) return;
  outgoing_.clear();
  outgoing_.push_back(datagram);
  TransmitOrKeep(id, socket);
}

void Datagrams::TransmitOrKeep(int32_t id, DatagramSocket* socket) {
  // Behind what waits already nothing is tried: writability is announced.
  size_t done = socket->outbox.count > 0 ? 0 : Transmit(id, socket);
  for (size_t i = done; i < outgoing_.size(); i++) {
    const Outbox::Datagram& datagram = outgoing_[i];
    if (socket->outbox.Append(datagram)) continue;
    socket->counts.refused++;
    Fail(id, ENOMEM, kWhileSending, datagram.name, datagram.name_length);
  }
  UpdateInterest(socket);
}

void Datagrams::SendOutbox(int32_t id, DatagramSocket* socket) {
  SetBlocked(socket, false);
  while (socket->outbox.count > 0 && !socket->Is(kOutboxBlocked)) {
    outgoing_.resize(std::min(socket->outbox.count, headers_.size()));
    outgoing_.resize(socket->outbox.Peek(outgoing_.data(), outgoing_.size()));
    socket->outbox.Drop(Transmit(id, socket));
  }
  if (socket->outbox.count == 0 && socket->Is(kTellDrained)) TellLater(id, socket);
  UpdateInterest(socket);
}

void Datagrams::SetBlocked(DatagramSocket* socket, bool blocked) {
  if (socket->Is(kOutboxBlocked) == blocked) return;
  if (blocked) {
    socket->Set(kOutboxBlocked);
  } else {
    socket->Clear(kOutboxBlocked);
  }
  state(kBlockedSockets) += blocked ? 1 : -1;
}

size_t Datagrams::FillHeaders(size_t first) {
  size_t count = std::min(outgoing_.size() - first, headers_.size());
  for (size_t i = 0; i < count; i++) {
    const Outbox::Datagram& one = outgoing_[first + i];
    parts_[i] = {const_cast<uint8_t*>(one.data), one.length};
    msghdr& message = headers_[i].msg_hdr;
    message = msghdr{};
    message.msg_name = const_cast<void*>(one.name);
    message.msg_namelen = one.name_length;
    message.msg_iov = &parts_[i];
    message.msg_iovlen = 1;
  }
  return count;
}

int64_t Datagrams::TransmitOne(const DatagramSocket& socket, const Outbox::Datagram& one) {
  int64_t sent = Uninterrupted([&] {
    return ::sendto(socket.fd, one.data, one.length, MSG_NOSIGNAL,
                    static_cast<const sockaddr*>(one.name), one.name_length);
  });
  return sent < 0 ? sent : 1;
}

size_t Datagrams::Transmit(int32_t id, DatagramSocket* socket) {
  size_t done = 0;
  size_t first = 0;  // the datagram of the first header, and the one behind the last
  size_t filled = 0;
  int earlier = 0;  // the error that the first attempt at the next datagram met
  while (done < outgoing_.size()) {
    int64_t result;
    if (outgoing_.size() - done == 1) {
      result = TransmitOne(*socket, outgoing_[done]);
    } else {
      if (done == filled) {
        first = done;
        filled = first + FillHeaders(first);
      }
      result = Uninterrupted([&] {
        return ::sendmmsg(socket->fd, &headers_[done - first], static_cast<unsigned>(filled - done),
                          MSG_NOSIGNAL);
      });
    }
    if (result > 0) {
      // The second attempt went well: the error was that of a datagram sent long before.
      if (earlier != 0 && !socket->Is(kErrorQueue)) Fail(id, earlier, kWhileSending, nullptr, 0);
      earlier = 0;
      for (size_t end = done + static_cast<size_t>(result); done < end; done++) {
        socket->counts.sent++;
        socket->counts.sent_bytes += outgoing_[done].length;
      }
      // The kernel does not say what stopped it: ICMP's errors are looked for, and the next attempt
      // shows any other.
      if (done < outgoing_.size() && socket->Is(kErrorQueue)) ReadErrorQueue(id, *socket);
      continue;
    }
    auto error = static_cast<int>(-result);
    const Outbox::Datagram& refused = outgoing_[done];
    if (error == EAGAIN) {
      // A receiver whose queue is full announces nothing to those who are not connected to it.
      pollfd self{socket->fd, POLLOUT, 0};
      bool hopeless = socket->family == AF_UNIX && !socket->Is(kConnectedPeer) &&
                      ::poll(&self, 1, 0) == 1 && (self.revents & POLLOUT) != 0;
      if (!hopeless) {
        SetBlocked(socket, true);
        return done;
      }
    } else if (earlier == 0 && error != EMSGSIZE && socket->family != AF_UNIX) {
      if (socket->Is(kErrorQueue)) ReadErrorQueue(id, *socket);
      earlier = error;
      continue;
    }
    earlier = 0;
    socket->counts.refused++;
    Fail(id, error, kWhileSending, refused.name, refused.name_length);
    done++;
  }
  return done;
}

}  // namespace edgeloop
