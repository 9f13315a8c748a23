#pragma once

#include <cstdint>

namespace floor_server {

// A non-blocking listening socket on 127.0.0.1; `port` 0 is replaced by the one the kernel chose.
// -errno where it fails.
int Listen(uint16_t* port);

// The same for datagrams.
int BindDatagrams(uint16_t* port);

}  // namespace floor_server
