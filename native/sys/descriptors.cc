// read(2), write(2), close(2), dup(2), pipe2(2): what every descriptor can do.

#include <fcntl.h>
#include <unistd.h>

#include "sys/arguments.h"
#include "sys/call.h"
#include "sys/sys.h"

namespace edgeloop::sys {

namespace {

Napi::Value Read(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  Span<uint8_t> bytes;
  if (!args.Fd(0, "fd", &fd) || !args.Bytes(1, "buffer", &bytes)) return args.Failed();
  return args.Result(Uninterrupted([&] { return ::read(fd, bytes.data, bytes.length); }));
}

Napi::Value Write(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  Span<uint8_t> bytes;
  if (!args.Fd(0, "fd", &fd) || !args.Bytes(1, "buffer", &bytes)) return args.Failed();
  return args.Result(Uninterrupted([&] { return ::write(fd, bytes.data, bytes.length); }));
}

// Not retried on EINTR: Linux has released the number by then, and it may be someone else's
// already.
Napi::Value Close(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  if (!args.Fd(0, "fd", &fd)) return args.Failed();
  int64_t result = OrErrno(::close(fd));
  return args.Result(result == -EINTR ? 0 : result);
}

Napi::Value Dup(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  if (!args.Fd(0, "fd", &fd)) return args.Failed();
  // The copy does not survive exec, as everything that Node opens.
  return args.Result(OrErrno(::fcntl(fd, F_DUPFD_CLOEXEC, 0)));
}

Napi::Value Pipe2(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int flags;
  if (!args.Optional<int>(0, "flags", 0, &flags)) return args.Failed();
  int ends[2];
  if (::pipe2(ends, flags | O_CLOEXEC) < 0) return args.Result(-errno);
  Napi::Array pair = Napi::Array::New(args.env(), 2);
  pair.Set(0u, Napi::Number::New(args.env(), ends[0]));
  pair.Set(1u, Napi::Number::New(args.env(), ends[1]));
  return pair;
}

}  // namespace

void ExportDescriptors(Napi::Env env, Napi::Object exports) {
  Method<Read>(env, exports, "read");
  Method<Write>(env, exports, "write");
  Method<Close>(env, exports, "close");
  Method<Dup>(env, exports, "dup");
  Method<Pipe2>(env, exports, "pipe2");
}

}  // namespace edgeloop::sys
