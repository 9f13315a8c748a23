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

int64_t Command(int fd, int command, int argument, int32_t* answer) {
  int64_t result;
  if (command == F_GETOWN) {
    // By way of F_GETOWN_EX: a process group is a negative number, like an error.
    f_owner_ex owner;
    result = OrErrno(::fcntl(fd, F_GETOWN_EX, &owner));
    if (result >= 0) *answer = owner.type == F_OWNER_PGRP ? -owner.pid : owner.pid;
  } else {
    result = Uninterrupted([&] { return ::fcntl(fd, command, argument); });
    if (result >= 0) *answer = static_cast<int32_t>(result);
  }
  return result < 0 ? result : 0;
}

// fcntl(fd, command, argument, out): 0 or -errno. The answer goes to out[0], since it may be
// negative.
Napi::Value Fcntl(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd, command;
  uint32_t argument = 0;
  Span<int32_t> out;
  if (!args.Fd(0, "fd", &fd) || !args.Integer<int>(1, "cmd", &command) ||
      !args.Int32s(3, "out", &out)) {
    return args.Failed();
  }
  if (!TakesInt(command)) {
    args.OutOfRange("cmd", "a command whose argument is an int or absent (F_GETFL, F_SETFL, …)",
                    args[1]);
    return args.Failed();
  }
  if (args.Given(2) && !args.Mask(2, "arg", &argument)) return args.Failed();
  if (out.length == 0) {
    args.OutOfRange("out", "an Int32Array with room for one number", args[3]);
    return args.Failed();
  }
  return args.Result(Command(fd, command, static_cast<int>(argument), out.data));
}

}  // namespace

void ExportFcntl(Napi::Env env, Napi::Object exports) {
  Method<Fcntl>(env, exports, "fcntl");
}

}  // namespace edgeloop::sys
