#pragma once

#include <memory>
#include <utility>

#include "reactor/binding.h"
#include "sys/arguments.h"

namespace edgeloop {

// The plane of the reactor in argument 0, made when it is first asked for; null, with an exception
// pending, where there is none. Only a `P` is ever attached as `kind`.
template <typename P>
P* PlaneOf(const Arguments& args, PlaneKind kind, const char* no_memory) {
  ReactorBinding* reactor = ReactorBinding::From(args[0]);
  if (reactor == nullptr) {
    args.WrongType("reactor", "a native reactor", args[0]);
    return nullptr;
  }
  if (reactor->turner() == nullptr) {
    napi_throw_error(args.env(), "ERR_CLOSED", "The reactor is closed");
    return nullptr;
  }
  if (reactor->plane(kind) == nullptr) {
    auto plane = std::make_unique<P>(reactor->turner());
    if (!plane->Valid()) {
      napi_throw_error(args.env(), "ENOMEM", no_memory);
      return nullptr;
    }
    reactor->Attach(kind, std::move(plane));
  }
  return static_cast<P*>(reactor->plane(kind));
}

}  // namespace edgeloop
