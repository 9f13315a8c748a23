// ioctl(2), as far as its argument is known to be an int or absent.

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "sys/arguments.h"
#include "sys/call.h"
#include "sys/sys.h"

namespace edgeloop::sys {

namespace {

enum class Shape { kUnknown, kAnswersInt, kTakesInt, kTakesIntByValue, kPlain };

// The kernel writes as much as a request demands, and nothing in its number tells how much that is
// for certain. Only these are passed on.
Shape ShapeOf(uint32_t request) {
  switch (request) {
    case FIONREAD:  // also TIOCINQ and SIOCINQ
    case TIOCOUTQ:  // also SIOCOUTQ
    case SIOCATMARK:
    case TIOCGEXCL:
    case TIOCGPGRP:
    case TIOCGSID:
    case TIOCGPTN:
    case TIOCGPTLCK:
    case TIOCGPKT:
    case TIOCGETD:
    case TIOCMGET: return Shape::kAnswersInt;

    case FIONBIO:
    case FIOASYNC:
    case TIOCSPTLCK:
    case TIOCSPGRP:
    case TIOCPKT:
    case TIOCSETD:
    case TIOCMSET:
    case TIOCMBIS:
    case TIOCMBIC: return Shape::kTakesInt;

    case TIOCGPTPEER:
    case TIOCSCTTY:
    case TCFLSH:
    case TCXONC:
    case TCSBRK: return Shape::kTakesIntByValue;

    case FIOCLEX:
    case FIONCLEX:
    case TIOCEXCL:
    case TIOCNXCL:
    case TIOCNOTTY: return Shape::kPlain;

    default: return Shape::kUnknown;
  }
}

// ioctl(fd, request, value, out): a request that asks stores its answer in out[0], since an answer
// may be negative (FIONREAD beyond the end of a file is).
Napi::Value Ioctl(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  uint32_t request;
  if (!args.Fd(0, "fd", &fd) || !args.Mask(1, "request", &request)) return args.Failed();
  // Drivers disagree at times on the size of what they write: room for any of them, aligned.
  alignas(8) union {
    int number;
    char room[256];
  } memory = {};
  Shape shape = ShapeOf(request);
  switch (shape) {
    case Shape::kUnknown:
      args.OutOfRange("request", "a request whose argument is known to be an int or absent",
                      args[1]);
      return args.Failed();
    case Shape::kTakesInt:
    case Shape::kTakesIntByValue: {
      uint32_t value;
      if (!args.Mask(2, "value", &value)) return args.Failed();
      memory.number = static_cast<int>(value);
      if (shape == Shape::kTakesIntByValue) {
        return args.Result(Uninterrupted([&] { return ::ioctl(fd, request, memory.number); }));
      }
      return args.Result(Uninterrupted([&] { return ::ioctl(fd, request, &memory); }));
    }
    case Shape::kPlain: return args.Result(Uninterrupted([&] { return ::ioctl(fd, request, 0); }));
    case Shape::kAnswersInt: break;
  }
  Span<int32_t> out;
  if (!args.Int32s(3, "out", &out)) return args.Failed();
  if (out.length == 0) {
    args.OutOfRange("out", "an Int32Array with room for one number", args[3]);
    return args.Failed();
  }
  int64_t result = Uninterrupted([&] { return ::ioctl(fd, request, &memory); });
  if (result >= 0) out.data[0] = memory.number;
  return args.Result(result);
}

}  // namespace

void ExportIoctl(Napi::Env env, Napi::Object exports) {
  Method<Ioctl>(env, exports, "ioctl");
}

}  // namespace edgeloop::sys
