#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "multiplexer/growing_array.h"
#include "reactor/plane.h"
#include "reactor/shared_block.h"
#include "reactor/turner.h"
#include "stream/decoder.h"
#include "stream/group.h"
#include "stream/parcel.h"
#include "stream/socket.h"
#include "stream/wheel.h"

namespace edgeloop {

// What JavaScript asks for, four numbers each. lib/net/commands.ts has the same numbers.
enum CommandKind : int32_t {
  kSendQueued = 0,    // socket, offset, length in the send slab
  kSendReceived = 1,  // socket, offset, length in the receive slab: an echo copies nothing
  kEndSending = 2,    // socket
  kDestroy = 3,       // socket
  kPause = 4,         // socket
  kResume = 5,        // socket
  kNotifyDrain = 6,   // socket
  kSendHandles = 7,   // as kSendQueued; the first four bytes name descriptors that were staged
};

struct Command {
  int32_t kind;
  int32_t id;
  int32_t offset;
  int32_t length;
};

// The stream plane: sockets, what they received in this turn and what is queued for sending. It
// owns the descriptors. JavaScript knows a socket by its index here. An index, offset or length
// from JavaScript that does not fit is passed over, never trusted.
//
// streams.cc holds the table, send.cc the flush, receive.cc and accept.cc the harvest, idle.cc the
// timeouts.
class Streams : public Plane {
 public:
  static constexpr size_t kReceiveBytes = 512 * 1024;
  static constexpr size_t kSendBytes = 512 * 1024;
  static constexpr int32_t kCommandCount = 8 * 1024;

  explicit Streams(Turner* turner);
  ~Streams() override;
  // False where there was no memory for it.
  bool Valid() const;

  const SharedBlock& received() const { return received_; }
  const SharedBlock& sending() const { return sending_; }
  const SharedBlock& commands() const { return commands_block_; }

  // What takes the bytes of sockets with kDecoded apart; before there are any.
  void Attach(std::unique_ptr<Decoder> decoder) { decoder_ = std::move(decoder); }
  Decoder* decoder() const { return decoder_.get(); }
  Turner* turner() const { return turner_; }

  // Takes over a socket, which must be non-blocking; `flags` any of kAdoptFlags. Answers its index,
  // or -errno, and then the descriptor is still the caller's.
  int64_t Adopt(int fd, int32_t group, uint32_t flags);
  // Sends at once, past the queue, what JavaScript keeps by reference; for a socket with nothing
  // queued. Answers the bytes taken. Where that is not all, kDrain says when to go on. An error
  // closes the socket.
  size_t SendNow(int32_t id, const uint8_t* data, size_t length);
  // The same, behind all that is queued, for `length` bytes of a file from `offset` on
  // (sendfile(2)). What is not taken at once follows by itself in later turns, with the descriptor
  // open until kDrain tells that all has gone, or that it failed: then the next call answers the
  // error. -errno where it can't be sent, EIO where the file has fewer; the socket is left as it
  // is.
  int64_t SendFileNow(int32_t id, int file, int64_t offset, size_t length);
  // How much of that has not gone yet; -1 where nothing is known of any.
  int64_t FileLeft(int32_t id);
  // Its descriptor, or -1.
  int DescriptorOf(int32_t id);
  // What the connections of a group are to have, before its listener is adopted. Groups are
  // numbered densely: -EINVAL beyond the next one.
  int ConfigureGroup(int32_t group, uint32_t idle_ms, int32_t limit, bool tells_drops,
                     bool reads_at_once);
  // Slots that still name the group, closed ones that JavaScript was not told of included.
  int32_t GroupInUse(int32_t group) const;
  // Milliseconds without a byte received or taken by the kernel; 0 ends it.
  int SetIdle(int32_t id, uint32_t idle_ms);
  // A connection that this turn's kDrop record tells of; null where there is none.
  const Dropped* DroppedAt(int32_t index) const;
  // Sockets other than listeners that have a descriptor.
  int32_t CountOpen() const;
  size_t due() const { return due_.size(); }

  // Keeps descriptors for a kSendHandles that names them, or until they are dropped.
  int32_t StageHandles(Parcel parcel);
  void DropHandles(int32_t token);
  // What came with the oldest kHandlesCame record of a socket; the caller's from then on.
  std::vector<int> TakeHandles(int32_t id);
  // Closes a listener's descriptor now and frees its slot; nothing is told.
  void CloseListener(int32_t id);

  void Flush() override;
  Outcome OnReady(int32_t id, uint32_t events) override;
  bool Pending() const override { return !due_.empty() || !refused_.empty(); }
  void Harvest() override;
  int64_t DueNs() const override;

 private:
  // The socket of an index that may be anything; null where it has no descriptor.
  Socket* Live(int32_t id);
  int32_t NewSlot();
  void FreeSlot(int32_t id);
  uint32_t InterestOf(const Socket& socket) const;
  void UpdateInterest(Socket* socket);
  // Into the set. False where that failed, and then it is closed.
  bool Join(int32_t id, Socket* socket);
  void JoinAccepted();
  void Touch(int32_t id, Socket* socket);
  void TellLater(int32_t id, Socket* socket);

