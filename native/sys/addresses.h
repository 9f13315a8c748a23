#pragma once

#include <napi.h>
#include <sys/socket.h>

#include "sys/arguments.h"

namespace edgeloop::sys {

// Socket addresses in JavaScript's shape and back; nothing else in the addon reads or writes one:
//
//   { family: 'IPv4', address: '127.0.0.1', port }
//   { family: 'IPv6', address: 'fe80::1', port, flowinfo?, scopeid? }
//   { family: 'Unix', path, bytes? }          path '' is unnamed, '\0…' abstract
//   { family: 'Unknown', domain, data }       data: what follows the family number

// Fills `storage` and `length` from a JavaScript object, or throws for argument `name` and returns
// false. `family` may be left out. The address must be numeric: no names are looked up. Getters may
// run any JavaScript: call it before a Span is taken.
bool ReadAddress(const Arguments& args, Napi::Value value, const char* name,
                 sockaddr_storage* storage, socklen_t* length);

// A new JavaScript object; null where the kernel gave no address (`length` 0). An address that is
// shorter than its family's is told as unknown.
Napi::Value AddressToJs(Napi::Env env, const sockaddr* address, socklen_t length);

}  // namespace edgeloop::sys
