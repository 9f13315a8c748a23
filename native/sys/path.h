#pragma once

#include <string>

#include "sys/arguments.h"

namespace edgeloop::sys {

// Reads a file name: a string, passed on as UTF-8, or a Uint8Array, since names are bytes. One with
// a NUL byte inside would name another file than was meant: it is refused.
bool ReadPath(const Arguments& args, size_t index, const char* name, std::string* out);

}  // namespace edgeloop::sys
