#include "datagram/binding.h"

#include <net/if.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "datagram/address_text.h"
#include "datagram/datagrams.h"
#include "reactor/binding.h"
#include "reactor/plane_of.h"
#include "sys/addresses.h"
#include "sys/arguments.h"
#include "sys/sys.h"

namespace edgeloop {

namespace {

Datagrams* DatagramsOf(const Arguments& args) {
  return PlaneOf<Datagrams>(args, PlaneKind::kDatagrams, "No memory for the reactor's datagrams");
}

// A block of the plane's as an ArrayBuffer.
template <const SharedBlock& (Datagrams::*Block)() const>
Napi::Value Expose(const Napi::CallbackInfo& info) {
  Arguments args(info);
  Datagrams* datagrams = DatagramsOf(args);
  if (datagrams == nullptr) return args.Failed();
  return (datagrams->*Block)().Expose(args.env());
}

// adopt(reactor, fd, flags, batch, maxSize)
Napi::Value Adopt(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  Datagrams::Options options;
  if (!args.Fd(1, "fd", &fd) ||
      !args.Integer<uint32_t>(2, "flags", &options.flags, 0, kDatagramAdoptFlags) ||
      !args.Integer<int32_t>(3, "batch", &options.batch, 1, Datagrams::kMostPerCall) ||
      !args.Integer<int32_t>(4, "maxDatagramSize", &options.max_size, 1, Datagrams::kLargeSize)) {
    return args.Failed();
  }
  Datagrams* datagrams = DatagramsOf(args);
  if (datagrams == nullptr) return args.Failed();
  return args.Result(datagrams->Adopt(fd, options));
}

// An address as `encode` has made it, or none.
bool ReadName(const Arguments& args, size_t index, Span<uint8_t>* out) {
  if (!Arguments::Given(args[index])) return true;
  if (!args.Bytes(index, "name", out)) return false;
  if (out->length >= sizeof(sa_family_t) && out->length <= sizeof(sockaddr_storage)) return true;
  return args.OutOfRange("name", "an address of 2 to 128 bytes", args[index]);
}

// connect(reactor, id, name | undefined)
Napi::Value Connect(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t id;
  Span<uint8_t> name;
  if (!args.Integer<int32_t>(1, "id", &id) || !ReadName(args, 2, &name)) return args.Failed();
  Datagrams* datagrams = DatagramsOf(args);
  if (datagrams == nullptr) return args.Failed();
  sockaddr_storage storage{};
  if (name.length > 0) std::memcpy(&storage, name.data, name.length);
  const auto* address = reinterpret_cast<const sockaddr*>(&storage);
  return args.Result(datagrams->Connect(id, name.length == 0 ? nullptr : address,
                                        static_cast<socklen_t>(name.length)));
}

// sendNow(reactor, id, data, name | undefined)
Napi::Value SendNow(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t id;
  Span<uint8_t> data;
  Span<uint8_t> name;
  if (!args.Integer<int32_t>(1, "id", &id) || !args.Bytes(2, "data", &data) ||
      !ReadName(args, 3, &name)) {
    return args.Failed();
  }
  Datagrams* datagrams = DatagramsOf(args);
  if (datagrams == nullptr) return args.Failed();
  // No datagram is so long: the kernel is not asked, and the outbox counts in 32 bits.
  if (data.length > INT32_MAX) {
    args.OutOfRange("data", "at most 2 GiB long", args[2]);
    return args.Failed();
  }
  datagrams->SendNow(id, {name.length == 0 ? nullptr : name.data,
                          static_cast<socklen_t>(name.length), data.data, data.length});
  return args.env().Undefined();
}

// flush(reactor, id) -> bytes that wait
Napi::Value Flush(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t id;
  if (!args.Integer<int32_t>(1, "id", &id)) return args.Failed();
  Datagrams* datagrams = DatagramsOf(args);
  if (datagrams == nullptr) return args.Failed();
  datagrams->Flush();
  return args.Result(static_cast<int64_t>(datagrams->QueuedOf(id)));
}

// queued(reactor, id) -> bytes that wait
Napi::Value Queued(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t id;
  if (!args.Integer<int32_t>(1, "id", &id)) return args.Failed();
  Datagrams* datagrams = DatagramsOf(args);
  if (datagrams == nullptr) return args.Failed();
  return args.Result(static_cast<int64_t>(datagrams->QueuedOf(id)));
}

Napi::Value WantDrain(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t id;
  if (!args.Integer<int32_t>(1, "id", &id)) return args.Failed();
  Datagrams* datagrams = DatagramsOf(args);
  if (datagrams == nullptr) return args.Failed();
  datagrams->WantDrain(id);
  return args.env().Undefined();
}

Napi::Value CountsToJs(Napi::Env env, const DatagramCounts& counts) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("received", static_cast<double>(counts.received));
  out.Set("bytesReceived", static_cast<double>(counts.received_bytes));
  out.Set("sent", static_cast<double>(counts.sent));
  out.Set("bytesSent", static_cast<double>(counts.sent_bytes));
  out.Set("refused", static_cast<double>(counts.refused));
  out.Set("dropped", static_cast<double>(counts.dropped));
  return out;
}

Napi::Value Stats(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t id;
  if (!args.Integer<int32_t>(1, "id", &id)) return args.Failed();
  Datagrams* datagrams = DatagramsOf(args);
  if (datagrams == nullptr) return args.Failed();
  return CountsToJs(args.env(), datagrams->CountsOf(id));
}

// close(reactor, id) -> its last counts
Napi::Value Close(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t id;
  if (!args.Integer<int32_t>(1, "id", &id)) return args.Failed();
  Datagrams* datagrams = DatagramsOf(args);
  if (datagrams == nullptr) return args.Failed();
  datagrams->CloseNow(id);
  return CountsToJs(args.env(), datagrams->CountsOf(id));
}

Napi::Value DescriptorOf(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t id;
  if (!args.Integer<int32_t>(1, "id", &id)) return args.Failed();
  Datagrams* datagrams = DatagramsOf(args);
  if (datagrams == nullptr) return args.Failed();
  return args.Result(datagrams->DescriptorOf(id));
}

// text(reactor, slot, local) -> an address as text
Napi::Value Text(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int32_t number;
  if (!args.Integer<int32_t>(1, "slot", &number)) return args.Failed();
  Datagrams* datagrams = DatagramsOf(args);
  if (datagrams == nullptr) return args.Failed();
  const DatagramSlot* slot = datagrams->SlotAt(number);
  if (slot == nullptr) {
    args.OutOfRange("slot", "a slot's number", args[1]);
    return args.Failed();
  }
  return args.Flag(2) ? LocalText(args.env(), *slot) : NameText(args.env(), *slot);
}

// encode(address) -> the kernel's own form
Napi::Value Encode(const Napi::CallbackInfo& info) {
  Arguments args(info);
  sockaddr_storage storage;
  socklen_t length = 0;
  if (!sys::ReadAddress(args, args[0], "address", &storage, &length)) return args.Failed();
  Napi::Uint8Array bytes = Napi::Uint8Array::New(args.env(), length);
  if (bytes.IsEmpty()) return args.Failed();
  std::memcpy(bytes.Data(), &storage, length);
  return bytes;
}

// interfaceNumber(name) -> if_nametoindex(3), or -errno
Napi::Value InterfaceNumber(const Napi::CallbackInfo& info) {
  Arguments args(info);
  std::string name;
  if (!args.Text(0, "interface", &name)) return args.Failed();
  unsigned number = if_nametoindex(name.c_str());
  return args.Result(number == 0 ? -errno : static_cast<int64_t>(number));
}

}  // namespace

void ExportDatagrams(Napi::Env env, Napi::Object exports) {
  sys::Method<Expose<&Datagrams::received>>(env, exports, "received");
  sys::Method<Expose<&Datagrams::sending>>(env, exports, "sending");
  sys::Method<Expose<&Datagrams::commands>>(env, exports, "commands");
  sys::Method<Expose<&Datagrams::slots>>(env, exports, "slots");
  sys::Method<Adopt>(env, exports, "adopt");
  sys::Method<Connect>(env, exports, "connect");
  sys::Method<SendNow>(env, exports, "sendNow");
  sys::Method<Flush>(env, exports, "flush");
  sys::Method<Queued>(env, exports, "queued");
  sys::Method<WantDrain>(env, exports, "wantDrain");
  sys::Method<Stats>(env, exports, "stats");
  sys::Method<Close>(env, exports, "close");
  sys::Method<DescriptorOf>(env, exports, "descriptorOf");
  sys::Method<Text>(env, exports, "text");
  sys::Method<Encode>(env, exports, "encode");
  sys::Method<InterfaceNumber>(env, exports, "interfaceNumber");
}

}  // namespace edgeloop
