#pragma once

#include <napi.h>

#include "datagram/layout.h"

namespace edgeloop {

// The address of a slot as text: numeric, with the zone of a link-local one ('fe80::1%eth0'), or a
// Unix socket's path. '' where there is none.
Napi::String NameText(Napi::Env env, const DatagramSlot& slot);

// The address that a datagram was sent to, likewise.
Napi::String LocalText(Napi::Env env, const DatagramSlot& slot);

}  // namespace edgeloop
