#include "http.h"

#include <cstring>
#include <string_view>
#include <utility>

namespace load {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr size_t kLongestHead = 64 * 1024;

void Fail(const Conversation& conversation, Hearing* hearing, Fault fault,
          const std::string& story) {
  hearing->fault = fault;
  hearing->story = "connection " + std::to_string(conversation.connection) + ", answer " +
                   std::to_string(conversation.heard + 1) + ": " + story;
}

}  // namespace

HttpExchange::HttpExchange(const HttpRequest& request, HttpBodyRule rule)
    : request_("GET " + request.path + " HTTP/1.1\r\nHost: " + request.host + "\r\n" +
               request.headers + (request.close ? "Connection: close\r\n" : "") + "\r\n"),
      rule_(std::move(rule)) {}

Saying HttpExchange::Say(Conversation* conversation, uint32_t count) {
  conversation->said += count;
  if (count != repeated_) {
    requests_.clear();
    for (uint32_t index = 0; index < count; index += 1) requests_ += request_;
    repeated_ = count;
  }
  return {requests_.data(), requests_.size()};
}

Fault HttpExchange::Head(const char* data, size_t length, HttpHead* head, std::string* story) {
  const std::string_view text(data, length);
  if (text == known_head_) {
    *head = known_;
    return Fault::kNone;
  }
  const Fault fault = ReadHttpHead(text, head, story);
  if (fault != Fault::kNone) return fault;
  known_head_.assign(data, length);
  known_ = *head;
  return Fault::kNone;
}

void HttpExchange::Hear(Conversation* conversation, const char* data, size_t length,
                        Hearing* hearing) {
  std::string whole;
  if (!conversation->carried.empty()) {
    whole.swap(conversation->carried);
    whole.append(data, length);
    data = whole.data();
    length = whole.size();
  }
  while (length > 0) {
    const bool on = conversation->in_body ? HearBody(conversation, &data, &length, hearing)
                                          : HearHead(conversation, &data, &length, hearing);
    if (!on) return;
  }
}

bool HttpExchange::HearBody(Conversation* conversation, const char** data, size_t* length,
                            Hearing* hearing) {
  HttpBody* body = &conversation->body;
  const size_t before = body->bytes();
  std::string story;
  const Fault fault = body->Take(data, length, rule_, &story);
  hearing->body += body->bytes() - before;
  if (fault != Fault::kNone) {
    Fail(*conversation, hearing, fault, story);
    return false;
  }
  if (!body->whole()) return false;
  conversation->in_body = false;
  conversation->heard += 1;
  hearing->answers += 1;
  return true;
}

// False where there is no whole head yet, or a fault.
bool HttpExchange::HearHead(Conversation* conversation, const char** data, size_t* length,
                            Hearing* hearing) {
  std::string story;
  if (conversation->heard == conversation->said) {
    story = std::to_string(*length) + " bytes that nobody asked for";
    Fail(*conversation, hearing, Fault::kWrong, story);
    return false;
  }
  const void* end = memmem(*data, *length, kHeadEnd.data(), kHeadEnd.size());
  if (end == nullptr) {
    if (*length > kLongestHead)
      Fail(*conversation, hearing, Fault::kMalformed, "a head without an end");
    conversation->carried.assign(*data, *length);
    return false;
  }
  const size_t size = static_cast<size_t>(static_cast<const char*>(end) - *data) + kHeadEnd.size();
  HttpHead head;
  Fault fault = Head(*data, size, &head, &story);
  if (fault == Fault::kNone) fault = conversation->body.Begin(head, rule_, &story);
  if (fault != Fault::kNone) {
    Fail(*conversation, hearing, fault, story);
    return false;
  }
  *data += size;
  *length -= size;
  conversation->in_body = true;
  if (!conversation->body.whole()) return true;
  // An empty body is complete with its head.
  return HearBody(conversation, data, length, hearing);
}

}  // namespace load
