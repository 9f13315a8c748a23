#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "arguments.h"
#include "poller.h"
#include "result.h"
#include "text.h"
#include "window.h"

namespace load {

// Datagrams that must come back as they were sent. Each socket, connected to the server, keeps a
// number of them under way (--pipeline), and sends the next for each that has come back.
//
// A datagram begins with its socket, its place among those under way and its number; what follows
// depends on these. Flipped, cut, repeated and misdelivered ones are faults. Loss is none, since
// UDP may lose: a datagram without an answer in time is counted and given up, and another one is
// sent.
class Datagrams {
 public:
  Datagrams(const Arguments& arguments, Result* result);
  ~Datagrams();
  Datagrams(const Datagrams&) = delete;
  Datagrams& operator=(const Datagrams&) = delete;

  void Run();

 private:
  struct Head {
    uint32_t peer;
    uint32_t slot;
    uint64_t number;
  };

  // Number 0: nothing under way here.
  struct Slot {
    uint64_t number = 0;
    int64_t sent_ns = 0;
  };

  struct Peer {
    int fd = -1;
    uint32_t number = 0;
    uint64_t said = 0;
    std::vector<Slot> slots;
    std::vector<uint64_t> given_up;
  };

  // Room for as many datagrams as go through one system call.
  struct Batch {
    std::vector<char> bytes;
    std::vector<iovec> parts;
    std::vector<mmsghdr> messages;
    Batch(size_t count, size_t room);
  };

  void Open(Peer* peer);
  void Fill(Peer* peer, int64_t now);
  void OnReadable(Peer* peer);
  void Hear(Peer* peer, const char* data, size_t length, int64_t now);
  void Watch(int64_t now);
  void GiveUp(Peer* peer, Slot* slot);
  void Fail(Peer* peer, Fault fault, const std::string& story);
  void FailOnErrno(Peer* peer, const char* what, int error);

  const Arguments& arguments_;
  Result* result_;
  Window window_;
  Poller poller_;
  MessageText text_;
  Batch incoming_;
  Batch outgoing_;
  std::vector<Peer> peers_;
  uint64_t under_way_ = 0;
  uint32_t open_ = 0;
  int64_t watch_ns_ = 0;
};

}  // namespace load