  void Obey(int32_t index, const Command& command);
  // Puts a command at the end of what a socket sends in this flush.
  void Chain(int32_t index, Socket* socket);
  void Resume(int32_t id, Socket* socket);
  // Sends what one flush has gathered for a socket.
  void SendCommands(int32_t id, Socket* socket);
  void SendBacklog(int32_t id, Socket* socket);
  // Writes gathered_, whole where the kernel takes it. Bytes taken, or -errno.
  int64_t WriteGathered(Socket* socket, int more = 0);
  // MSG_MORE for the last that a socket sends.
  int MoreBehind(const Socket& socket) const;
  // Its peer keeps the connection open only to see our end.
  bool NothingComes(int32_t id, const Socket& socket) const;
  void AfterSend(int32_t id, Socket* socket);
  // The socket of an index that may be anything; null where nothing may be sent past the queue.
  Socket* Sendable(int32_t id);
  void AfterSendNow(int32_t id, Socket* socket);
  // A part of a file that is sent, as far as it has come.
  struct FilePart {
    int file;
    off_t offset;
    size_t left;
    int error;  // the errno (positive) that stopped it
  };
  // As much as the kernel and a turn's budget take.
  void SendPart(Socket* socket, FilePart* part);
  // For a socket with kFile.
  void ContinueFile(int32_t id, Socket* socket);

  // messages.cc: what sends and receives message by message. Where these answer false, or -errno,
  // the socket is closed.
  void ObeySendHandles(int32_t index, const Command& command);
  bool SendCommandsInPieces(int32_t id, Socket* socket);
  bool SendPieces(int32_t id, Socket* socket);
  // Sends of a piece what the kernel takes, and shortens it. Answers the bytes taken.
  int64_t SendOne(int32_t id, Socket* socket, const uint8_t* data, Piece* piece);
  void MindPieces(int32_t id, Socket* socket);
  bool TellRefused();
  Outcome ReceiveMessages(int32_t id, Socket* socket, uint32_t events);

  Outcome Accept(int32_t id);
  int AcceptsInOneGo(Group* group);
  void ReceiveFirst(int32_t id);
  // False where not even that could be done.
  bool RefuseOne(int listener);
  void Starve(int32_t id);
  Outcome FinishConnect(int32_t id, Socket* socket, uint32_t events);
  Outcome Receive(int32_t id, Socket* socket, uint32_t events);
  // Room in the slab for a receive, behind `*begin`; 0 where the turn has none.
  size_t RoomToReceive(int32_t id, const Socket& socket, size_t* begin) const;
  // What was received at [begin, end) is told, or taken apart. False where some of it has to wait.
  bool Deliver(int32_t id, const Socket& socket, size_t begin, size_t end);
  Outcome ReceivedEnd(int32_t id, Socket* socket, uint32_t events);
  Outcome OnHangUpWhilePaused(int32_t id, Socket* socket, uint32_t events);
  void MaybeFinish(int32_t id, Socket* socket);
  void Close(int32_t id, Socket* socket, int error);
  void Tell(int32_t id, Socket* socket);
  // Over the limit of its group: told, where somebody listens for it, and closed.
  void Drop(const Socket& listener, int fd);
  // Bytes went one way or the other.
  void Active(Socket* socket) {
    if (!socket->Is(kTimed)) return;
    wheel_.Touch(static_cast<int32_t>(socket - sockets_.data()), ActivityMs());
  }
  int64_t ActivityMs();
  // Has those told that have been idle for too long.
  void Expire();

  Turner* turner_;
  SharedBlock received_;
  SharedBlock sending_;
  SharedBlock commands_block_;
  Command* commands_;
  GrowingArray<Socket> sockets_;
  int32_t free_ = -1;
  int32_t next_slot_ = 0;
  size_t receive_used_ = 0;
  std::unique_ptr<Decoder> decoder_;
  // Held back so that a connection can be taken and refused when descriptors have run out.
  int reserve_ = -1;
  std::vector<int32_t> next_command_;  // chains a socket's commands within one flush
  std::vector<int32_t> touched_;
  std::vector<int32_t> due_;
  std::vector<int32_t> joining_;  // accepted since the last flush, which adds them to the set
  int32_t followed_ = -1;         // the socket that a file follows what is flushed on; -1: none
  std::vector<int32_t> told_;     // closed slots, to be freed when their record has been walked
  std::vector<iovec> gathered_;
  GrowingArray<Group> groups_;
  int32_t group_count_ = 0;
  std::vector<Dropped> dropped_;
  Wheel wheel_;
  std::vector<int32_t> expired_;
  // The clock is read once for several sockets' activity.
  int64_t activity_ms_ = 0;
  int activity_uses_ = 0;
  std::unordered_map<int32_t, FilePart> parts_;  // by socket
  // Only of sockets with descriptors or packets on their way.
  std::unordered_map<int32_t, std::deque<Piece>> pieces_;  // by socket; the parts of its backlog
  std::unordered_map<int32_t, Parcel> staged_;             // by token
  std::unordered_map<int32_t, Parcel> addressed_;          // by command of this flush
  int32_t last_staged_ = 0;
  struct Arrived {
    int32_t id;
    Parcel parcel;
  };
  std::deque<Arrived> arrived_;
  struct Refused {
    int32_t id;
    int32_t error;
  };
  std::vector<Refused> refused_;  // messages that the kernel will never take
};

}  // namespace edgeloop
