// signalfd(2), sigprocmask(2). lib/sys/signalfd.ts decodes what is read.

#include <sys/signalfd.h>

#include "sys/arguments.h"
#include "sys/call.h"
#include "sys/signal_redirection.h"
#include "sys/sys.h"

namespace edgeloop::sys {

namespace {

// An array of signal numbers, each one that a program may take for itself.
bool ReadSignals(const Arguments& args, size_t index, SignalSet* out) {
  *out = 0;
  if (!args[index].IsArray()) {
    return args.WrongType("signals", "an array of signal numbers", args[index]);
  }
  Napi::Array array = args[index].As<Napi::Array>();
  uint32_t length = array.Length();
  for (uint32_t i = 0; i < length; i++) {
    napi_value raw = nullptr;
    if (napi_get_element(args.env(), array, i, &raw) != napi_ok) return false;
    Napi::Value value(args.env(), raw);
    if (!value.IsNumber()) {
      return args.WrongType("signals", "signal numbers and names", value);
    }
    double number = value.As<Napi::Number>().DoubleValue();
    int signo = number >= 1 && number <= kLastSignal ? static_cast<int>(number) : 0;
    if (signo != number || !IsFree(signo)) {
      return args.OutOfRange(
          "signals",
          "signals from 1 to SIGRTMAX that a program may take for itself (not SIGKILL, SIGSTOP, "
          "SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT, SIGPROF, or those below "
          "SIGRTMIN that the C library uses)",
          value);
    }
    *out |= SetOf(signo);
  }
  return true;
}

SignalRedirection& RedirectionOf(const Napi::CallbackInfo& info) {
  return *static_cast<SignalRedirection*>(info.Data());
}

Napi::Value SignalFd(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  SignalSet signals;
  uint32_t flags;
  if (!args.Integer<int>(0, "fd", &fd, -1) || !ReadSignals(args, 1, &signals) ||
      !args.Mask(2, "flags", &flags)) {
    return args.Failed();
  }
  sigset_t mask;
  sigemptyset(&mask);
  for (int signo = 1; signo <= kLastSignal; signo++) {
    if ((signals & SetOf(signo)) != 0) sigaddset(&mask, signo);
  }
  int64_t result = OrErrno(::signalfd(fd, &mask, static_cast<int>(flags) | SFD_CLOEXEC));
  // Nothing that follows can fail: a call that did has changed nothing.
  if (result >= 0) RedirectionOf(info).Hold(signals);
  return args.Result(result);
}

// Answers the signals that were blocked before.
Napi::Value SigProcMask(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int how;
  SignalSet signals;
  if (!args.Integer<int>(0, "how", &how)) return args.Failed();
  if (how != SIG_BLOCK && how != SIG_UNBLOCK && how != SIG_SETMASK) {
    args.OutOfRange("how", "SIG_BLOCK, SIG_UNBLOCK or SIG_SETMASK", args[0]);
    return args.Failed();
  }
  if (!ReadSignals(args, 1, &signals)) return args.Failed();
  SignalSet before = BlockedSignals();
  SignalSet after = before;
  if (how == SIG_BLOCK) {
    after |= signals;
  } else if (how == SIG_UNBLOCK) {
    after &= ~signals;
  } else {
    // What a program may not take stays as it is.
    for (int signo = 1; signo <= kLastSignal; signo++) {
      if (IsFree(signo)) after &= ~SetOf(signo);
    }
    after |= signals;
  }
  // First the handler, then the mask: what is pending goes to the disposition restored.
  RedirectionOf(info).Release(~after);
  SetBlockedSignals(after);
  Napi::Array previous = Napi::Array::New(args.env());
  for (int signo = 1; signo <= kLastSignal; signo++) {
    if ((before & SetOf(signo)) != 0) previous.Set(previous.Length(), signo);
  }
  return previous;
}

}  // namespace

void ExportSignalFd(Napi::Env env, Napi::Object exports) {
  auto* redirection = new SignalRedirection;
  napi_add_env_cleanup_hook(
      env,
      [](void* data) {
        auto* redirection = static_cast<SignalRedirection*>(data);
        redirection->End();
        delete redirection;
      },
      redirection);
  exports.Set("signalfd", Napi::Function::New<SignalFd>(env, "signalfd", redirection));
  exports.Set("sigprocmask", Napi::Function::New<SigProcMask>(env, "sigprocmask", redirection));
}

}  // namespace edgeloop::sys
