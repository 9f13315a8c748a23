#pragma once

#include <memory>

#include "multiplexer/multiplexer.h"

namespace edgeloop {

enum class Backend { kSelect, kPoll, kEpoll };

// A new, empty multiplexer. Null with `error` set to -errno where the kernel has no descriptor left
// (epoll only).
std::unique_ptr<Multiplexer> MakeMultiplexer(Backend backend, int* error);

}  // namespace edgeloop
