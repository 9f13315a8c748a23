#include "sys/signal_round.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "sys/call.h"

namespace edgeloop::sys {

namespace {

// Usually far less than a millisecond. A thread may be stopped, or out of the kernel's reach.
constexpr int64_t kLongestWaitNs = 1'000'000'000;
constexpr long kLongestPauseNs = 4'000'000;

// Its address is what no other sender sends.
const char kMark = 0;

// strtoull() and its kin would bind the addon to the C library that it is built with.
uint64_t Parse(const char* digits, unsigned base) {
  uint64_t number = 0;
  for (;; digits++) {
    unsigned digit = static_cast<unsigned char>(*digits);
    digit = digit >= 'a' ? digit - 'a' + 10 : digit - '0';
    if (digit >= base) return number;
    number = number * base + digit;
  }
}

// What a thread blocks, as proc(5) tells it. All, where it does not: it may have ended.
SignalSet BlockedBy(int directory, const char* thread) {
  constexpr SignalSet kAll = ~SignalSet{0};
  char path[64];
  std::snprintf(path, sizeof path, "%s/status", thread);
  int fd = ::openat(directory, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return kAll;
  char text[4096];
  ssize_t length = ::read(fd, text, sizeof text - 1);
  ::close(fd);
  if (length <= 0) return kAll;
  text[length] = '\0';
  constexpr char kField[] = "\nSigBlk:\t";
  const char* field = std::strstr(text, kField);
  return field == nullptr ? kAll : Parse(field + sizeof kField - 1, 16);
}

void Call(int thread, int signo) {
  siginfo_t info = {};
  info.si_signo = signo;
  info.si_code = SI_QUEUE;
  info.si_pid = ::getpid();
  info.si_uid = ::getuid();
  info.si_value.sival_ptr = const_cast<char*>(&kMark);
  ::syscall(SYS_rt_tgsigqueueinfo, ::getpid(), thread, signo, &info);
}

// Whether every other thread blocks the signals. `call`: asks those that do not.
bool Round(SignalSet signals, bool call) {
  DIR* tasks = ::opendir("/proc/self/task");
  if (tasks == nullptr) return true;
  const int self = static_cast<int>(::syscall(SYS_gettid));
  bool all = true;
  while (dirent* entry = ::readdir(tasks)) {
    int thread = static_cast<int>(Parse(entry->d_name, 10));
    if (thread <= 0 || thread == self) continue;
    SignalSet lacking = signals & ~BlockedBy(::dirfd(tasks), entry->d_name);
    if (lacking == 0) continue;
    all = false;
    for (int signo = 1; call && signo <= kLastSignal; signo++) {
      if ((lacking & SetOf(signo)) != 0) Call(thread, signo);
    }
  }
  ::closedir(tasks);
  return all;
}

}  // namespace

void AskThreadsToBlock(SignalSet signals) {
  int64_t start = MonotonicNs();
  bool done = Round(signals, true);
  for (timespec pause = {0, 50'000}; !done && MonotonicNs() - start < kLongestWaitNs;) {
    ::nanosleep(&pause, nullptr);
    if (pause.tv_nsec < kLongestPauseNs) pause.tv_nsec *= 2;
    done = Round(signals, false);
  }
}

bool IsCallToBlock(const siginfo_t* info) {
  return info->si_code == SI_QUEUE && info->si_value.sival_ptr == &kMark &&
         info->si_pid == ::getpid();
}

}  // namespace edgeloop::sys
