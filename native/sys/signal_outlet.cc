#include "sys/signal_outlet.h"

#include <uv.h>

#include <atomic>

#include "sys/signal_redirection.h"

namespace edgeloop::sys {

namespace {

std::atomic<SignalSet> open_signals{0};
uv_sem_t changed;
bool started = false;

void Run(void*) {
  for (;;) {
    SetBlockedSignals(~open_signals.load());
    uv_sem_wait(&changed);
  }
}

bool Start() {
  if (started) return true;
  if (uv_sem_init(&changed, 0) != 0) return false;
  uv_thread_options_t options = {};
  options.flags = UV_THREAD_HAS_STACK_SIZE;
  options.stack_size = 128 * 1024;
  uv_thread_t thread;
  started = uv_thread_create_ex(&thread, &options, Run, nullptr) == 0;
  if (!started) uv_sem_destroy(&changed);
  return started;
}

}  // namespace

void OpenOutlet(int signo) {
  open_signals |= SetOf(signo);
  if (Start()) uv_sem_post(&changed);
}

// The thread need not hear of it: the redirection blocks the signal there like anywhere else.
void CloseOutlet(int signo) {
  open_signals &= ~SetOf(signo);
}

}  // namespace edgeloop::sys
