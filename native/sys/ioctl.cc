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

// Drivers disagree at times on the size of what they write: room for any of them, aligned.
union Memory {
  int64_t alignment;
  int number;
  char room[256];
};

// The number asked for, or what the call itself answered.
int64_t Request(int fd, uint32_t request, Shape shape, uint32_t value, int32_t* answer) {
  Memory memory = {};
  memory.number = static_cast<int>(value);
  int64_t result = Uninterrupted([&] {
    return shape == Shape::kTakesIntByValue || shape == Shape::kPlain
               ? ::ioctl(fd, request, memory.number)
               : ::ioctl(fd, request, &memory);
  });
  if (result < 0) return result;
  *answer = shape == Shape::kAnswersInt ? memory.number : static_cast<int32_t>(result);
  return 0;
}

// ioctl(fd, request, value, out): 0 or -errno. The answer goes to out[0], since it may be negative
// (FIONREAD beyond the end of a file is).
Napi::Value Ioctl(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  uint32_t request;
  uint32_t value = 0;
  Span<int32_t> out;
  if (!args.Fd(0, "fd", &fd) || !args.Mask(1, "request", &request) ||
      !args.Int32s(3, "out", &out)) {
    return args.Failed();
  }
  Shape shape = ShapeOf(request);
  if (shape == Shape::kUnknown) {
    args.OutOfRange("request", "a request whose argument is known to be an int or absent", args[1]);
    return args.Failed();
  }
  bool takes = shape == Shape::kTakesInt || shape == Shape::kTakesIntByValue;
  if (takes && !args.Mask(2, "value", &value)) return args.Failed();
  if (out.length == 0) {
    args.OutOfRange("out", "an Int32Array with room for one number", args[3]);
    return args.Failed();
  }
  return args.Result(Request(fd, request, shape, value, out.data));
}

}  // namespace

void ExportIoctl(Napi::Env env, Napi::Object exports) {
  Method<Ioctl>(env, exports, "ioctl");
}

}  // namespace edgeloop::sys
