#pragma once

#include "sys/arguments.h"

namespace edgeloop::sys {

// Refuses a descriptor that has no bit in an fd_set: a RangeError with the code ERR_FD_SETSIZE.
void ThrowFdSetSize(const Arguments& args, const char* name, int fd);

}  // namespace edgeloop::sys
