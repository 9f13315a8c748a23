// signal(7), sigprocmask(2), sigaction(2) (the values of si_code).

#include <signal.h>

#include "sys/constants/constants.h"

namespace edgeloop::sys {

void ExportSignalsConstants(Napi::Env env, Napi::Object exports) {
  const Constant kTable[] = {
      {"SIGHUP", SIGHUP},
      {"SIGINT", SIGINT},
      {"SIGQUIT", SIGQUIT},
      {"SIGILL", SIGILL},
      {"SIGTRAP", SIGTRAP},
      {"SIGABRT", SIGABRT},
      {"SIGIOT", SIGIOT},
      {"SIGBUS", SIGBUS},
      {"SIGFPE", SIGFPE},
      {"SIGKILL", SIGKILL},
      {"SIGUSR1", SIGUSR1},
      {"SIGSEGV", SIGSEGV},
      {"SIGUSR2", SIGUSR2},
      {"SIGPIPE", SIGPIPE},
      {"SIGALRM", SIGALRM},
      {"SIGTERM", SIGTERM},
      {"SIGSTKFLT", SIGSTKFLT},
      {"SIGCHLD", SIGCHLD},
      {"SIGCONT", SIGCONT},
      {"SIGSTOP", SIGSTOP},
      {"SIGTSTP", SIGTSTP},
      {"SIGTTIN", SIGTTIN},
      {"SIGTTOU", SIGTTOU},
      {"SIGURG", SIGURG},
      {"SIGXCPU", SIGXCPU},
      {"SIGXFSZ", SIGXFSZ},
      {"SIGVTALRM", SIGVTALRM},
      {"SIGPROF", SIGPROF},
      {"SIGWINCH", SIGWINCH},
      {"SIGIO", SIGIO},
      {"SIGPOLL", SIGPOLL},
      {"SIGPWR", SIGPWR},
      {"SIGSYS", SIGSYS},
      {"SIGRTMIN", static_cast<double>(SIGRTMIN)},
      {"SIGRTMAX", static_cast<double>(SIGRTMAX)},
      {"SIG_BLOCK", SIG_BLOCK},
      {"SIG_UNBLOCK", SIG_UNBLOCK},
      {"SIG_SETMASK", SIG_SETMASK},
      {"SI_USER", SI_USER},
      {"SI_KERNEL", SI_KERNEL},
      {"SI_QUEUE", SI_QUEUE},
      {"SI_TIMER", SI_TIMER},
      {"SI_MESGQ", SI_MESGQ},
      {"SI_ASYNCIO", SI_ASYNCIO},
      {"SI_SIGIO", SI_SIGIO},
      {"SI_TKILL", SI_TKILL},
      {"CLD_EXITED", CLD_EXITED},
      {"CLD_KILLED", CLD_KILLED},
      {"CLD_DUMPED", CLD_DUMPED},
      {"CLD_TRAPPED", CLD_TRAPPED},
      {"CLD_STOPPED", CLD_STOPPED},
      {"CLD_CONTINUED", CLD_CONTINUED},
      {"POLL_IN", POLL_IN},
      {"POLL_OUT", POLL_OUT},
      {"POLL_MSG", POLL_MSG},
      {"POLL_ERR", POLL_ERR},
      {"POLL_PRI", POLL_PRI},
      {"POLL_HUP", POLL_HUP},
  };
  SetAll(env, exports, kTable);
}

}  // namespace edgeloop::sys
