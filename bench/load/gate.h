#pragma once

#include "arguments.h"

namespace load {

// --gates: says "gate NAME" on stderr and waits for a line, or the end, of stdin; for a minute at
// the most. Whoever counts a server's system calls begins and ends there, so that neither opening
// nor closing the connections is among them.
void PassGate(const Arguments& arguments, const char* name);

}  // namespace load
