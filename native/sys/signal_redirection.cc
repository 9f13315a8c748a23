#include "sys/signal_redirection.h"

#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>

#include "sys/signal_outlet.h"
#include "sys/signal_round.h"

namespace edgeloop::sys {

namespace {

// Per process, as the kernel's own table of handlers is.
struct Redirected {
  int users = 0;
  struct sigaction previous;
};
std::mutex mutex;
Redirected table[kLastSignal + 1];

// In whichever thread the kernel chose. Calls only what is safe in a signal handler.
void Redirect(int signo, siginfo_t* info, void* context) {
  int saved = errno;
  // The mask that the thread returns to.
  sigaddset(&static_cast<ucontext_t*>(context)->uc_sigmask, signo);
  if (IsCallToBlock(info)) return;
  // Anyone may forge a siginfo only to itself, and "itself" is compared with the thread; yet what
  // is sent by this call goes to the process. (By number, since sigqueue() would change the
  // siginfo.)
  if (::syscall(SYS_rt_sigqueueinfo, ::syscall(SYS_gettid), signo, info) < 0) {
    // The queue is full: at least that it came is kept.
    ::kill(::getpid(), signo);
  }
  errno = saved;
}

bool IsRedirect(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) != 0 && action.sa_sigaction == Redirect;
}

// Also where it was redirected and someone else has taken the handler since.
void Install(int signo) {
  struct sigaction current;
  if (::sigaction(signo, nullptr, &current) != 0 || IsRedirect(current)) return;
  table[signo].previous = current;
  struct sigaction action = {};
  action.sa_sigaction = Redirect;
  action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
  sigfillset(&action.sa_mask);
  ::sigaction(signo, &action, nullptr);
}

void Restore(int signo, bool discard_pending) {
  struct sigaction current;
  if (::sigaction(signo, nullptr, &current) != 0 || !IsRedirect(current)) return;
  const struct sigaction& previous = table[signo].previous;
  bool is_default = (previous.sa_flags & SA_SIGINFO) == 0 && previous.sa_handler == SIG_DFL;
  // To ignore a signal empties its queue. Not SIGCHLD's: children would be reaped meanwhile.
  if (discard_pending && is_default && signo != SIGCHLD) {
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(signo, &ignore, nullptr);
  }
  ::sigaction(signo, &previous, nullptr);
}

void Drop(int signo, bool discard_pending) {
  if (--table[signo].users > 0) return;
  Restore(signo, discard_pending);
  // Other threads, the main one too, may have blocked it for good. If this one may end, someone has
  // to be left to whom the kernel can deliver it.
  if (::syscall(SYS_gettid) != ::getpid()) OpenOutlet(signo);
}

template <typename Action>
void ForEach(SignalSet signals, Action action) {
  for (int signo = 1; signo <= kLastSignal; signo++) {
    if ((signals & SetOf(signo)) != 0) action(signo);
  }
}

}  // namespace

bool IsFree(int signo) {
  switch (signo) {
    case SIGKILL:
    case SIGSTOP:
    case SIGSEGV:
    case SIGBUS:
    case SIGFPE:
    case SIGILL:
    case SIGTRAP:
    case SIGSYS:
    case SIGABRT:
    case SIGPROF: return false;
    default:
      // Between the standard and the real-time signals lie those of the C library.
      return signo >= 1 && signo <= SIGRTMAX && (signo < 32 || signo >= SIGRTMIN);
  }
}

void SignalRedirection::Hold(SignalSet signals) {
  SetBlockedSignals(BlockedSignals() | signals);
  std::lock_guard<std::mutex> lock(mutex);
  ForEach(signals, [&](int signo) {
    if ((held_ & SetOf(signo)) == 0) table[signo].users++;
    CloseOutlet(signo);
    Install(signo);
  });
  AskThreadsToBlock(signals);
  held_ |= signals;
}

void SignalRedirection::Release(SignalSet signals) {
  std::lock_guard<std::mutex> lock(mutex);
  ForEach(signals & held_, [](int signo) { Drop(signo, false); });
  held_ &= ~signals;
}

void SignalRedirection::End() {
  std::lock_guard<std::mutex> lock(mutex);
  ForEach(held_, [](int signo) { Drop(signo, true); });
  held_ = 0;
}

// sigprocmask() rather than pthread_sigmask(): on Linux both act on the calling thread, and this
// one is in every C library that the addon is to run on.
SignalSet BlockedSignals() {
  sigset_t mask;
  sigemptyset(&mask);
  ::sigprocmask(SIG_BLOCK, nullptr, &mask);
  SignalSet signals = 0;
  for (int signo = 1; signo <= kLastSignal; signo++) {
    if (sigismember(&mask, signo) == 1) signals |= SetOf(signo);
  }
  return signals;
}

void SetBlockedSignals(SignalSet signals) {
  sigset_t mask;
  sigemptyset(&mask);
  ForEach(signals, [&](int signo) { sigaddset(&mask, signo); });
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
}

}  // namespace edgeloop::sys
