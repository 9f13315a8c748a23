#pragma once

#include <napi.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sys/arguments.h"

namespace edgeloop::sys {

// cmsg(3): what travels with a message beside its bytes.

// The most that a call sends or makes room for; the kernel allows far less (net.core.optmem_max).
constexpr size_t kLongestControl = 1 << 20;

// Control data on its way out.
class OutgoingControl {
 public:
  // `fds`, an array of descriptors, and `control`, an array of { level, type, data }, both of which
  // may be absent. Throws and returns false for what cannot be sent. Getters may run.
  bool Read(const Arguments& args, Napi::Value fds, Napi::Value control);

  // Copies the data of every entry. To be called once all of JavaScript's objects have been read.
  bool Encode(const Arguments& args);

  void Attach(msghdr* message);

 private:
  struct Entry {
    int level;
    int type;
    napi_value data;
  };
  void Append(int level, int type, const void* data, size_t length);

  std::vector<int> fds_;
  std::vector<Entry> entries_;
  std::vector<uint8_t> encoded_;
};

// Control data that has come. The descriptors in it belong to this object, which closes them, until
// they have been handed to JavaScript.
class ReceivedControl {
 public:
  // Makes room for `max_fds` descriptors and `length` bytes of anything else.
  ReceivedControl(int max_fds, size_t length);
  ~ReceivedControl();
  ReceivedControl(const ReceivedControl&) = delete;
  ReceivedControl& operator=(const ReceivedControl&) = delete;

  void Attach(msghdr* message);

  // Takes the descriptors out of a message that has come. Those beyond `max_fds`, which padding may
  // have left room for, are closed, and the message is marked MSG_CTRUNC as the kernel would.
  void Take(msghdr* message);

  // Sets `fds`, `credentials` and `control`. False, with the descriptors still owned here, where
  // that fails (a Worker being terminated).
  bool HandOver(Napi::Env env, const msghdr& message, Napi::Object out);

 private:
  size_t max_fds_;
  std::vector<uint8_t> room_;
  std::vector<int> fds_;
};

}  // namespace edgeloop::sys
