// fcntl(2), as far as its argument is an int or absent.

#include <fcntl.h>

#include "sys/arguments.h"
#include "sys/call.h"
#include "sys/sys.h"

namespace edgeloop::sys {

namespace {

// The other commands (F_SETLK, F_OFD_GETLK, F_SETOWN_EX …) take the address of a structure, which a
// number from JavaScript must never become.
bool TakesInt(int command) {
  switch (command) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
    case F_GETFD:
    case F_SETFD:
    case F_GETFL:
    case F_SETFL:
    case F_GETOWN:
    case F_SETOWN:
    case F_GETSIG:
    case F_SETSIG:
    case F_GETLEASE:
    case F_SETLEASE:
    case F_GETPIPE_SZ:
    case F_SETPIPE_SZ:
    case F_ADD_SEALS:
    case F_GET_SEALS: return true;
    default: return false;
  }
}

// F_GETOWN answers a process group as a negative number, which could be mistaken for an error.
int64_t Owner(int fd, int32_t* out) {
  f_owner_ex owner;
  int64_t result = OrErrno(::fcntl(fd, F_GETOWN_EX, &owner));
  if (result >= 0) *out = owner.type == F_OWNER_PGRP ? -owner.pid : owner.pid;
  return result;
}

// fcntl(fd, command, argument, out): F_GETOWN stores its answer in out[0].
Napi::Value Fcntl(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd, command;
  uint32_t argument = 0;
  Span<int32_t> out;
  if (!args.Fd(0, "fd", &fd) || !args.Integer<int>(1, "cmd", &command)) return args.Failed();
  if (!TakesInt(command)) {
    args.OutOfRange("cmd", "a command whose argument is an int or absent (F_GETFL, F_SETFL, …)",
                    args[1]);
    return args.Failed();
  }
  if (args.Given(2) && !args.Mask(2, "arg", &argument)) return args.Failed();
  if (command == F_GETOWN) {
    if (!args.Int32s(3, "out", &out)) return args.Failed();
    if (out.length == 0) {
      args.OutOfRange("out", "an Int32Array with room for one number", args[3]);
      return args.Failed();
    }
    return args.Result(Owner(fd, out.data));
  }
  return args.Result(
      Uninterrupted([&] { return ::fcntl(fd, command, static_cast<int>(argument)); }));
}

}  // namespace

void ExportFcntl(Napi::Env env, Napi::Object exports) {
  Method<Fcntl>(env, exports, "fcntl");
}

}  // namespace edgeloop::sys
