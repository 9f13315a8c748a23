#include "sys/addresses.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

namespace edgeloop::sys {

namespace {

constexpr size_t kPathOffset = offsetof(sockaddr_un, sun_path);
constexpr size_t kPathSize = sizeof(sockaddr_un::sun_path);
constexpr size_t kDataOffset = offsetof(sockaddr, sa_data);

// One address on its way in. The parts are read in turn; each says false once it has thrown.
class Reader {
 public:
  Reader(const Arguments& args, Napi::Value object, const char* name, sockaddr_storage* storage,
         socklen_t* length)
      : args_(args), object_(object), name_(name), storage_(storage), length_(length) {}

  bool Read() {
    if (!object_.IsObject()) return args_.WrongType(name_, "a socket address", object_);
    Napi::Value family;
    if (!args_.Property(object_, "family", &family)) return false;
    if (Arguments::Given(family)) return ReadFamily(family);
    Napi::Value path;
    if (!args_.Property(object_, "path", &path)) return false;
    if (Arguments::Given(path)) return ReadUnix(path);
    std::string address;
    if (!ReadText("address", &address)) return false;
    return address.find(':') == std::string::npos ? ReadIPv4(address) : ReadIPv6(address);
  }

 private:
  bool ReadFamily(Napi::Value value) {
    constexpr const char* kExpected = "'IPv4', 'IPv6', 'Unix' or 'Unknown'";
    if (!value.IsString()) return args_.WrongType(Name("family").c_str(), kExpected, value);
    std::string family = value.As<Napi::String>().Utf8Value();
    if (family == "Unix") {
      Napi::Value path;
      return args_.Property(object_, "path", &path) && ReadUnix(path);
    }
    if (family == "Unknown") return ReadUnknown();
    if (family != "IPv4" && family != "IPv6") {
      return args_.OutOfRange(Name("family").c_str(), kExpected, value);
    }
    std::string address;
    if (!ReadText("address", &address)) return false;
    return family == "IPv4" ? ReadIPv4(address) : ReadIPv6(address);
  }

  bool ReadIPv4(const std::string& address) {
    auto* in = Start<sockaddr_in>(AF_INET);
    if (!ReadPort(&in->sin_port)) return false;
    if (inet_pton(AF_INET, address.c_str(), &in->sin_addr) == 1) return true;
    return Refuse("address", "a numeric IPv4 address", address);
  }

  bool ReadIPv6(const std::string& address) {
    auto* in6 = Start<sockaddr_in6>(AF_INET6);
    uint32_t flowinfo = 0;
    bool scoped = false;
    if (!ReadPort(&in6->sin6_port) || !ReadNumber("flowinfo", &flowinfo, nullptr) ||
        !ReadNumber("scopeid", &in6->sin6_scope_id, &scoped)) {
      return false;
    }
    in6->sin6_flowinfo = htonl(flowinfo);
    size_t percent = address.find('%');
    if (inet_pton(AF_INET6, address.substr(0, percent).c_str(), &in6->sin6_addr) != 1) {
      return Refuse("address", "a numeric IPv6 address", address);
    }
    if (percent == std::string::npos) return true;
    uint32_t zone = Zone(address.substr(percent + 1));
    if (zone == 0) {
      return Refuse("address", "an IPv6 address whose zone is an interface of this machine",
                    address);
    }
    if (scoped && zone != in6->sin6_scope_id) {
      return Refuse("address", "an IPv6 address whose zone agrees with \"scopeid\"", address);
    }
    in6->sin6_scope_id = zone;
    return true;
  }

  bool ReadUnix(Napi::Value path) {
    Napi::Value exact;
    if (!args_.Property(object_, "bytes", &exact)) return false;
    auto* un = Start<sockaddr_un>(AF_UNIX);
    std::string text;
    Span<uint8_t> span;
    if (Arguments::Given(exact)) {
      if (!args_.Bytes(exact, Name("bytes").c_str(), &span)) return false;
    } else if (path.IsString()) {
      text = path.As<Napi::String>().Utf8Value();
      span = {reinterpret_cast<uint8_t*>(text.data()), text.size()};
    } else {
      return args_.WrongType(Name("path").c_str(), "a string", path);
    }
    *length_ = kPathOffset;
    if (span.length == 0) return true;
    bool abstract = span.data[0] == 0;
    // A name in the file system leaves room for the NUL that ends it; an abstract one has none.
    if (span.length > (abstract ? kPathSize : kPathSize - 1)) {
      return args_.OutOfRange(Name("path").c_str(),
                              abstract
                                  ? "an abstract name of at most 108 bytes, its first NUL included"
                                  : "a path of at most 107 bytes",
                              path);
    }
    if (!abstract && std::memchr(span.data, 0, span.length) != nullptr) {
      return args_.OutOfRange(Name("path").c_str(), "a path without NUL bytes", path);
    }
    std::memcpy(un->sun_path, span.data, span.length);
    *length_ = static_cast<socklen_t>(kPathOffset + span.length + (abstract ? 0 : 1));
    return true;
  }

  bool ReadUnknown() {
    Napi::Value domain;
    Napi::Value data;
    if (!args_.Property(object_, "domain", &domain) || !args_.Property(object_, "data", &data)) {
      return false;
    }
    auto* any = Start<sockaddr_storage>(AF_UNSPEC);
    Span<uint8_t> span;
    if (!args_.Integer<sa_family_t>(domain, Name("domain").c_str(), &any->ss_family) ||
        !args_.Bytes(data, Name("data").c_str(), &span)) {
      return false;
    }
    if (span.length > sizeof *any - kDataOffset) {
      return args_.OutOfRange(Name("data").c_str(), "a Uint8Array of at most 126 bytes", data);
    }
    if (span.length > 0) {
      std::memcpy(reinterpret_cast<uint8_t*>(any) + kDataOffset, span.data, span.length);
    }
    *length_ = static_cast<socklen_t>(kDataOffset + span.length);
    return true;
  }

