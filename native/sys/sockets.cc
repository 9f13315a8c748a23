// socket(2), bind(2), listen(2), accept4(2), connect(2), getsockname(2), shutdown(2),
// socketpair(2): a socket's life, without the bytes.

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>

#include "sys/addresses.h"
#include "sys/arguments.h"
#include "sys/call.h"
#include "sys/sys.h"

namespace edgeloop::sys {

namespace {

Napi::Value Socket(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int domain;
  int type;
  int protocol;
  if (!args.Integer<int>(0, "domain", &domain) || !args.Integer<int>(1, "type", &type) ||
      !args.Integer<int>(2, "protocol", &protocol)) {
    return args.Failed();
  }
  return args.Result(OrErrno(::socket(domain, type | SOCK_CLOEXEC, protocol)));
}

Napi::Value SocketPair(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int domain;
  int type;
  int protocol;
  if (!args.Integer<int>(0, "domain", &domain) || !args.Integer<int>(1, "type", &type) ||
      !args.Integer<int>(2, "protocol", &protocol)) {
    return args.Failed();
  }
  int ends[2];
  if (::socketpair(domain, type | SOCK_CLOEXEC, protocol, ends) < 0) return args.Result(-errno);
  Napi::Array pair = Napi::Array::New(args.env(), 2);
  pair.Set(0u, Napi::Number::New(args.env(), ends[0]));
  pair.Set(1u, Napi::Number::New(args.env(), ends[1]));
  return pair;
}

Napi::Value Bind(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  sockaddr_storage address;
  socklen_t length;
  if (!args.Fd(0, "fd", &fd) || !ReadAddress(args, args[1], "address", &address, &length)) {
    return args.Failed();
  }
  return args.Result(OrErrno(::bind(fd, reinterpret_cast<sockaddr*>(&address), length)));
}

Napi::Value Listen(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  int backlog;
  if (!args.Fd(0, "fd", &fd) || !args.Integer<int>(1, "backlog", &backlog, 0)) {
    return args.Failed();
  }
  return args.Result(OrErrno(::listen(fd, backlog)));
}

Napi::Value Accept4(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  int flags;
  if (!args.Fd(0, "fd", &fd) || !args.Integer<int>(1, "flags", &flags)) return args.Failed();
  return args.Result(
      Uninterrupted([&] { return ::accept4(fd, nullptr, nullptr, flags | SOCK_CLOEXEC); }));
}

bool IsUnix(int fd) {
  int domain = 0;
  socklen_t size = sizeof domain;
  return ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
}

// How long the socket is willing to wait for a send or connect to finish; -1: for ever.
int64_t SendTimeoutNs(int fd) {
  timeval limit{};
  socklen_t size = sizeof limit;
  if (::getsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, &size) < 0) return -1;
  int64_t ns = static_cast<int64_t>(limit.tv_sec) * 1'000'000'000 + limit.tv_usec * 1'000;
  return ns == 0 ? -1 : ns;
}

// Waits for a connection that is being made to stand or fail.
int64_t AwaitConnection(int fd) {
  pollfd entry{fd, POLLOUT, 0};
  int64_t ready = WithDeadline(SendTimeoutNs(fd), [&](int64_t left_ns) {
    timespec left = ToTimespec(left_ns);
    return ::ppoll(&entry, 1, left_ns < 0 ? nullptr : &left, nullptr);
  });
  if (ready < 0) return ready;
  if (ready == 0) return -EINPROGRESS;  // as the kernel answers when SO_SNDTIMEO has passed
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) return -errno;
  return -error;
}

Napi::Value Connect(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  sockaddr_storage address;
  socklen_t length;
  if (!args.Fd(0, "fd", &fd) || !ReadAddress(args, args[1], "address", &address, &length)) {
    return args.Failed();
  }
  for (;;) {
    int64_t result = OrErrno(::connect(fd, reinterpret_cast<sockaddr*>(&address), length));
    if (result != -EINTR) return args.Result(result);
    // An interrupted connection goes on being made: asked for again it would be EALREADY or
    // EISCONN. Only a Unix socket has nothing under way, since it was waiting for room in the
    // backlog.
    if (!IsUnix(fd)) return args.Result(AwaitConnection(fd));
  }
}

template <int (*Call)(int, sockaddr*, socklen_t*)>
Napi::Value AddressOf(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  if (!args.Fd(0, "fd", &fd)) return args.Failed();
  sockaddr_storage address;
  socklen_t length = sizeof address;
  if (Call(fd, reinterpret_cast<sockaddr*>(&address), &length) < 0) return args.Result(-errno);
  length = std::min<socklen_t>(length, sizeof address);
  return AddressToJs(args.env(), reinterpret_cast<sockaddr*>(&address), length);
}

Napi::Value Shutdown(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  int how;
  if (!args.Fd(0, "fd", &fd) || !args.Integer<int>(1, "how", &how)) return args.Failed();
  return args.Result(OrErrno(::shutdown(fd, how)));
}

}  // namespace

void ExportSockets(Napi::Env env, Napi::Object exports) {
  Method<Socket>(env, exports, "socket");
  Method<SocketPair>(env, exports, "socketpair");
  Method<Bind>(env, exports, "bind");
  Method<Listen>(env, exports, "listen");
  Method<Accept4>(env, exports, "accept4");
  Method<Connect>(env, exports, "connect");
  Method<AddressOf<::getsockname>>(env, exports, "getsockname");
  Method<AddressOf<::getpeername>>(env, exports, "getpeername");
  Method<Shutdown>(env, exports, "shutdown");
}

}  // namespace edgeloop::sys
