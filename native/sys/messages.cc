// sendmsg(2), recvmsg(2): several buffers, an address and control data in one message.

#include <sys/socket.h>

#include <algorithm>
#include <vector>

#include "sys/addresses.h"
#include "sys/arguments.h"
#include "sys/call.h"
#include "sys/control.h"
#include "sys/sys.h"
#include "sys/vectors.h"

namespace edgeloop::sys {

namespace {

// As many as one message can carry (SCM_MAX_FD, which the headers keep to themselves).
constexpr int kMostDescriptors = 253;

// sendmsg(fd, buffers, flags, address, fds, control)
Napi::Value SendMsg(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  int flags;
  sockaddr_storage address;
  socklen_t length = 0;
  List buffers;
  OutgoingControl control;
  if (!args.Fd(0, "fd", &fd) || !ReadBuffers(args, args[1], "buffers", &buffers) ||
      !args.Integer<int>(2, "flags", &flags) ||
      (args.Given(3) && !ReadAddress(args, args[3], "address", &address, &length)) ||
      !control.Read(args, args[4], args[5])) {
    return args.Failed();
  }
  // From here on no JavaScript runs, so that memory stays where it is.
  std::vector<iovec> vectors;
  if (!control.Encode(args) || !TakeBuffers(args, buffers, "buffers", &vectors)) {
    return args.Failed();
  }
  msghdr message{};
  message.msg_name = args.Given(3) ? &address : nullptr;
  message.msg_namelen = length;
  message.msg_iov = vectors.data();
  message.msg_iovlen = vectors.size();
  control.Attach(&message);
  return args.Result(Uninterrupted([&] { return ::sendmsg(fd, &message, flags | MSG_NOSIGNAL); }));
}

// recvmsg(fd, buffers, flags, maxFds, controlLength)
Napi::Value RecvMsg(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  int flags;
  int max_fds;
  uint32_t control_length;
  List buffers;
  std::vector<iovec> vectors;
  if (!args.Fd(0, "fd", &fd) || !ReadBuffers(args, args[1], "buffers", &buffers) ||
      !args.Integer<int>(2, "flags", &flags) ||
      !args.Integer<int>(3, "maxFds", &max_fds, 0, kMostDescriptors) ||
      !args.Integer<uint32_t>(4, "controlLength", &control_length, 0, kLongestControl) ||
      !TakeBuffers(args, buffers, "buffers", &vectors)) {
    return args.Failed();
  }
  sockaddr_storage address;
  ReceivedControl control(max_fds, control_length);
  msghdr message{};
  message.msg_name = &address;
  message.msg_iov = vectors.data();
  message.msg_iovlen = vectors.size();
  int64_t result = Uninterrupted([&] {
    message.msg_namelen = sizeof address;
    control.Attach(&message);
    // Received descriptors do not survive exec, as everything that Node opens.
    return ::recvmsg(fd, &message, flags | MSG_CMSG_CLOEXEC);
  });
  if (result < 0) return args.Result(result);
  control.Take(&message);
  Napi::Object received = Napi::Object::New(args.env());
  received.Set("bytes", args.Result(result));
  // The kernel hands back the flag that was added above; the caller did not ask for it.
  received.Set("flags", args.Result(message.msg_flags & ~MSG_CMSG_CLOEXEC));
  received.Set("address", AddressToJs(args.env(), reinterpret_cast<sockaddr*>(&address),
                                      std::min<socklen_t>(message.msg_namelen, sizeof address)));
  if (!control.HandOver(args.env(), message, received)) return args.Failed();
  return received;
}

}  // namespace

void ExportMessages(Napi::Env env, Napi::Object exports) {
  Method<SendMsg>(env, exports, "sendmsg");
  Method<RecvMsg>(env, exports, "recvmsg");
}

}  // namespace edgeloop::sys
