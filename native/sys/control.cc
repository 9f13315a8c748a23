#include "sys/control.h"

#include <unistd.h>

#include <cstring>

#include "sys/lists.h"

namespace edgeloop::sys {

namespace {

size_t DataLength(const cmsghdr* header) {
  return header->cmsg_len < CMSG_LEN(0) ? 0 : header->cmsg_len - CMSG_LEN(0);
}

bool Is(const cmsghdr* header, int type) {
  return header->cmsg_level == SOL_SOCKET && header->cmsg_type == type;
}

Napi::Value CredentialsToJs(Napi::Env env, const cmsghdr* header) {
  ucred credentials;
  std::memcpy(&credentials, CMSG_DATA(header), sizeof credentials);
  Napi::Object object = Napi::Object::New(env);
  object.Set("pid", static_cast<double>(credentials.pid));
  object.Set("uid", static_cast<double>(credentials.uid));
  object.Set("gid", static_cast<double>(credentials.gid));
  return object;
}

Napi::Value RawToJs(Napi::Env env, const cmsghdr* header) {
  size_t length = DataLength(header);
  Napi::Uint8Array data = Napi::Uint8Array::New(env, length);
  if (length > 0) std::memcpy(data.Data(), CMSG_DATA(header), length);
  Napi::Object object = Napi::Object::New(env);
  object.Set("level", static_cast<double>(header->cmsg_level));
  object.Set("type", static_cast<double>(header->cmsg_type));
  object.Set("data", data);
  return object;
}

}  // namespace

bool OutgoingControl::Read(const Arguments& args, Napi::Value fds, Napi::Value control) {
  if (Arguments::Given(fds) && !ReadDescriptors(args, fds, "fds", &fds_)) return false;
  if (!Arguments::Given(control)) return true;
  constexpr const char* kExpected = "an array of { level, type, data }";
  List list;
  if (!ReadList(args, control, "control", kExpected, &list)) return false;
  for (size_t i = 0; i < list.size(); i++) {
    Napi::Value value(args.env(), list[i]);
    std::string name = ElementName("control", i).c_str();
    if (!value.IsObject()) return args.WrongType(name.c_str(), "{ level, type, data }", value);
    Napi::Value level;
    Napi::Value type;
    Napi::Value data;
    Entry entry;
    if (!args.Property(value, "level", &level) || !args.Property(value, "type", &type) ||
        !args.Property(value, "data", &data) ||
        !args.Integer<int>(level, (name + ".level").c_str(), &entry.level) ||
        !args.Integer<int>(type, (name + ".type").c_str(), &entry.type)) {
      return false;
    }
    entry.data = data;
    entries_.push_back(entry);
  }
  return true;
}

bool OutgoingControl::Encode(const Arguments& args) {
  if (!fds_.empty()) Append(SOL_SOCKET, SCM_RIGHTS, fds_.data(), fds_.size() * sizeof(int));
  for (size_t i = 0; i < entries_.size(); i++) {
    const Entry& entry = entries_[i];
    Napi::Value value(args.env(), entry.data);
    std::string name = std::string(ElementName("control", i).c_str()) + ".data";
    Span<uint8_t> data;
    if (!args.Bytes(value, name.c_str(), &data)) return false;
    if (data.length > kLongestControl - encoded_.size()) {
      return args.OutOfRange("control", "at most 1 MiB in all", value);
    }
    Append(entry.level, entry.type, data.data, data.length);
    if (encoded_.size() > kLongestControl) {
      return args.OutOfRange("control", "at most 1 MiB in all", value);
    }
  }
  return true;
}

void OutgoingControl::Append(int level, int type, const void* data, size_t length) {
  size_t start = encoded_.size();
  encoded_.resize(start + CMSG_SPACE(length));
  auto* header = reinterpret_cast<cmsghdr*>(encoded_.data() + start);
  header->cmsg_level = level;
  header->cmsg_type = type;
  header->cmsg_len = CMSG_LEN(length);
  if (length > 0) std::memcpy(CMSG_DATA(header), data, length);
}

void OutgoingControl::Attach(msghdr* message) {
  message->msg_control = encoded_.empty() ? nullptr : encoded_.data();
  message->msg_controllen = encoded_.size();
}

ReceivedControl::ReceivedControl(int max_fds, size_t length)
    : max_fds_(static_cast<size_t>(max_fds)),
      room_(length + (max_fds > 0 ? CMSG_SPACE(max_fds_ * sizeof(int)) : 0)) {}

ReceivedControl::~ReceivedControl() {
  for (int fd : fds_) ::close(fd);
}

void ReceivedControl::Attach(msghdr* message) {
  message->msg_control = room_.empty() ? nullptr : room_.data();
  message->msg_controllen = room_.size();
}

void ReceivedControl::Take(msghdr* message) {
  for (cmsghdr* header = CMSG_FIRSTHDR(message); header != nullptr;
       header = CMSG_NXTHDR(message, header)) {
    if (!Is(header, SCM_RIGHTS)) continue;
    size_t count = DataLength(header) / sizeof(int);
    size_t known = fds_.size();
    fds_.resize(known + count);
    if (count > 0) std::memcpy(&fds_[known], CMSG_DATA(header), count * sizeof(int));
  }
  while (fds_.size() > max_fds_) {
    ::close(fds_.back());
    fds_.pop_back();
    message->msg_flags |= MSG_CTRUNC;
  }
}

bool ReceivedControl::HandOver(Napi::Env env, const msghdr& message, Napi::Object out) {
  Napi::Array fds = Napi::Array::New(env, fds_.size());
  for (size_t i = 0; i < fds_.size(); i++) {
    fds.Set(static_cast<uint32_t>(i), static_cast<double>(fds_[i]));
  }
  Napi::Value credentials = env.Null();
  Napi::Array control = Napi::Array::New(env);
  auto* unread = const_cast<msghdr*>(&message);
  for (cmsghdr* header = CMSG_FIRSTHDR(unread); header != nullptr;
       header = CMSG_NXTHDR(unread, header)) {
    if (Is(header, SCM_RIGHTS)) continue;
    if (Is(header, SCM_CREDENTIALS) && DataLength(header) >= sizeof(ucred)) {
      credentials = CredentialsToJs(env, header);
    } else {
      control.Set(control.Length(), RawToJs(env, header));
    }
  }
  out.Set("fds", fds);
  out.Set("credentials", credentials);
  if (!out.Set("control", control) || env.IsExceptionPending()) return false;
  fds_.clear();
  return true;
}

}  // namespace edgeloop::sys
