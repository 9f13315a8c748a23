#pragma once

#include <sys/uio.h>

#include <vector>

#include "sys/arguments.h"
#include "sys/lists.h"

namespace edgeloop::sys {

// Reads an array of Uint8Arrays, as yet without looking into them.
bool ReadBuffers(const Arguments& args, Napi::Value value, const char* name, List* out);

// Takes the memory of what ReadBuffers read, or throws and returns false. No JavaScript may run
// between this and the system call.
bool TakeBuffers(const Arguments& args, const List& buffers, const char* name,
                 std::vector<iovec>* out);

}  // namespace edgeloop::sys
