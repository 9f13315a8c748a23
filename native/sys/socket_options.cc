// getsockopt(2), setsockopt(2).

#include <sys/socket.h>

#include <string>

#include "sys/arguments.h"
#include "sys/call.h"
#include "sys/sys.h"

namespace edgeloop::sys {

namespace {

bool ReadOption(const Arguments& args, int* fd, int* level, int* name) {
  return args.Fd(0, "fd", fd) && args.Integer<int>(1, "level", level) &&
         args.Integer<int>(2, "name", name);
}

Napi::Value GetSockOpt(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  int level;
  int name;
  Span<uint8_t> bytes;
  if (!ReadOption(args, &fd, &level, &name) || !args.Bytes(3, "buffer", &bytes)) {
    return args.Failed();
  }
  // The kernel takes the length as an int.
  constexpr size_t kLongest = std::numeric_limits<int>::max();
  auto size = static_cast<socklen_t>(bytes.length < kLongest ? bytes.length : kLongest);
  int64_t result = OrErrno(::getsockopt(fd, level, name, bytes.data, &size));
  return args.Result(result < 0 ? result : static_cast<int64_t>(size));
}

Napi::Value SetSockOpt(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  int level;
  int name;
  if (!ReadOption(args, &fd, &level, &name)) return args.Failed();
  auto set = [&](const void* data, size_t length) {
    return args.Result(
        OrErrno(::setsockopt(fd, level, name, data, static_cast<socklen_t>(length))));
  };
  Napi::Value value = args[3];
  if (value.IsNumber()) {
    uint32_t number;
    return args.Mask(3, "value", &number) ? set(&number, sizeof number) : args.Failed();
  }
  if (value.IsBoolean()) {
    int number = value.As<Napi::Boolean>().Value() ? 1 : 0;
    return set(&number, sizeof number);
  }
  std::string text;
  Span<uint8_t> bytes;
  if (value.IsString()) {
    // Without a NUL at the end: the kernel takes the length, and puts its own.
    if (!args.Text(3, "value", &text)) return args.Failed();
    bytes = {reinterpret_cast<uint8_t*>(text.data()), text.size()};
  } else if (!value.IsTypedArray()) {
    args.WrongType("value", "an integer, a boolean, a string or a Uint8Array", value);
    return args.Failed();
  } else if (!args.Bytes(3, "value", &bytes)) {
    return args.Failed();
  }
  if (bytes.length > std::numeric_limits<int>::max()) {
    args.OutOfRange("value", "shorter than 2 GiB", value);
    return args.Failed();
  }
  return set(bytes.data, bytes.length);
}

}  // namespace

void ExportSocketOptions(Napi::Env env, Napi::Object exports) {
  Method<GetSockOpt>(env, exports, "getsockopt");
  Method<SetSockOpt>(env, exports, "setsockopt");
}

}  // namespace edgeloop::sys
