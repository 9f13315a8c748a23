// sendmmsg(2), recvmmsg(2): many messages, one call.

#include <sys/socket.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "sys/addresses.h"
#include "sys/arguments.h"
#include "sys/call.h"
#include "sys/lists.h"
#include "sys/sys.h"

namespace edgeloop::sys {

namespace {

// The kernel goes no further in one call (UIO_MAXIOV).
constexpr size_t kMostMessages = 1024;

// The messages of one call: an array of Uint8Arrays or of { buffer, address? }.
class Batch {
 public:
  // Reads the objects; getters may run. Addresses are looked for where messages are sent.
  bool Read(const Arguments& args, Napi::Value value, bool with_addresses) {
    constexpr const char* kExpected = "an array of Uint8Arrays or of objects with a \"buffer\"";
    if (!ReadList(args, value, "messages", kExpected, &buffers_)) return false;
    buffers_.resize(std::min(buffers_.size(), kMostMessages));
    headers_.resize(buffers_.size());
    vectors_.resize(buffers_.size());
    // Not zeroed: 128 KiB for the largest batch, of which little is used.
    addresses_.reset(new sockaddr_storage[buffers_.size()]);
    for (size_t i = 0; i < buffers_.size(); i++) {
      msghdr& header = headers_[i].msg_hdr;
      header.msg_iov = &vectors_[i];
      header.msg_iovlen = 1;
      Napi::Value message(args.env(), buffers_[i]);
      if (message.IsTypedArray()) continue;
      ElementName name("messages", i);
      if (!message.IsObject()) {
        return args.WrongType(name.c_str(), "a Uint8Array or an object with a \"buffer\"", message);
      }
      Napi::Value buffer;
      if (!args.Property(message, "buffer", &buffer)) return false;
      buffers_[i] = buffer;
      if (with_addresses && !ReadTarget(args, message, name, i)) return false;
    }
    return true;
  }

  // Takes the memory of every message. No JavaScript may run after it.
  bool Take(const Arguments& args) {
    for (size_t i = 0; i < buffers_.size(); i++) {
      Span<uint8_t> bytes;
      Napi::Value buffer(args.env(), buffers_[i]);
      if (!args.Bytes(buffer, ElementName("messages", i).c_str(), &bytes)) return false;
      vectors_[i] = {bytes.data, bytes.length};
    }
    return true;
  }

  // Makes room for the address of each sender.
  void WantAddresses() {
    for (size_t i = 0; i < headers_.size(); i++) {
      headers_[i].msg_hdr.msg_name = &addresses_[i];
      headers_[i].msg_hdr.msg_namelen = sizeof addresses_[i];
    }
  }

  Napi::Value ReceivedToJs(const Arguments& args, size_t count) {
    Napi::Array list = Napi::Array::New(args.env(), count);
    for (size_t i = 0; i < count; i++) {
      const msghdr& header = headers_[i].msg_hdr;
      Napi::Object received = Napi::Object::New(args.env());
      received.Set("bytes", args.Result(headers_[i].msg_len));
      received.Set("address",
                   AddressToJs(args.env(), reinterpret_cast<sockaddr*>(&addresses_[i]),
                               std::min<socklen_t>(header.msg_namelen, sizeof addresses_[i])));
      received.Set("flags", args.Result(header.msg_flags));
      list.Set(static_cast<uint32_t>(i), received);
    }
    return list;
  }

  mmsghdr* data() { return headers_.data(); }
  unsigned size() const { return static_cast<unsigned>(headers_.size()); }

 private:
  bool ReadTarget(const Arguments& args, Napi::Value message, const ElementName& name, size_t i) {
    Napi::Value address;
    if (!args.Property(message, "address", &address)) return false;
    if (!Arguments::Given(address)) return true;
    msghdr& header = headers_[i].msg_hdr;
    header.msg_name = &addresses_[i];
    std::string full = std::string(name.c_str()) + ".address";
    return ReadAddress(args, address, full.c_str(), &addresses_[i], &header.msg_namelen);
  }

  List buffers_;
  std::vector<mmsghdr> headers_;
  std::vector<iovec> vectors_;
  std::unique_ptr<sockaddr_storage[]> addresses_;
};

// sendmmsg(fd, messages, flags)
Napi::Value SendMmsg(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  int flags;
  Batch batch;
  if (!args.Fd(0, "fd", &fd) || !batch.Read(args, args[1], true) ||
      !args.Integer<int>(2, "flags", &flags) || !batch.Take(args)) {
    return args.Failed();
  }
  return args.Result(Uninterrupted(
      [&] { return ::sendmmsg(fd, batch.data(), batch.size(), flags | MSG_NOSIGNAL); }));
}

// recvmmsg(fd, messages, flags, timeout)
Napi::Value RecvMmsg(const Napi::CallbackInfo& info) {
  Arguments args(info);
  int fd;
  int flags;
  int64_t timeout_ns;
  Batch batch;
  if (!args.Fd(0, "fd", &fd) || !batch.Read(args, args[1], false) ||
      !args.Integer<int>(2, "flags", &flags) || !args.TimeoutNs(3, "timeout", &timeout_ns) ||
      !batch.Take(args)) {
    return args.Failed();
  }
  int64_t result = WithDeadline(timeout_ns, [&](int64_t left_ns) {
    batch.WantAddresses();
    timespec left = ToTimespec(left_ns);
    return ::recvmmsg(fd, batch.data(), batch.size(), flags, left_ns < 0 ? nullptr : &left);
  });
  if (result < 0) return args.Result(result);
  return batch.ReceivedToJs(args, static_cast<size_t>(result));
}

}  // namespace

void ExportBatches(Napi::Env env, Napi::Object exports) {
  Method<SendMmsg>(env, exports, "sendmmsg");
  Method<RecvMmsg>(env, exports, "recvmmsg");
}

}  // namespace edgeloop::sys
