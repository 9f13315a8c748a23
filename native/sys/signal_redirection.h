#pragma once

#include <csignal>
#include <cstdint>

namespace edgeloop::sys {

// A set of signals: bit `signo - 1`.
using SignalSet = uint64_t;

constexpr int kLastSignal = 64;

inline SignalSet SetOf(int signo) {
  return SignalSet{1} << (signo - 1);
}

// Whether a program may take this signal for itself: neither unblockable, nor raised by a fault of
// the running thread, nor the C library's or the engine's own.
bool IsFree(int signo);

// Brings signals to where a signalfd can read them, on behalf of one environment.
//
// A signalfd reads what is pending in the queue of the process. A signal stays there only while
// every thread blocks it, and Node has threads whose masks nobody else can reach: the kernel would
// hand the signal to one of them. So while a signal is held, its handler lets the thread that it
// runs in block it from then on, and puts it back into the queue of the process as it was. Hold()
// calls that handler in each thread; one that was not to be reached follows with its first signal.
// Threads made later inherit the mask.
//
// Handlers belong to the process, masks to threads: users of a signal are counted over all
// environments. The last to release it restores the disposition that was found.
class SignalRedirection {
 public:
  // Blocks the signals in the calling thread, which must be this environment's, and redirects them.
  void Hold(SignalSet signals);

  // No longer redirects those that are held. The calling thread blocks them still.
  void Release(SignalSet signals);

  // At the end of the environment: releases all. What nobody has read is discarded where it would
  // now end the process.
  void End();

 private:
  SignalSet held_ = 0;
};

// The mask of the calling thread.
SignalSet BlockedSignals();
void SetBlockedSignals(SignalSet signals);

}  // namespace edgeloop::sys
