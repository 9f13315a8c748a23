// timerfd_create(2), timerfd_settime(2), timerfd_gettime(2).

#include <sys/timerfd.h>

#include <cmath>

#include "sys/arguments.h"
#include "sys/call.h"
#include "sys/sys.h"

namespace edgeloop::sys {

namespace {

Napi::Value TimerFdCreate(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int clock;
  uint32_t flags;
  if (!args.Integer<int>(0, "clockid", &clock) || !args.Mask(1, "flags", &flags)) {
    return args.Failed();
  }
  return args.Result(OrErrno(::timerfd_create(clock, static_cast<int>(flags) | TFD_CLOEXEC)));
}

// Milliseconds to a timespec, rounded up to the nanosecond. Whole seconds are split off first: what
// is left then keeps its fraction, also of a time of day.
timespec FromMilliseconds(double ms) {
  double seconds = std::floor(ms / 1e3);
  double ns = (ms - seconds * 1e3) * 1e6;
  double nearest = std::round(ns);
  // 1.1 ms is 1100000.0000000002 ns in floating point: no reason to wait another one.
  ns = nearest > 0 && std::fabs(ns - nearest) < 1e-3 ? nearest : std::ceil(ns);
  timespec out;
  out.tv_sec = static_cast<time_t>(seconds);
  out.tv_nsec = static_cast<long>(ns);
  if (out.tv_nsec >= 1'000'000'000) {
    out.tv_sec += 1;
    out.tv_nsec -= 1'000'000'000;
  }
  return out;
}

double ToMilliseconds(const timespec& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

// One member of `time`. False with an exception pending: refused, or thrown by a getter.
bool Member(const Arguments& args, Napi::Object time, const char* name, bool required,
            timespec* out) {
  *out = {};
  napi_value raw = nullptr;
  if (napi_get_named_property(args.env(), time, name, &raw) != napi_ok) return false;
  Napi::Value value(args.env(), raw);
  if (!required && value.IsUndefined()) return true;
  const char* expected = "a number of milliseconds from 0";
  if (!value.IsNumber()) return args.WrongType(name, expected, value);
  double ms = value.As<Napi::Number>().DoubleValue();
  if (!(ms >= 0 && ms <= 9007199254740991.0)) return args.OutOfRange(name, expected, value);
  *out = FromMilliseconds(ms);
  return true;
}

Napi::Value Setting(const Arguments& args, const itimerspec& setting) {
  Napi::Object out = Napi::Object::New(args.env());
  out.Set("value", ToMilliseconds(setting.it_value));
  out.Set("interval", ToMilliseconds(setting.it_interval));
  return out;
}

Napi::Value TimerFdSetTime(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  uint32_t flags;
  if (!args.Fd(0, "fd", &fd) || !args.Mask(1, "flags", &flags)) return args.Failed();
  if (!args[2].IsObject()) {
    args.WrongType("time", "an object with value and interval", args[2]);
    return args.Failed();
  }
  Napi::Object time = args[2].As<Napi::Object>();
  itimerspec next, previous;
  if (!Member(args, time, "value", true, &next.it_value) ||
      !Member(args, time, "interval", false, &next.it_interval)) {
    return args.Failed();
  }
  int64_t result = OrErrno(::timerfd_settime(fd, static_cast<int>(flags), &next, &previous));
  return result < 0 ? args.Result(result) : Setting(args, previous);
}

Napi::Value TimerFdGetTime(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  if (!args.Fd(0, "fd", &fd)) return args.Failed();
  itimerspec current;
  int64_t result = OrErrno(::timerfd_gettime(fd, &current));
  return result < 0 ? args.Result(result) : Setting(args, current);
}

}  // namespace

void ExportTimerFd(Napi::Env env, Napi::Object exports) {
  Method<TimerFdCreate>(env, exports, "timerfd_create");
  Method<TimerFdSetTime>(env, exports, "timerfd_settime");
  Method<TimerFdGetTime>(env, exports, "timerfd_gettime");
}

}  // namespace edgeloop::sys
