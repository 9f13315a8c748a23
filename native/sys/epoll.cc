// epoll_create1(2), epoll_ctl(2), epoll_wait(2).

#include <algorithm>
#include <cerrno>
#include <memory>
#include <new>

#include "sys/arguments.h"
#include "sys/call.h"
#include "sys/readiness.h"
#include "sys/sys.h"

namespace edgeloop::sys {

namespace {

Napi::Value EpollCreate1(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int flags;
  if (!args.Optional<int>(0, "flags", 0, &flags)) return args.Failed();
  return args.Result(OrErrno(::epoll_create1(flags | EPOLL_CLOEXEC)));
}

// What the kernel keeps with the registration is the descriptor's number.
Napi::Value EpollCtl(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int epfd;
  int operation;
  int fd;
  epoll_event event = {};
  uint32_t events = 0;
  if (!args.Fd(0, "epfd", &epfd) || !args.Integer<int>(1, "op", &operation) ||
      !args.Fd(2, "fd", &fd) || (args.Given(3) && !args.Mask(3, "events", &events))) {
    return args.Failed();
  }
  event.events = events;
  event.data.u64 = static_cast<uint64_t>(fd);
  return args.Result(OrErrno(::epoll_ctl(epfd, operation, fd, &event)));
}

// Gives descriptor and events by turns in one array.
Napi::Value EpollWait(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int epfd;
  int most;
  int64_t timeout_ns;
  if (!args.Fd(0, "epfd", &epfd) || !args.Integer<int>(1, "maxEvents", &most, 1) ||
      !args.TimeoutNs(2, "timeout", &timeout_ns)) {
    return args.Failed();
  }
  most = std::min(most, kMostEvents);
  std::unique_ptr<epoll_event[]> events(new (std::nothrow) epoll_event[most]);
  if (events == nullptr) return args.Result(-ENOMEM);
  int64_t count = EpollWaitFor(timeout_ns, epfd, events.get(), most);
  if (count < 0) return args.Result(count);
  Napi::Array ready = Napi::Array::New(args.env());
  for (int64_t i = 0; i < count; i++) {
    uint32_t at = static_cast<uint32_t>(2 * i);
    ready.Set(at, args.Result(static_cast<int32_t>(events[i].data.u64)));
    ready.Set(at + 1, args.Result(events[i].events));
  }
  return ready;
}

}  // namespace

void ExportEpoll(Napi::Env env, Napi::Object exports) {
  Method<EpollCreate1>(env, exports, "epoll_create1");
  Method<EpollCtl>(env, exports, "epoll_ctl");
  Method<EpollWait>(env, exports, "epoll_wait");
}

}  // namespace edgeloop::sys
