// Sockets that are more than a stream of bytes: packets, and descriptors that travel (unix(7)).
// They send and receive one message a call; the plain ones never come here.

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "stream/streams.h"
#include "sys/call.h"

namespace edgeloop {

namespace {

// The longest packet that is received whole. The kernel's own limit is the sender's SO_SNDBUF, less
// than this unless net.core.wmem_max was raised.
constexpr size_t kLongestPacket = 256 * 1024;
constexpr size_t kBytesPerTurn = 64 * 1024;
constexpr size_t kLeastRoom = 4 * 1024;
constexpr size_t kAlignment = 64;

// Where SO_PASSCRED is on, credentials come too.
constexpr size_t kControlBytes = CMSG_SPACE(kMostHandles * sizeof(int)) + CMSG_SPACE(sizeof(ucred));

// One message, the descriptors with its first byte. Bytes taken, or -errno.
int64_t SendPiece(int fd, const uint8_t* data, size_t length, const std::vector<int>& handles) {
  if (handles.empty()) {
    return Uninterrupted([&] { return ::send(fd, data, length, MSG_NOSIGNAL); });
  }
  alignas(cmsghdr) uint8_t control[CMSG_SPACE(kMostHandles * sizeof(int))] = {};
  size_t count = std::min(handles.size(), kMostHandles);
  iovec part{const_cast<uint8_t*>(data), length};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = CMSG_SPACE(count * sizeof(int));
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(count * sizeof(int));
  std::memcpy(CMSG_DATA(header), handles.data(), count * sizeof(int));
  return Uninterrupted([&] { return ::sendmsg(fd, &message, MSG_NOSIGNAL); });
}

Parcel HandlesOf(msghdr* message) {
  std::vector<int> fds;
  for (cmsghdr* header = CMSG_FIRSTHDR(message); header != nullptr;
       header = CMSG_NXTHDR(message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    size_t known = fds.size();
    fds.resize(known + (header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    std::memcpy(fds.data() + known, CMSG_DATA(header), (fds.size() - known) * sizeof(int));
  }
  return Parcel(std::move(fds));
}

}  // namespace

void Parcel::Close() {
  for (int fd : Take()) ::close(fd);
}

int32_t Streams::StageHandles(Parcel parcel) {
  do {
    last_staged_ = last_staged_ == INT32_MAX ? 1 : last_staged_ + 1;
  } while (staged_.count(last_staged_) != 0);
  staged_.emplace(last_staged_, std::move(parcel));
  return last_staged_;
}

void Streams::DropHandles(int32_t token) {
  staged_.erase(token);
}

std::vector<int> Streams::TakeHandles(int32_t id) {
  auto first = std::find_if(arrived_.begin(), arrived_.end(),
                            [id](const Arrived& arrived) { return arrived.id == id; });
  if (first == arrived_.end()) return {};
  std::vector<int> fds = first->parcel.Take();
  arrived_.erase(first);
  return fds;
}

// The bytes of kSendHandles begin with the number of what was staged.
void Streams::ObeySendHandles(int32_t index, const Command& command) {
  constexpr int32_t kToken = sizeof(int32_t);
  if (command.offset < 0 || command.length <= kToken ||
      static_cast<size_t>(command.offset) + static_cast<size_t>(command.length) > kSendBytes) {
    return;
  }
  int32_t token;
  std::memcpy(&token, sending_.data() + command.offset, sizeof token);
  auto staged = staged_.find(token);
  if (staged == staged_.end()) return;
  Parcel parcel = std::move(staged->second);
  staged_.erase(staged);
  Socket* socket = Live(command.id);
  if (socket == nullptr || socket->Is(kListening)) return;
  commands_[index] = {kSendQueued, command.id, command.offset + kToken, command.length - kToken};
  Chain(index, socket);
  socket->Set(kPieces);
  addressed_.emplace(index, std::move(parcel));
  Touch(command.id, socket);
}

bool Streams::SendCommandsInPieces(int32_t id, Socket* socket) {
  socket->Set(kPieces);
  std::deque<Piece>& pieces = pieces_[id];
  if (pieces.empty() && socket->queued() > 0) pieces.push_back({socket->queued(), Parcel()});
  bool waits = socket->Is(kConnecting | kBlocked | kFile) || socket->queued() > 0;
  for (int32_t i = socket->first_command; i >= 0; i = next_command_[i]) {
    const Command& command = commands_[i];
    uint8_t* slab = command.kind == kSendQueued ? sending_.data() : received_.data();
    const uint8_t* data = slab + command.offset;
    Piece piece{static_cast<size_t>(command.length), Parcel()};
    auto addressed = addressed_.find(i);
    if (addressed != addressed_.end()) piece.parcel = std::move(addressed->second);
    if (!waits) {
      int64_t sent = SendOne(id, socket, data, &piece);
      if (sent < 0) return false;
      if (piece.length == 0) continue;
      data += sent;
      waits = true;
    }
    if (!socket->backlog.Append(data, piece.length)) {
      Close(id, socket, ENOMEM);
      return false;
    }
    bool own = socket->Is(kPackets) || !piece.parcel.empty();
    if (own || pieces.empty() || !pieces.back().parcel.empty()) {
      pieces.push_back(std::move(piece));
    } else {
      pieces.back().length += piece.length;
    }
  }
  socket->first_command = -1;
  MindPieces(id, socket);
  return true;
}

bool Streams::SendPieces(int32_t id, Socket* socket) {
  std::deque<Piece>& pieces = pieces_[id];
  while (!pieces.empty() && !socket->Is(kBlocked)) {
    Piece* piece = &pieces.front();
    size_t before = piece->length;
    if (SendOne(id, socket, socket->backlog.begin(), piece) < 0) return false;
    socket->backlog.Consume(before - piece->length);
    if (piece->length == 0) pieces.pop_front();
  }
  MindPieces(id, socket);
  return true;
}

int64_t Streams::SendOne(int32_t id, Socket* socket, const uint8_t* data, Piece* piece) {
  int64_t sent = SendPiece(socket->fd, data, piece->length, piece->parcel.fds());
  if (sent == -EMSGSIZE && socket->Is(kPackets)) {
    // This one will never go; those behind it may.
    refused_.push_back({id, EMSGSIZE});
    sent = static_cast<int64_t>(piece->length);
  }
  if (sent == -EAGAIN) {
    socket->Set(kBlocked);
    return 0;
  }
  if (sent < 0) {
    Close(id, socket, static_cast<int>(-sent));
    return sent;
  }
  if (sent > 0) Active(socket);
  piece->parcel.Close();
  piece->length -= static_cast<size_t>(sent);
  if (piece->length > 0) socket->Set(kBlocked);
  return sent;
}

void Streams::MindPieces(int32_t id, Socket* socket) {
  auto found = pieces_.find(id);
  if (found != pieces_.end() && !found->second.empty()) {
    socket->Set(kPieces);
    return;
  }
  socket->Clear(kPieces);
  if (found != pieces_.end()) pieces_.erase(found);
}

bool Streams::TellRefused() {
  size_t told = 0;
  for (; told < refused_.size() && turner_->HasRoom(2); told++) {
    turner_->Push(kMessageLost, refused_[told].id, refused_[told].error, 0);
  }
  refused_.erase(refused_.begin(), refused_.begin() + static_cast<std::ptrdiff_t>(told));
  return refused_.empty();
}

Outcome Streams::ReceiveMessages(int32_t id, Socket* socket, uint32_t events) {
  const bool packets = socket->Is(kPackets);
  const size_t least = packets ? kLongestPacket : kLeastRoom;
  size_t budget = kBytesPerTurn;
  bool any = false;
  while (budget > 0) {
    // Descriptors, bytes, and the end or the failure.
    size_t begin = std::min(kReceiveBytes, (receive_used_ + kAlignment - 1) & ~(kAlignment - 1));
    if (!turner_->HasRoom(4) || kReceiveBytes - begin < least) {
      return any ? Outcome::kMore : Outcome::kNoRoom;
    }
    size_t room = packets ? kLongestPacket : std::min(kReceiveBytes - begin, budget);
    alignas(cmsghdr) uint8_t control[kControlBytes];
    iovec part{received_.data() + begin, room};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    int64_t result = Uninterrupted([&] {
      message.msg_control = socket->Is(kHandles) ? control : nullptr;
      message.msg_controllen = socket->Is(kHandles) ? sizeof control : 0;
      return ::recvmsg(socket->fd, &message, MSG_CMSG_CLOEXEC);
    });
    if (result == -EAGAIN) return Outcome::kDone;
    if (result < 0) {
      Close(id, socket, static_cast<int>(-result));
      return Outcome::kDone;
    }
    any = true;
    if (result > 0) Active(socket);
    if (socket->Is(kHandles)) {
      Parcel parcel = HandlesOf(&message);
      bool cut = (message.msg_flags & MSG_CTRUNC) != 0;
      if (!parcel.empty() || cut) {
        turner_->Push(kHandlesCame, id, static_cast<int32_t>(parcel.fds().size()), cut ? 1 : 0);
        arrived_.push_back({id, std::move(parcel)});
      }
    }
    if (result == 0) return ReceivedEnd(id, socket, events);
    if ((message.msg_flags & MSG_TRUNC) != 0) {
      turner_->Push(kMessageLost, id, EMSGSIZE, 1);
    } else {
      turner_->Push(kData, id, static_cast<int32_t>(begin), static_cast<int32_t>(result));
    }
    size_t bytes = static_cast<size_t>(result);
    receive_used_ = begin + bytes;
    budget -= std::min(budget, bytes);
  }
  return Outcome::kMore;
}

}  // namespace edgeloop
