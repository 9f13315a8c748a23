#pragma once

namespace edgeloop::sys {

// A thread that does nothing but not block some signals, so that a signal which every other thread
// has come to block can still be delivered: to its handler, or to end the process.
//
// It is made when first needed, and once for the process. Callers see to it that one calls at a
// time. Where no thread can be made, nothing happens.
void OpenOutlet(int signo);
void CloseOutlet(int signo);

}  // namespace edgeloop::sys
