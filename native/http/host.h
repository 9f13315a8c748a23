#pragma once

#include <arpa/inet.h>

#include <cstring>

#include "http/byte_class.h"

namespace edgeloop {

// What stands between brackets: an IPv6 address, or one of a version to come (RFC 3986 section
// 3.2.2).
inline bool IsIpLiteral(const uint8_t* text, size_t length) {
  if (length > 0 && (text[0] == 'v' || text[0] == 'V')) {
    size_t at = 1;
    while (at < length && Is(text[at], kHexDigit)) at++;
    if (at == 1 || at + 1 >= length || text[at] != '.') return false;
    for (at++; at < length; at++) {
      if (text[at] != ':' && (text[at] == '%' || !Is(text[at], kHostName))) return false;
    }
    return true;
  }
  char terminated[INET6_ADDRSTRLEN];
  if (length >= sizeof(terminated)) return false;
  std::memcpy(terminated, text, length);
  terminated[length] = 0;
  in6_addr address;
  return std::strlen(terminated) == length && inet_pton(AF_INET6, terminated, &address) == 1;
}

// Whether `text` is a host, of which `*host` are the bytes, with perhaps a colon and a port of up
// to five digits (RFC 9110 section 4.2, RFC 3986 section 3.2). The host may be empty.
inline bool IsHostAndPort(const uint8_t* text, size_t length, size_t* host) {
  size_t at = 0;
  if (length > 0 && text[0] == '[') {
    const auto* end = static_cast<const uint8_t*>(std::memchr(text, ']', length));
    if (end == nullptr || !IsIpLiteral(text + 1, static_cast<size_t>(end - text) - 1)) return false;
    at = static_cast<size_t>(end - text) + 1;
  } else {
    for (; at < length && Is(text[at], kHostName); at++) {
      if (text[at] != '%') continue;
      if (length - at < 3 || !Is(text[at + 1], kHexDigit) || !Is(text[at + 2], kHexDigit)) {
        return false;
      }
    }
  }
  *host = at;
  if (at == length) return true;
  if (text[at] != ':' || length - at > 6) return false;
  for (at++; at < length; at++) {
    if (!Is(text[at], kDigit)) return false;
  }
  return true;
}

}  // namespace edgeloop
