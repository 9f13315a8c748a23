// recv(2), send(2), recvfrom(2), sendto(2): one buffer in or out of a socket.

#include <sys/socket.h>

#include <algorithm>

#include "sys/addresses.h"
#include "sys/arguments.h"
#include "sys/call.h"
#include "sys/sys.h"

namespace edgeloop::sys {

namespace {

// What each of the calls begins with: (fd, buffer, flags).
struct Transfer {
  int fd;
  int flags;
  Span<uint8_t> bytes;

  bool Read(const Arguments& args) {
    return args.Fd(0, "fd", &fd) && args.Integer<int>(2, "flags", &flags) &&
           args.Bytes(1, "buffer", &bytes);
  }
};

Napi::Value Recv(const Napi::CallbackInfo& info) {
  Arguments args(info);
  Transfer given{};
  if (!given.Read(args)) return args.Failed();
  return args.Result(Uninterrupted(
      [&] { return ::recv(given.fd, given.bytes.data, given.bytes.length, given.flags); }));
}

Napi::Value RecvFrom(const Napi::CallbackInfo& info) {
  Arguments args(info);
  Transfer given{};
  if (!given.Read(args)) return args.Failed();
  sockaddr_storage address;
  socklen_t length;
  int64_t result = Uninterrupted([&] {
    length = sizeof address;
    return ::recvfrom(given.fd, given.bytes.data, given.bytes.length, given.flags,
                      reinterpret_cast<sockaddr*>(&address), &length);
  });
  if (result < 0) return args.Result(result);
  Napi::Object received = Napi::Object::New(args.env());
  received.Set("bytes", args.Result(result));
  length = std::min<socklen_t>(length, sizeof address);
  received.Set("address", AddressToJs(args.env(), reinterpret_cast<sockaddr*>(&address), length));
  return received;
}

// A peer that is gone is EPIPE, never SIGPIPE: whoever embeds Node may not ignore that signal.

Napi::Value Send(const Napi::CallbackInfo& info) {
  Arguments args(info);
  Transfer given{};
  if (!given.Read(args)) return args.Failed();
  return args.Result(Uninterrupted([&] {
    return ::send(given.fd, given.bytes.data, given.bytes.length, given.flags | MSG_NOSIGNAL);
  }));
}

Napi::Value SendTo(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  int flags;
  sockaddr_storage address;
  socklen_t length = 0;
  Span<uint8_t> bytes;
  // The address before the buffer: its getters could detach the buffer.
  if (!args.Fd(0, "fd", &fd) || !args.Integer<int>(2, "flags", &flags) ||
      (args.Given(3) && !ReadAddress(args, args[3], "address", &address, &length)) ||
      !args.Bytes(1, "buffer", &bytes)) {
    return args.Failed();
  }
  auto* to = args.Given(3) ? reinterpret_cast<sockaddr*>(&address) : nullptr;
  return args.Result(Uninterrupted(
      [&] { return ::sendto(fd, bytes.data, bytes.length, flags | MSG_NOSIGNAL, to, length); }));
}

}  // namespace

void ExportSendReceive(Napi::Env env, Napi::Object exports) {
  Method<Recv>(env, exports, "recv");
  Method<RecvFrom>(env, exports, "recvfrom");
  Method<Send>(env, exports, "send");
  Method<SendTo>(env, exports, "sendto");
}

}  // namespace edgeloop::sys
