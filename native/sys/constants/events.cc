// eventfd(2), timerfd_create(2), signalfd(2), inotify(7), pidfd_open(2).

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>

#include "sys/constants/constants.h"

#ifndef PIDFD_NONBLOCK  // Linux 5.10
#define PIDFD_NONBLOCK O_NONBLOCK
#endif
#ifndef IN_MASK_CREATE  // Linux 4.18
#define IN_MASK_CREATE 0x10000000
#endif

namespace edgeloop::sys {

void ExportEventsConstants(Napi::Env env, Napi::Object exports) {
  static constexpr Constant kTable[] = {
      {"EFD_CLOEXEC", EFD_CLOEXEC},
      {"EFD_NONBLOCK", EFD_NONBLOCK},
      {"EFD_SEMAPHORE", EFD_SEMAPHORE},
      {"TFD_CLOEXEC", TFD_CLOEXEC},
      {"TFD_NONBLOCK", TFD_NONBLOCK},
      {"TFD_TIMER_ABSTIME", TFD_TIMER_ABSTIME},
      {"TFD_TIMER_CANCEL_ON_SET", TFD_TIMER_CANCEL_ON_SET},
      {"CLOCK_REALTIME", CLOCK_REALTIME},
      {"CLOCK_MONOTONIC", CLOCK_MONOTONIC},
      {"CLOCK_BOOTTIME", CLOCK_BOOTTIME},
      {"CLOCK_REALTIME_ALARM", CLOCK_REALTIME_ALARM},
      {"CLOCK_BOOTTIME_ALARM", CLOCK_BOOTTIME_ALARM},
      {"SFD_CLOEXEC", SFD_CLOEXEC},
      {"SFD_NONBLOCK", SFD_NONBLOCK},
      {"IN_CLOEXEC", IN_CLOEXEC},
      {"IN_NONBLOCK", IN_NONBLOCK},
      {"IN_ACCESS", IN_ACCESS},
      {"IN_MODIFY", IN_MODIFY},
      {"IN_ATTRIB", IN_ATTRIB},
      {"IN_CLOSE_WRITE", IN_CLOSE_WRITE},
      {"IN_CLOSE_NOWRITE", IN_CLOSE_NOWRITE},
      {"IN_CLOSE", IN_CLOSE},
      {"IN_OPEN", IN_OPEN},
      {"IN_MOVED_FROM", IN_MOVED_FROM},
      {"IN_MOVED_TO", IN_MOVED_TO},
      {"IN_MOVE", IN_MOVE},
      {"IN_CREATE", IN_CREATE},
      {"IN_DELETE", IN_DELETE},
      {"IN_DELETE_SELF", IN_DELETE_SELF},
      {"IN_MOVE_SELF", IN_MOVE_SELF},
      {"IN_UNMOUNT", IN_UNMOUNT},
      {"IN_Q_OVERFLOW", IN_Q_OVERFLOW},
      {"IN_IGNORED", IN_IGNORED},
      {"IN_ONLYDIR", IN_ONLYDIR},
      {"IN_DONT_FOLLOW", IN_DONT_FOLLOW},
      {"IN_EXCL_UNLINK", IN_EXCL_UNLINK},
      {"IN_MASK_CREATE", IN_MASK_CREATE},
      {"IN_MASK_ADD", IN_MASK_ADD},
      {"IN_ISDIR", IN_ISDIR},
      {"IN_ONESHOT", IN_ONESHOT},
      {"IN_ALL_EVENTS", IN_ALL_EVENTS},
      {"PIDFD_NONBLOCK", PIDFD_NONBLOCK},
  };
  SetAll(env, exports, kTable);
}

}  // namespace edgeloop::sys
