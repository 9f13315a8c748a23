#pragma once

#include <csignal>

#include "sys/signal_redirection.h"

namespace edgeloop::sys {

// Sends each other thread of the process those of `signals` that it does not block, as a call upon
// their handler to block them, and waits until all do; for a moment at most: a thread that cannot
// be asked now blocks a signal when it first gets one. The handler is installed.
void AskThreadsToBlock(SignalSet signals);

// In the handler: whether this signal is such a call, and nothing that anyone sent.
bool IsCallToBlock(const siginfo_t* info);

}  // namespace edgeloop::sys
