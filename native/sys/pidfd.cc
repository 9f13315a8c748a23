// pidfd_open(2), by number: the C library's own came with glibc 2.36.

#include <sys/syscall.h>
#include <unistd.h>

#include "sys/arguments.h"
#include "sys/call.h"
#include "sys/sys.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434  // alike on every architecture
#endif

namespace edgeloop::sys {

namespace {

Napi::Value PidFdOpen(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int pid;
  uint32_t flags;
  if (!args.Integer<int>(0, "pid", &pid, 1) || !args.Mask(1, "flags", &flags)) {
    return args.Failed();
  }
  return args.Result(OrErrno(::syscall(SYS_pidfd_open, pid, flags)));
}

}  // namespace

void ExportPidFd(Napi::Env env, Napi::Object exports) {
  Method<PidFdOpen>(env, exports, "pidfd_open");
}

}  // namespace edgeloop::sys
