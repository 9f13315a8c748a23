#pragma once

#include "../ring/ring.h"

namespace floor_server {

// The ring of pipes on plain epoll, level-triggered. The exit code.
int WatchRing(const ring::Plan& plan);

}  // namespace floor_server
