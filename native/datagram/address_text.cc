#include "datagram/address_text.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

namespace edgeloop {

namespace {

Napi::String IPv6Text(Napi::Env env, const in6_addr& address, uint32_t interface) {
  char text[INET6_ADDRSTRLEN];
  if (inet_ntop(AF_INET6, &address, text, sizeof text) == nullptr)
    return Napi::String::New(env, "");
  if (interface == 0 || !IN6_IS_ADDR_LINKLOCAL(&address)) return Napi::String::New(env, text);
  char name[IF_NAMESIZE];
  // The interface may have gone meanwhile: its number is all that is left of it.
  std::string zone = if_indextoname(interface, name) != nullptr ? name : std::to_string(interface);
  return Napi::String::New(env, std::string(text) + "%" + zone);
}

Napi::String IPv4Text(Napi::Env env, const in_addr& address) {
  char text[INET_ADDRSTRLEN];
  const char* shown = inet_ntop(AF_INET, &address, text, sizeof text);
  return Napi::String::New(env, shown == nullptr ? "" : shown);
}

}  // namespace

Napi::String NameText(Napi::Env env, const DatagramSlot& slot) {
  auto length =
      static_cast<size_t>(std::clamp(slot.name_length, 0, static_cast<int32_t>(sizeof slot.name)));
  if (slot.name.ss_family == AF_INET && length >= sizeof(sockaddr_in)) {
    sockaddr_in in;
    std::memcpy(&in, &slot.name, sizeof in);
    return IPv4Text(env, in.sin_addr);
  }
  if (slot.name.ss_family == AF_INET6 && length >= sizeof(sockaddr_in6)) {
    sockaddr_in6 in6;
    std::memcpy(&in6, &slot.name, sizeof in6);
    return IPv6Text(env, in6.sin6_addr, in6.sin6_scope_id);
  }
  constexpr size_t kPathOffset = offsetof(sockaddr_un, sun_path);
  if (slot.name.ss_family != AF_UNIX || length <= kPathOffset) return Napi::String::New(env, "");
  const char* path = reinterpret_cast<const char*>(&slot.name) + kPathOffset;
  size_t bytes = length - kPathOffset;
  // The kernel counts the NUL that ends a path in the file system; an abstract name is its length.
  if (path[0] != 0) bytes = strnlen(path, bytes);
  return Napi::String::New(env, path, bytes);
}

Napi::String LocalText(Napi::Env env, const DatagramSlot& slot) {
  if (slot.local_family == AF_INET) {
    in_addr address;
    std::memcpy(&address, slot.local, sizeof address);
    return IPv4Text(env, address);
  }
  in6_addr address;
  std::memcpy(&address, slot.local, sizeof address);
  return IPv6Text(env, address, static_cast<uint32_t>(slot.interface));
}

}  // namespace edgeloop
