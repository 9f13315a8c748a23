#pragma once

#include "multiplexer/multiplexer.h"
#include "sys/arguments.h"

namespace edgeloop {

// Reads argument `index`, a set of readiness bits and flags, and checks it against what the kernel
// call behind `multiplexer` knows. A bit that no call knows is a RangeError; one that only others
// know is an Error with the code ERR_UNSUPPORTED. As the readers of Arguments: true, or an
// exception is pending.
bool ReadInterest(const Arguments& args, size_t index, const Multiplexer& multiplexer,
                  uint32_t* events);

}  // namespace edgeloop