  bool ReadPort(in_port_t* out) {
    Napi::Value value;
    uint16_t port = 0;
    if (!args_.Property(object_, "port", &value) ||
        !args_.Integer<uint16_t>(value, Name("port").c_str(), &port)) {
      return false;
    }
    *out = htons(port);
    return true;
  }

  bool ReadNumber(const char* key, uint32_t* out, bool* given) {
    Napi::Value value;
    if (!args_.Property(object_, key, &value)) return false;
    if (!Arguments::Given(value)) return true;
    if (given != nullptr) *given = true;
    return args_.Integer<uint32_t>(value, Name(key).c_str(), out);
  }

  bool ReadText(const char* key, std::string* out) {
    Napi::Value value;
    if (!args_.Property(object_, key, &value)) return false;
    if (!value.IsString()) return args_.WrongType(Name(key).c_str(), "a string", value);
    *out = value.As<Napi::String>().Utf8Value();
    // inet_pton would stop at a NUL and take what stands before it.
    if (out->find('\0') == std::string::npos) return true;
    return args_.OutOfRange(Name(key).c_str(), "a numeric address", value);
  }

  bool Refuse(const char* key, const char* expected, const std::string& received) {
    return args_.OutOfRange(Name(key).c_str(), expected, Napi::String::New(args_.env(), received));
  }

  // The number of an interface that is given by number or by name; 0 where there is none.
  static uint32_t Zone(const std::string& zone) {
    if (!zone.empty() && zone.find_first_not_of("0123456789") == std::string::npos) {
      if (zone.size() > 10) return 0;
      uint64_t number = std::strtoull(zone.c_str(), nullptr, 10);
      return number <= UINT32_MAX ? static_cast<uint32_t>(number) : 0;
    }
    return if_nametoindex(zone.c_str());
  }

  template <typename Sockaddr>
  Sockaddr* Start(sa_family_t family) {
    std::memset(storage_, 0, sizeof *storage_);
    storage_->ss_family = family;
    *length_ = sizeof(Sockaddr);
    return reinterpret_cast<Sockaddr*>(storage_);
  }

  std::string Name(const char* key) const { return std::string(name_) + "." + key; }

  const Arguments& args_;
  Napi::Value object_;
  const char* name_;
  sockaddr_storage* storage_;
  socklen_t* length_;
};

Napi::Value BytesToJs(Napi::Env env, const void* data, size_t length) {
  Napi::Uint8Array bytes = Napi::Uint8Array::New(env, length);
  if (length > 0) std::memcpy(bytes.Data(), data, length);
  return bytes;
}

Napi::Value UnixToJs(Napi::Env env, const char* path, size_t length) {
  // The kernel counts the NUL that ends a path in the file system, and may count more behind it.
  if (length > 0 && path[0] != 0) length = strnlen(path, length);
  Napi::Object object = Napi::Object::New(env);
  Napi::String text = Napi::String::New(env, path, length);
  object.Set("family", "Unix");
  object.Set("path", text);
  // A name may be any bytes. Those that are no UTF-8 are given as they are, beside what can be
  // shown of them, so that the address can be handed back to the kernel.
  std::string shown = text.Utf8Value();
  if (shown.size() != length || std::memcmp(shown.data(), path, length) != 0) {
    object.Set("bytes", BytesToJs(env, path, length));
  }
  return object;
}

}  // namespace

bool ReadAddress(const Arguments& args, Napi::Value value, const char* name,
                 sockaddr_storage* storage, socklen_t* length) {
  return Reader(args, value, name, storage, length).Read();
}

Napi::Value AddressToJs(Napi::Env env, const sockaddr* address, socklen_t length) {
  if (length < sizeof address->sa_family) return env.Null();
  const auto* raw = reinterpret_cast<const char*>(address);
  char text[INET6_ADDRSTRLEN];
  if (address->sa_family == AF_INET && length >= sizeof(sockaddr_in)) {
    const auto* in = reinterpret_cast<const sockaddr_in*>(address);
    Napi::Object object = Napi::Object::New(env);
    object.Set("family", "IPv4");
    object.Set("address", inet_ntop(AF_INET, &in->sin_addr, text, sizeof text));
    object.Set("port", static_cast<double>(ntohs(in->sin_port)));
    return object;
  }
  if (address->sa_family == AF_INET6 && length >= sizeof(sockaddr_in6)) {
    const auto* in6 = reinterpret_cast<const sockaddr_in6*>(address);
    Napi::Object object = Napi::Object::New(env);
    object.Set("family", "IPv6");
    object.Set("address", inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof text));
    object.Set("port", static_cast<double>(ntohs(in6->sin6_port)));
    if (in6->sin6_flowinfo != 0) {
      object.Set("flowinfo", static_cast<double>(ntohl(in6->sin6_flowinfo)));
    }
    if (in6->sin6_scope_id != 0) object.Set("scopeid", static_cast<double>(in6->sin6_scope_id));
    return object;
  }
  if (address->sa_family == AF_UNIX) return UnixToJs(env, raw + kPathOffset, length - kPathOffset);
  Napi::Object object = Napi::Object::New(env);
  object.Set("family", "Unknown");
  object.Set("domain", static_cast<double>(address->sa_family));
  object.Set("data", BytesToJs(env, raw + kDataOffset, length - kDataOffset));
  return object;
}

}  // namespace edgeloop::sys
