#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <cstdint>
#include <vector>

#include "datagram/layout.h"
#include "datagram/socket.h"
#include "multiplexer/growing_array.h"
#include "reactor/plane.h"
#include "reactor/shared_block.h"
#include "reactor/turner.h"

namespace edgeloop {

// The datagram plane: UDP and Unix datagram sockets, what they received in this turn and what is
// queued for sending. It owns the descriptors. JavaScript knows a socket by its index here. An
// index, offset or length from JavaScript that does not fit is passed over, never trusted.
//
// Every datagram lands in a small place of its own, which holds any that travels unfragmented; of a
// larger one the rest lands in a large place, and the small beginning is moved in front of it. So
// small datagrams lie close together, and large ones are never cut.
//
// datagrams.cc holds the table, receive.cc the harvest, send.cc the flush, errors.cc what failed.
class Datagrams : public Plane {
 public:
  static constexpr int32_t kSlots = 512;  // datagrams received in one turn, at most
  static constexpr int32_t kErrorSlots = 64;
  static constexpr size_t kSmallSize = 2048;
  static constexpr size_t kSmallStride = kSmallSize + 64;  // an odd number of cache lines
  static constexpr size_t kLargeSize = 64 * 1024;
  static constexpr int32_t kLargePlaces = 64;
  static constexpr size_t kReceiveBytes = kSlots * kSmallStride + kLargePlaces * kLargeSize;
  static constexpr size_t kSendBytes = 512 * 1024;
  static constexpr int32_t kCommandCount = 4 * 1024;
  static constexpr int32_t kMostPerCall = 64;  // datagrams received in one call

  explicit Datagrams(Turner* turner);
  ~Datagrams() override;
  // False where there was no memory for it.
  bool Valid() const;

  const SharedBlock& received() const { return received_; }
  const SharedBlock& sending() const { return sending_; }
  const SharedBlock& commands() const { return commands_block_; }
  const SharedBlock& slots() const { return slots_block_; }
  const DatagramSlot* SlotAt(int32_t slot) const;

  struct Options {
    uint32_t flags;    // any of kDatagramAdoptFlags
    int32_t batch;     // 1 to kMostPerCall
    int32_t max_size;  // 1 to kLargeSize
  };
  // Takes over a socket, which must be non-blocking. Answers its index, or -errno, and then the
  // descriptor is still the caller's. EPROTOTYPE for one that is no datagram socket.
  int64_t Adopt(int fd, const Options& options);
  // Names the peer, or with a null `name` none any more. 0 or -errno.
  int Connect(int32_t id, const sockaddr* name, socklen_t length);
  // One datagram too large for the send slab, behind all that is queued.
  void SendNow(int32_t id, const Outbox::Datagram& datagram);
  // Sends what the kernel takes at once, drops the rest and closes. kDatagramClose follows.
  void CloseNow(int32_t id);
  // Bytes that wait in C++, addresses included.
  size_t QueuedOf(int32_t id) const;
  // A kDatagramDrain record is wanted once nothing waits.
  void WantDrain(int32_t id);
  // Its descriptor, or -1.
  int DescriptorOf(int32_t id) const;
  // Zeros for one that is not there.
  DatagramCounts CountsOf(int32_t id);

  void Flush() override;
  Outcome OnReady(int32_t id, uint32_t events) override;
  bool Pending() const override { return !due_.empty() || !failures_.empty(); }
  void Harvest() override;

 private:
  // Something that went wrong with one datagram, or at least not with the socket.
  struct Failure {
    int32_t id;
    int error;
    int32_t flags;
    socklen_t name_length;
    sockaddr_storage name;
  };

  DatagramSocket* Live(int32_t id);
  // It has a peer now, or none any more.
  void SetPeer(DatagramSocket* socket, bool connected);
  int32_t NewSlot();
  void FreeSlot(int32_t id);
  uint32_t InterestOf(const DatagramSocket& socket) const;
  void UpdateInterest(DatagramSocket* socket);
  void TellLater(int32_t id, DatagramSocket* socket);
  void Tell(int32_t id, DatagramSocket* socket);
  void Close(int32_t id, DatagramSocket* socket, int error);
  int32_t& state(DatagramStateIndex index) {
    return reinterpret_cast<int32_t*>(commands_block_.data())[index];
  }

  Outcome Receive(int32_t id, DatagramSocket* socket);
  // Readies the headers of the next `count` slots.
  void Prepare(const DatagramSocket& socket, int32_t count);
  // Fills in the slots that the kernel has filled.
  void Complete(DatagramSocket* socket, int32_t count);
  void ReadControl(msghdr* message, DatagramSlot* slot);

  void Obey(int32_t index, const DatagramCommand& command);
  bool ResolveName(const DatagramCommand& command, Outbox::Datagram* out);
  void SendCommands(int32_t id, DatagramSocket* socket);
  void SendOutbox(int32_t id, DatagramSocket* socket);
  // Sends outgoing_; answers how many were dealt with, sent or refused. Fewer: the kernel is full.
  size_t Transmit(int32_t id, DatagramSocket* socket);
  size_t FillHeaders(size_t first);
  int64_t TransmitOne(const DatagramSocket& socket, const Outbox::Datagram& one);
  // As Transmit, and the rest waits in the outbox.
  void TransmitOrKeep(int32_t id, DatagramSocket* socket);
  void SetBlocked(DatagramSocket* socket, bool blocked);

  void Fail(int32_t id, int error, int32_t flags, const void* name, socklen_t name_length);
  // Tells of the errors that ICMP has brought.
  void ReadErrorQueue(int32_t id, const DatagramSocket& socket);

  Turner* turner_;
  SharedBlock received_;
  SharedBlock sending_;
  SharedBlock commands_block_;
  SharedBlock slots_block_;
  DatagramCommand* commands_;
  DatagramSlot* slots_;
  GrowingArray<DatagramSocket> sockets_;
  int32_t free_ = -1;
  int32_t next_socket_ = 0;
  int32_t slots_used_ = 0;
  std::vector<int32_t> large_free_;    // large places that are free in this turn
  std::vector<int32_t> next_command_;  // chains a socket's commands within one flush
  std::vector<int32_t> touched_;
  std::vector<int32_t> due_;
  std::vector<int32_t> told_;  // closed slots, to be freed when their record has been walked
  std::vector<Failure> failures_;
  std::vector<Outbox::Datagram> outgoing_;
  std::vector<mmsghdr> headers_;
  std::vector<iovec> parts_;
  std::vector<uint8_t> control_;
};

}  // namespace edgeloop
