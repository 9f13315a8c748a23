#include "target.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstdlib>
#include <cstring>

namespace load {
namespace {

bool Port(const std::string& text, uint16_t* out) {
  char* end = nullptr;
  const long value = std::strtol(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0' || value < 1 || value > 65535) return false;
  *out = htons(static_cast<uint16_t>(value));
  return true;
}

bool Loopback4(const std::string& host, uint16_t port, Target* out) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = port;
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) return false;
  if ((ntohl(address.sin_addr.s_addr) >> 24) != 127) return false;
  std::memcpy(&out->address, &address, sizeof address);
  out->length = sizeof address;
  return true;
}

bool Loopback6(const std::string& host, uint16_t port, Target* out) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = port;
  if (inet_pton(AF_INET6, host.c_str(), &address.sin6_addr) != 1) return false;
  if (!IN6_IS_ADDR_LOOPBACK(&address.sin6_addr)) return false;
  std::memcpy(&out->address, &address, sizeof address);
  out->length = sizeof address;
  return true;
}

}  // namespace

bool ParseTarget(const std::string& text, Target* out, std::string* error) {
  out->text = text;
  const size_t colon = text.rfind(':');
  uint16_t port = 0;
  if (colon == std::string::npos || !Port(text.substr(colon + 1), &port)) {
    *error = "--target must be HOST:PORT, not \"" + text + "\"";
    return false;
  }
  const std::string host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const bool taken = bracketed ? Loopback6(host.substr(1, host.size() - 2), port, out)
                               : Loopback4(host, port, out);
  if (!taken)
    *error = "refused: \"" + host + "\" is not an address in 127.0.0.0/8 or [::1], and load goes " +
             "to this machine only";
  return taken;
}

}  // namespace load
