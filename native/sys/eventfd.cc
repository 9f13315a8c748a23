// eventfd(2), eventfd_read(3), eventfd_write(3).

#include <sys/eventfd.h>
#include <unistd.h>

#include "sys/arguments.h"
#include "sys/call.h"
#include "sys/sys.h"

namespace edgeloop::sys {

namespace {

Napi::Value EventFd(const Napi::CallbackInfo& info) {
  Arguments args(info);
  uint32_t initial, flags;
  if (!args.Integer<uint32_t>(0, "initval", &initial) || !args.Mask(1, "flags", &flags)) {
    return args.Failed();
  }
  return args.Result(OrErrno(::eventfd(initial, static_cast<int>(flags) | EFD_CLOEXEC)));
}

// The counter as a BigInt, or -errno. A descriptor that is no counter of 8 bytes is EINVAL.
Napi::Value EventFdRead(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  if (!args.Fd(0, "fd", &fd)) return args.Failed();
  uint64_t counter;
  int64_t result = Uninterrupted([&] { return ::read(fd, &counter, sizeof counter); });
  if (result < 0) return args.Result(result);
  if (result != sizeof counter) return args.Result(-EINVAL);
  return Napi::BigInt::New(args.env(), counter);
}

bool Counter(const Arguments& args, size_t index, uint64_t* out) {
  Napi::Value value = args[index];
  const char* expected = "an integer from 0 to 2 ** 64 - 2";
  if (value.IsNumber()) {
    int64_t number;
    if (!args.Integer<int64_t>(index, "value", &number, 0)) return false;
    *out = static_cast<uint64_t>(number);
    return true;
  }
  if (!value.IsBigInt()) return args.WrongType("value", expected, value);
  bool lossless = false;
  *out = value.As<Napi::BigInt>().Uint64Value(&lossless);
  return (lossless && *out != UINT64_MAX) || args.OutOfRange("value", expected, value);
}

Napi::Value EventFdWrite(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  uint64_t value;
  if (!args.Fd(0, "fd", &fd) || !Counter(args, 1, &value)) return args.Failed();
  int64_t result = Uninterrupted([&] { return ::write(fd, &value, sizeof value); });
  return args.Result(result < 0 ? result : 0);
}

}  // namespace

void ExportEventFd(Napi::Env env, Napi::Object exports) {
  Method<EventFd>(env, exports, "eventfd");
  Method<EventFdRead>(env, exports, "eventfd_read");
  Method<EventFdWrite>(env, exports, "eventfd_write");
}

}  // namespace edgeloop::sys
