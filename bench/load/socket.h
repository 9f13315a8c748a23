#pragma once

#include <cstdint>

#include "tally.h"
#include "target.h"

namespace load {

// Raises the soft limit of open descriptors to the hard one.
void RaiseDescriptorLimit();

// A non-blocking TCP socket without Nagle's delay, on its way to the target, from an IPv4 address
// (`source`, in network byte order) or, when that is 0, from whichever the kernel chooses. Its
// receive buffer holds so many bytes for good (`receive_buffer`), or, when that is 0, what the
// kernel lets it grow to. Returns the descriptor, or -errno; that it stands (or not) shows once it
// is writable.
int StartConnecting(const Target& target, uint32_t source, int receive_buffer = 0);

// Bytes that a socket's receive buffer is to hold, or -errno.
int ReceiveBuffer(int fd);

// A non-blocking UDP socket connected to the target, from an address as above. The descriptor, or
// -errno.
int ConnectDatagrams(const Target& target, uint32_t source);

// 0 once a connection that has become writable stands, or the errno for which it does not.
int ConnectError(int fd);

// The fault that an errno of connect, send or recv amounts to.
Fault FaultOf(int error);

}  // namespace load
